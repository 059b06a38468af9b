"""Settings as a TOML document: read, checked, edited as text, written back."""
