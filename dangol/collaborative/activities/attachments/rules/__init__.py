"""What a file may be called, and what it may be. Pure."""
