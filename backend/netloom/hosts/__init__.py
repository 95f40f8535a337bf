"""Where engines run, behind one interface."""
