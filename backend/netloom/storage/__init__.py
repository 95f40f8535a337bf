"""What outlives the server: runs and their checkpoints."""
