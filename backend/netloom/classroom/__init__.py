"""Who is in the room, and what they may do."""
