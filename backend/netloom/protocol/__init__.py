"""What goes over the wire: commands, events and frames. `docs/protocol.md` states the rules."""
