"""Files leave: into quarantine one by one, back from it, and for good when their grace has ended."""
