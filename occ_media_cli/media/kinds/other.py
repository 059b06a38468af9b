"""Files that the product does not take, so that a rejection can say what a file is."""

from __future__ import annotations

from occ_media_cli.media.readers.signatures import type_of
from occ_media_cli.media.readers.stated_ends import find_missing_end
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

FIRST: frozenset[int] | None = None


def claims(source: FileSource) -> bool:
    """Any of the signatures."""
    return type_of(source.head) is not None


def recognise(source: FileSource) -> Structure | None:
    """Say the name, and whether the file is as long as its header says; the structure is not walked, since such a file
    never passes as what the product takes."""
    kind = type_of(source.head)
    if kind is None:
        return None
    found = Structure(kind, "other")
    if (why := find_missing_end(kind, source)) is not None:
        found.note("cut-short", why)
    return found
