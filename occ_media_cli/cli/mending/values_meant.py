"""Whether a word could be the value of a parameter: what is there by that name, or of that form."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.cli.one_of import OneOf
from occ_media_cli.store import known_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.store.locate import Location

STRICT = frozenset((*known_names.KINDS, "rule", "preset", "type", "duration", "time", "word", "number", "size"))
"""Kinds of which one can tell whether a word is of them; any word may be a text, a file or a customer."""

_TIME = (
    r"\d{4}-\d{2}(-\d{2})?([T ].*)?|\d{1,2}\.\d{1,2}\.(\d{2,4})?|\d{1,2}:\d{2}|today|yesterday|tomorrow|now"
    r"|(last|this)-\w+|(mon|tues|wednes|thurs|fri|satur|sun)day"
)
_LEAST_LAST = ("role",)
"""Parameters whose choices give the most rights first: a line to paste gives the least."""

_MANY_NAMES = 4
"""More answers than this are listed by a command and not each written out as a line."""


def size_meant(word: str) -> str | None:
    """The size that a word is or means, by the one check of settings; None for what is no size."""
    from occ_media_cli.settings import inbox_fields
    from occ_media_cli.settings.field_checks import FieldProblem

    try:
        inbox_fields.checked({"quota": word})
    except FieldProblem as problem:
        return problem.meant
    return word


class Values:
    """What is there to be named, asked of the store once for each kind."""

    def __init__(self, location: Location | None) -> None:
        self._location = location
        self._found: dict[tuple[str, str | None], tuple[str, ...]] = {}

    def names(self, kind: str, inbox: str | None = None) -> tuple[str, ...]:
        """Every name of a kind: those of the store, and of channels, rules, presets and types those of the program."""
        key = (kind, inbox)
        if key not in self._found:
            asked = kind in known_names.KINDS and self._location is not None
            own = known_names.known_names(self._location, kind, inbox) if asked and self._location else ()
            self._found[key] = tuple(dict.fromkeys((*own, *self._of_program(kind))))
        return self._found[key]

    def fits(self, kind: str | None, word: str, item: Any = None) -> bool:
        """Whether a word could be a value of a kind. item: the parameter, for the choices that it has."""
        if kind == "duration":
            return times.is_duration(word) or times.duration_meant(word) is not None
        if kind == "time":
            return re.fullmatch(_TIME, word.casefold()) is not None or times.is_duration(word)
        if kind == "number":
            return word.isascii() and word.isdigit()
        if kind == "word" and item is not None and isinstance(item.type, OneOf):
            return word in item.type.choices
        if kind == "language":
            return "=" in word
        if kind == "size":
            return size_meant(word) is not None
        if kind == "folder" or (kind == "root" and word not in self.names("root")):
            return Path(word).is_dir()
        if kind == "file":
            return "." in word or "/" in word
        if kind in ("account", "channel"):
            return word.partition(":")[0] in self.names("channel") or word in self.names("channel")
        return word in self.names(kind) if kind in STRICT else kind is not None

    def few(self, kind: str | None, item: Any, inbox: str | None = None) -> Sequence[str]:
        """The values that a parameter could have, where they are few enough to print each; the likeliest first."""
        if isinstance(item.type, OneOf):
            choices = item.type.choices
            found: Sequence[str] = choices[::-1] if item.name in _LEAST_LAST else choices
        elif kind == "version" and inbox is not None:
            found = self.names(kind, inbox)[:_MANY_NAMES]
        elif kind in (
            "hold",
            "plan",
            "waiting plan",
            "approved plan",
            "document",
            "agent",
            "inbox",
            "account",
            "root",
            "tag",
        ):
            found = self.names(str(kind))
        else:
            found = ()
        return found if len(found) <= _MANY_NAMES else ()

    def _of_program(self, kind: str) -> tuple[str, ...]:
        if kind == "channel":
            from occ_media_cli.media.channels import CHANNELS

            return CHANNELS
        return self._fixed.get(kind, ())

    @cached_property
    def _fixed(self) -> dict[str, tuple[str, ...]]:
        from occ_media_cli.audit.rules import RULES
        from occ_media_cli.settings.presets import PRESETS
        from occ_media_cli.vocabulary import CATEGORIES

        return {"rule": RULES, "preset": tuple(each.name for each in PRESETS), "category": tuple(CATEGORIES)}
