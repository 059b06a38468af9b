"""What an intent beside the chain says of itself, in words that can stand on record and on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import OccMediaError
from occ_media_cli.settings import compare, field_checks, inbox_fields, read, timeline
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.store import chain
from occ_media_cli.store.reasons import LONGEST_TEXT
from occ_media_cli.vocabulary import SECTIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

STAMP = ("actor", "os_user", "host", "program")
_LONGEST = 256
"""Characters of a name of a user, a host or a program that are taken from an intent."""

_UNKNOWN = "what cannot be read"


def is_moment(value: object) -> bool:
    """Whether it is a moment that a record can have."""
    if type(value) is not int:
        return False
    try:
        times.text(value)
    except (ArithmeticError, ValueError, OSError, OccMediaError):
        return False
    return True


def maker(body: Mapping[str, Any]) -> dict[str, object]:
    """Who made a change, where and when, as far as it says so: the names of `STAMP`, and `wall`."""
    stamp = body.get("stamp")
    if not isinstance(stamp, dict):
        return {}
    said = {name: stamp[name] for name in STAMP if _is_name(stamp.get(name))}
    return said | ({"wall": stamp["wall"]} if is_moment(stamp.get("wall")) else {})


def _is_name(text: object) -> bool:
    return isinstance(text, str) and field_checks.printable(text, _LONGEST)


def reason(body: Mapping[str, Any]) -> str | None:
    """Why it says that it was made; one that is longer than a reason may be is cut."""
    for event in _events(body):
        text = event.get("reason")
        if isinstance(text, str) and text and event.get("actor") != chain.NOBODY:
            return _kept(text)
    return None


def changes(connection: sqlite3.Connection, body: Mapping[str, Any]) -> str:
    """What it would have changed: on the settings that are there, and from when on where it says another time."""
    known = {number: name for name, number in read.inbox_ids(connection).items()}
    stamp = body.get("stamp")
    made = stamp.get("now") if isinstance(stamp, dict) else None
    words: list[str] = []
    for event in _events(body):
        try:
            found = list(_change(connection, event, known, made))
        except (OccMediaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            found = [_UNKNOWN]
        words += [word for word in found if word not in words]
    return _kept("; ".join(words))


def _events(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    events = body.get("events")
    return [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []


def _kept(text: str) -> str:
    text = text.encode("utf-8", "replace").decode().replace("\0", "?")
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _change(
    connection: sqlite3.Connection, event: dict[str, Any], known: dict[int, str], made: object
) -> Iterator[str]:
    """One event. known: the names of inboxes, which learns those that come. made: the valid time of the change."""
    kind, body = event["kind"], event["body"]
    if kind == "config":
        section = body["section"]
        yield f"the section {section}" if section in SECTIONS else _UNKNOWN
        return
    name = known.get(body["inbox"]) or str(body["name"])
    words = f"inbox '{name}'"
    if kind == "setting":
        tiles = read.tiles(connection, body["inbox"])
        for delta in body["deltas"]:
            yield f"{words}: {_fields(tiles, delta)}{_span(delta, made)}"
    elif kind == "inbox-remove":
        yield f"{words} removed"
    else:
        new = known[body["inbox"]] = str(body["name"])
        yield f"{words} added" if kind == "inbox-add" else f"{words} renamed to '{new}'"


def _fields(tiles: list[timeline.Tile], delta: dict[str, Any]) -> str:
    change = inbox_fields.checked(read.change_of(delta["change"]))
    now = timeline.in_force(tiles, delta["from"])
    before = now.settings if now is not None else InboxSettings()
    said = compare.described(before, before.changed(change)) or [name.replace("_", "-") for name in change]
    return ", ".join(said) or "nothing"


def _span(delta: dict[str, Any], made: object) -> str:
    start, end = delta["from"], delta["until"]
    begin = "" if start == made else f" from {times.text(start)}"
    return begin if end is None else f"{begin} until {times.text(end)}"
