"""What a file is, and which channel takes it."""
