"""What a change of a section comes to, such as of the agents, where another one is planned.

A section has no boxes: where a change of it is planned, it says what it comes to in the end, and a document has no word
for what holds until then. So a change, and an edit of a document by hand, is the difference between what the section
says in the end and what it is to say. That difference counts from its own moment on, in what holds then and in what is
planned; whatever else the section says keeps its time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from occ_media_cli.settings import edit_time, read

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

SectionSpans = Sequence[tuple[int, Any]]
"""(from, value), oldest first; each holds until the next."""


def spans_of_edit(
    connection: sqlite3.Connection, section: str, said: object, edited: int, clock: int
) -> SectionSpans | None:
    """What a section is from the edit on; None where somebody edited something else.

    said: the section as the document has it. edited: when that was edited; clock: the machine's time.
    """
    if said == read.section(connection, section):
        return None
    start = edit_time.start_for_section(connection, section, edited, clock)
    return spans_of_change(connection, section, said, start, clock)


def spans_of_change(
    connection: sqlite3.Connection, section: str, said: object, start: int, clock: int | None
) -> SectionSpans:
    """What a section is from the start of a change on. said: what it is to say in the end. clock: the machine's time;
    None where what was planned goes too."""
    left = read.section(connection, section)
    there = _from(connection, section, start, clock)
    return _joined((moment, _with_change(value, left, said)) for moment, value in there)


def spans_of_rewording(
    connection: sqlite3.Connection, section: str, reworded: Callable[[Any], Any], start: int, clock: int | None
) -> SectionSpans:
    """What a section is where each of its values is written in another way, as with the new name of an inbox; nothing
    where that changes none."""
    there = _from(connection, section, start, clock)
    found = [(moment, reworded(value)) for moment, value in there]
    return [] if found == there else _joined(found)


def _from(connection: sqlite3.Connection, section: str, start: int, clock: int | None) -> list[tuple[int, Any]]:
    """What a change meets: what is planned has not begun before its time; what has begun is changed as a whole."""
    if clock is None:
        return [(start, read.section(connection, section))]
    moments = (start, *read.planned_section_changes(connection, section, max(start, clock)))
    return [(moment, read.section_at(connection, section, max(moment, clock))) for moment in moments]


def _joined(spans: Iterable[tuple[int, Any]]) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    for moment, value in spans:
        if not found or found[-1][1] != value:
            found.append((moment, value))
    return found


def value_at(spans: SectionSpans, moment: int) -> Any:
    """The value that spans have at a moment; None before the first."""
    return next((value for start, value in reversed(spans) if start <= moment), None)


def _with_change(there: Any, left: Any, said: Any) -> Any:
    """A value with what was changed from `left` to `said`, and with nothing else of either."""
    if there == left or left == said:
        return said if there == left else there
    if isinstance(there, Mapping) and isinstance(left, Mapping) and isinstance(said, Mapping):
        return {
            key: _with_change(there[key], left[key], said[key]) if key in there and key in left and key in said
            else said[key] if key in said and (key not in left or said[key] != left[key])
            else there[key]
            for key in dict.fromkeys([*there, *said])
            if _stays(key, there, left, said)
        }  # fmt: skip
    if isinstance(there, list | tuple) and isinstance(left, list | tuple) and isinstance(said, list | tuple):
        kept = [item for item in there if item in said or item not in left]
        come = [item for item in said if item not in left and item not in kept]
        return type(there)([*kept, *come])
    return said


def _stays(key: str, there: Mapping[str, Any], left: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a key is there after a change: one that was written or changed is, one that was taken out is not."""
    if key in said and (key not in left or said[key] != left[key]):
        return True
    return key in there and (key in said or key not in left)
