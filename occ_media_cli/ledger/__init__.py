"""What was shared: the append-only record."""
