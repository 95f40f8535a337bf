"""HTTP routes and the socket: bytes to messages, and back."""
