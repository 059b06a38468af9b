"""Names of documents and labels of versions: what one may be, and when two are one."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 200
"""Code points of a name; the documents of a folder have its name and their way below it."""

LONGEST_VERSION = 64


def key_of(name: str) -> str:
    """What two names share that are one: they differ in letter case or Unicode form alone."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
