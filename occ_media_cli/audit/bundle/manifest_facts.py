"""What the manifest of a bundle says of the bundle: in the shape that it has, and as the files inside say it too.

A digest shows that a manifest was changed by somebody who did not think of it. Whoever did makes another digest, and a
bundle that nobody signed has nothing else; then each fact must at least be the one that the report and the checkpoint
state, which are printed in other places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.decoding import decode
from occ_media_cli.ledger.verify import checkpoint
from occ_media_cli.store import who

REPORT = "report.json"
CHECKPOINT = "checkpoint.json"

LARGEST_HEAD = 1_000_000
"""Bytes of the first line of a report, which holds everything but its findings."""

PROGRAM = checkpoint.SCHEMA.partition("/")[0]
"""The name that this program gives itself in what it writes."""

_HASH = frozenset("0123456789abcdef")


def _is(parse: Callable[[Any], object], value: object) -> bool:
    """Whether a value is of a shape."""
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and _HASH.issuperset(value)


def _time(value: object) -> bool:
    return _is(who.moment, value)


def _made_by(value: object) -> bool:
    return _is(who.Made.of_json, value)


def _inboxes(value: object) -> bool:
    return value is None or (isinstance(value, list) and bool(value) and all(who.is_plain(name) for name in value))


_SHAPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "made": ("a time", _time),
    "program": ("the name of a program", who.is_plain),
    "ledger_head": ("a hash", _is_hash),
    "ledger_entries": ("a count", lambda value: type(value) is int and value >= 0),
    "since": ("a time", lambda value: value is None or _time(value)),
    "until": ("a time", lambda value: value is None or _time(value)),
    "inboxes": ("a list of inboxes", _inboxes),
    "pseudonyms": ("true or false", lambda value: type(value) is bool),
    "signed": ("true or false", lambda value: type(value) is bool),
    "made_by": ("who made it, when and where", _made_by),
}
"""Each fact, what it is in words, and whether a value is one."""

_OPTIONAL = frozenset({"made_by"})
"""Facts that bundles of older versions do not have."""


def misshapen(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the facts themselves, in words."""
    for name, (kind, is_one) in _SHAPES.items():
        if name in manifest:
            if not is_one(manifest[name]):
                yield f"says {name}, which is not {kind}"
        elif name not in _OPTIONAL:
            yield f"does not say {name}"
    made = manifest.get("made_by")
    if made is not None and _made_by(made) and manifest.get("program") != f"{PROGRAM} {made['version']}":
        yield "says program, which is not of the version that made_by says"


def contradicted(manifest: Mapping[str, Any], file: str, data: bytes) -> Iterator[str]:
    """What one of the files beside the manifest says otherwise, in words. file: REPORT, of which the first line is
    enough, or CHECKPOINT."""
    try:
        stated = _of_report(data) if file == REPORT else _of_checkpoint(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"is not the {file.partition('.')[0]} of a bundle"
        return
    for name, value in stated.items():
        if name not in manifest or manifest[name] != value:
            yield f"says another {name} than the manifest"


def _of_report(data: bytes) -> dict[str, Any]:
    """The facts of a report. Its findings are left out: there may be millions, one a line."""
    line = data.partition(b"\n")[0].rstrip()
    head = decode(line + (b"]}" if line.endswith(b"[") else b""), largest=LARGEST_HEAD)
    stated = {name: head[name] for name in ("ledger_head", "ledger_entries", "since", "until", "inboxes")}
    if "made" in head:
        stated |= {"made": head["made"]["at"], "made_by": head["made"]}
    return stated


def _of_checkpoint(data: bytes) -> dict[str, Any]:
    """The facts of a checkpoint."""
    mark = checkpoint.parse_checkpoint(data)
    more = (mark.previous, mark.nonce, mark.signature, mark.timestamp)
    if any(each is not None for each in more):
        raise ValueError("a bundle's own checkpoint continues none, and the bundle's signature covers it")
    if mark.seq and not _is_hash(mark.store):
        raise ValueError("names no store")
    stated: dict[str, Any] = {
        "ledger_head": mark.state, "ledger_entries": mark.entries, "made": times.text(mark.made),
    }  # fmt: skip
    return stated if mark.made_by is None else {**stated, "made_by": mark.made_by.as_json()}
