"""What a command found, apart from how it is shown."""
