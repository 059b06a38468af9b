"""The name of a file as the ledger keeps it, and the ids of several files in one message. One way for every source.

A name is what the vendor states, without the folders before it and without what no screen shows; else the last part of
a link's path, where that has an ending; else the id with the ending of the media type. No link is ever kept.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from occ_media_cli.ledger.sources.media_types import extension_of
from occ_media_cli.media.file_names import bare_name as bare_name


def name_of(
    identity: str,
    stated: str | None,
    *,
    link: str | None = None,
    declared: str | None = None,
    ending: str | None = None,
) -> str:
    """The name of a file. ending: what stands for its kind, where nothing else states a type."""
    found = bare_name(stated) or linked_name(link)
    if found is not None:
        return found
    last = extension_of(declared) if declared else ending
    return f"{identity}.{last}" if last else identity


def linked_name(link: str | None) -> str | None:
    """The last part of a link's path, where it has an ending."""
    if not link:
        return None
    try:
        path = urlsplit(link).path
    except ValueError:
        return None
    name = bare_name(unquote(path.rpartition("/")[2], errors="replace"))
    return name if name is not None and "." in name[1:-1] else None


def numbered(identity: str, count: int) -> list[str]:
    """The ids of the files of one message: `ID` alone, or `ID#1` to `ID#n`."""
    return [identity] if count == 1 else [f"{identity}#{number}" for number in range(1, count + 1)]
