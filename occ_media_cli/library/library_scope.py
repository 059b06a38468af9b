"""For which inboxes something is: by name, which becomes a number, and by tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.settings import read

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class LibraryScope:
    """The inboxes by their numbers, and tags; any of them is enough, and without any it is for every inbox."""

    inboxes: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        """Whether it is for every inbox."""
        return not (self.inboxes or self.tags)


def scope_of(
    connection: sqlite3.Connection, inboxes: Sequence[str], tags: Sequence[str], now: int, file: str
) -> LibraryScope:
    """The scope that names say. NotFound for an inbox that is not there and for a tag that no inbox has now. file: the
    store, for the error."""
    numbers = sorted({read.inbox_number(connection, name, file) for name in inboxes})
    if tags:
        known = known_tags(connection, now)
        for tag in tags:
            if tag not in known:
                raise unknown_name(
                    f"no inbox has the tag '{tag}'", tag, known, hint="tag one first", topic=("tag", tag)
                )
    return LibraryScope(tuple(numbers), tuple(sorted(set(tags))))


def known_tags(connection: sqlite3.Connection, now: int) -> list[str]:
    """The tags that inboxes have at a moment or will have."""
    rows = connection.execute(
        "SELECT DISTINCT t.tag FROM setting_tag t JOIN setting s ON s.inbox_id = t.inbox_id AND s.version = t.version"
        " JOIN inbox_state i ON i.id = s.inbox_id WHERE i.removed IS NULL AND s.valid_to_ms > ? ORDER BY t.tag",
        (now,),
    )
    return [str(tag) for (tag,) in rows]


def named_scopes(
    connection: sqlite3.Connection, proposal: int | None = None
) -> dict[int, tuple[tuple[tuple[str, int | None], ...], tuple[str, ...]]]:
    """The inboxes, each with when it was removed, and the tags of each proposal that names some. proposal: of one."""
    found: dict[int, tuple[list[tuple[str, int | None]], list[str]]] = {}
    for event, name, removed, tag in connection.execute(
        "SELECT s.event, i.name, i.removed, s.tag FROM library_scope s LEFT JOIN inbox_state i ON i.id = s.inbox"
        " WHERE ?1 IS NULL OR s.event = ?1 ORDER BY s.event, s.position",
        (proposal,),
    ):
        inboxes, tags = found.setdefault(event, ([], []))
        if tag is None:
            inboxes.append((name, removed))
        else:
            tags.append(tag)
    return {event: (tuple(inboxes), tuple(tags)) for event, (inboxes, tags) in found.items()}


def reach_of(
    connection: sqlite3.Connection, inboxes: Sequence[int], now: int, unrecorded: frozenset[int] = frozenset()
) -> set[int]:
    """The proposals that name any of some inboxes, or a tag that one has at a moment. unrecorded: inboxes for which
    nothing is by their tags."""
    found: set[int] = set()
    for inbox in inboxes:
        rows = connection.execute(
            "SELECT event FROM library_scope WHERE inbox = ?1 UNION SELECT s.event FROM library_scope s"
            " JOIN setting_tag t ON t.tag = s.tag JOIN setting v ON v.inbox_id = t.inbox_id AND v.version = t.version"
            " WHERE t.inbox_id = ?1 AND v.valid_from_ms <= ?2 AND v.valid_to_ms > ?2"
            " AND NOT ?3", (inbox, now, inbox in unrecorded),
        )  # fmt: skip
        found.update(event for (event,) in rows)
    return found
