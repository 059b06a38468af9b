"""For whom files of the library are and until when, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report.words import inbox

if TYPE_CHECKING:
    from collections.abc import Sequence


def inbox_names(inboxes: Sequence[tuple[str, int | None]] | None) -> list[str] | None:
    """Inboxes as people and programs read them, each given with when it was removed; None for every inbox."""
    return None if inboxes is None else [inbox(name, times.optional_text(removed)) for name, removed in inboxes]


def describe_whom(inboxes: Sequence[str] | None, tags: Sequence[str], *, tag: str) -> str:
    """For whom files are. inboxes: None for every inbox. tag: what stands before the name of a tag."""
    return "every inbox" if inboxes is None else ", ".join([*inboxes, *(f"{tag} {each}" for each in tags)])


def describe_reach(inboxes: Sequence[str] | None, tags: Sequence[str], expires: int | None) -> str:
    """For whom files are and until when. inboxes: None for every inbox."""
    whom = describe_whom(inboxes, tags, tag="inboxes with the tag")
    return f"for {whom}" + (f", until {times.text(expires)}" if expires is not None else ", without an end")
