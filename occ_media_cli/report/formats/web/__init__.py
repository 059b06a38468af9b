"""The parts of the html format: its style, its tables and its drawings."""
