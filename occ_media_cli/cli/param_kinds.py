"""Which options and arguments name something that is there, and what: for completion, and for slips of the line.

The one home of that question. What a parameter takes is told by its name and by what stands for its value in the help,
so that a new one is known without being listed; `_OF_COMMANDS` has the few whose name says too little.
"""

from __future__ import annotations

import re
from typing import Any

from occ_media_cli.cli.named_files import NamedFile
from occ_media_cli.cli.one_of import OneOf

_OF_NAMES = {
    "inbox": "inbox", "inboxes": "inbox", "old": "inbox", "agent": "agent", "channel": "channel", "channels": "channel",
    "rule": "rule", "tag": "tag", "tags": "tag", "plan": "plan", "type": "type", "customer": "customer",
    "conversation": "customer", "root": "root", "quota": "size", "most": "size",
}  # fmt: skip
"""By the name of a parameter, the kind of what it takes."""

_OF_COMMANDS = {
    "history words": "inbox", "inbox unlink channel": "account", "inbox untag text": "tag", "inbox tag text": "tag",
    **{f"inbox {word} name": "inbox" for word in ("remove", "link", "unlink", "tag", "untag")},
    **{f"agent {word} name": "agent" for word in ("remove", "allow", "deny", "change")},
    **{f"inbox {name}": "inbox" for name in ("compare first", "compare second", "copy source", "copy targets")},
    "agent change add": "inbox", "agent change remove": "inbox", "revert version": "version",
    **{f"preset {word} name": "preset" for word in ("show", "apply")},
    **{f"library {word} name": "document" for word in ("approve", "retire")},
    "hold release name": "hold", "retention approve plan": "waiting plan", "retention purge plan": "approved plan",
    **{f"ledger ingest {name}": "id" for name in ("agent", "customer", "ticket", "requester", "account")},
}  # fmt: skip
"""The same by command, where the name says too little or something else."""

_OF_METAVARS = (
    (r"INBOX", "inbox"),
    (r"T|TIME", "time"),
    (r"[0-9]+[smhdw]", "duration"),
    (r"TEXT|REASON", "text"),
    (r"VERSION|SEQ", "number"),
    (r"LANG=TEXT", "language"),
)
"""By what stands in the help for a value; the first that the whole of it, or what stands before a `|`, is."""


def kind_of(command: str, item: Any) -> str | None:
    """What a parameter takes: a kind of `known_names.KINDS`, or rule, preset, type, time, duration, size, text, number,
    language, file, folder, word for one of a few; None where it is something else.

    command: its words, `inbox remove`.
    """
    told = _OF_COMMANDS.get(f"{command} {item.name}") or _OF_NAMES.get(item.name)
    if told is not None:
        return told
    if isinstance(item.type, OneOf):
        return "word"
    shown = str(item.metavar or "").removesuffix(" …").removesuffix("...").strip("[]")
    first = shown.partition("|")[0].partition(" ")[0]
    for pattern, kind in _OF_METAVARS:
        if re.fullmatch(pattern, shown) or re.fullmatch(pattern, first):
            return kind
    if isinstance(item.type, NamedFile):
        return "folder" if shown == "DIR" else "file"
    return "number" if item.type.name in ("integer", "float", "integer range") else None


def is_option(item: Any) -> bool:
    """Whether a parameter is an option and no argument."""
    return bool(item.opts and item.opts[0].startswith("-"))


def takes_value(item: Any) -> bool:
    """Whether an option stands before a value."""
    return not getattr(item, "is_flag", False)


def takes_many(item: Any) -> bool:
    """Whether a parameter takes several values."""
    return bool(getattr(item, "multiple", False)) or item.nargs != 1
