"""A file as a word of a command that is printed, to be pasted."""

from __future__ import annotations


def file_word(path: str) -> str:
    """A path as a word of a command, which no command takes for an option."""
    return f"./{path}" if path.startswith("-") else path
