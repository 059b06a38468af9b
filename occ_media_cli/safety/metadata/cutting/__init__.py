"""Kinds of files: of each, which bytes tell something of it, and what belongs in their place."""
