"""From commands to events: who follows a run, what was told to whom. No sockets, no storage, no clock of its own."""
