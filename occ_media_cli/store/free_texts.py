"""Texts that people write freely into events: the chain covers a salted commitment to each, so that each can be erased.

A reason, the name of a hold or a message for customers may hold the name or the number of a person. In the row of an
event such a text stands as it was written; what the chain covers in its place is {"commitment": "…"}. The salt stands
in `free_text`, under the place of the text: `reason` for the event's own, else the way to it in the body, such as
`/versions/0/value/message`. An erasure puts `ERASED` in the place of the text and the commitment in that of the salt.

An event without a row in `free_text` is covered as it stands: it is older, and its texts stay.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.store import canonical
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

ERASED = "(erased)"
"""What stands in the place of an erased text."""

REASON = "reason"
"""The place of an event's own reason."""

BACKDATE = "backdate"
"""The member of a body, whatever its kind, that says why the past was changed."""

_KEYS: Mapping[str, frozenset[str]] = {
    "hold": frozenset({"name", BACKDATE}),
    "hold-release": frozenset({"name"}),
    "setting": frozenset({BACKDATE, "message", "messages", "description"}),
    "config": frozenset({BACKDATE, "reason", "owner", "entry"}),
    "purge-refused": frozenset({"words"}),
    "orphan-refused": frozenset({"words"}),
    "scan": frozenset({"detail"}),
    "library-propose": frozenset({BACKDATE, "name", "version", "path", "text_missing"}),
    "library-approve": frozenset({BACKDATE, "name", "version"}),
    "library-retire": frozenset({BACKDATE, "name", "version"}),
}
"""By kind of event: the members of its body that people write freely, however deep they stand."""


@value
class Promise:
    """A free text and what the chain covers in its stead. place: see the module."""

    place: str
    text: str
    salt: bytes
    commitment: bytes


def texts_of(kind: str, reason: str | None, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The free texts of an event, each with its place."""
    if reason:
        yield REASON, reason
    keys = _KEYS.get(kind)
    if keys is not None:
        yield from _free(body, "", keys)
    elif isinstance(why := body.get(BACKDATE), str) and why:
        yield f"/{BACKDATE}", why


def _free(value: Any, place: str, keys: frozenset[str]) -> Iterator[tuple[str, str]]:
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in members:
        below = f"{place}/{_escaped(str(key))}"
        if key in keys and isinstance(item, str):
            if item:
                yield below, item
        elif key == "messages" and key in keys and isinstance(item, Mapping):
            yield from ((f"{below}/{_escaped(language)}", text) for language, text in item.items() if text)
        else:
            yield from _free(item, below, keys)


def promise(kind: str, reason: str | None, body: str) -> tuple[list[Promise], object, str]:
    """A new commitment to each free text of an event, and its reason and body as the chain covers them.

    body: in its canonical form, and so is the one that is returned.
    """
    decoded = json.loads(body) if kind in _KEYS else {}
    found = []
    for place, text in list(texts_of(kind, reason, decoded)):
        salt = os.urandom(canonical.SALT_BYTES)
        found.append(Promise(place, text, salt, canonical.commit_to(salt, text)))
    said, inside = covered(reason, decoded, {each.place: each.commitment for each in found})
    return found, said, canonical.text(inside) if any(each.place != REASON for each in found) else body


def keep(connection: sqlite3.Connection, seq: int, some: list[Promise]) -> None:
    """Keep the salts of an event's texts, inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO free_text (seq, place, salt) VALUES (?, ?, ?)", ((seq, each.place, each.salt) for each in some)
    )


def covered(reason: str | None, body: Any, commitments: Mapping[str, bytes]) -> tuple[object, Any]:
    """The reason and the body as the chain covers them: with commitments in the places of texts.

    Body is changed: hand in one of your own. KeyError, IndexError or TypeError for a place that it does not have.
    """
    said: object = reason
    for place, commitment in commitments.items():
        promised = {"commitment": commitment.hex()}
        if place == REASON:
            said = promised
        else:
            put(body, place, promised)
    return said, body


def text_at(body: Any, place: str) -> object:
    """What stands at a place of a body; KeyError, IndexError or TypeError where it has none."""
    for key in _keys(place):
        body = body[int(key) if isinstance(body, list) else key]
    return body


def put(body: Any, place: str, item: object) -> None:
    """Put something at a place of a body that is there."""
    *way, last = _keys(place)
    for key in way:
        body = body[int(key) if isinstance(body, list) else key]
    body[int(last) if isinstance(body, list) else last] = item


def each_string(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a JSON value with the place at which it stands; a name of a member stands at the member."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            below = f"{place}/{_escaped(key)}"
            yield below, key
            yield from each_string(item, below)
    elif isinstance(value, list):
        for key, item in enumerate(value):
            yield from each_string(item, f"{place}/{key}")


def _keys(place: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in place.split("/")[1:]]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
