"""Formats in which metadata travels inside other files: what each of them tells, as names of facts."""
