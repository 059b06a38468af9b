"""Options and arguments that take one of a few words, known by their Click type to help, completion and tests.

A parameter whose Click type is a `OneOf` needs nothing else: another word stops the command before it does anything,
and help is the command line with the word that was meant, or names each that could be.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from typer._click.types import ParamType

from occ_media_cli.errors import WrongWord


class OneOf(ParamType):
    """The type of a parameter of a few words.

    words: the words; or one text `MODULE:NAME`, where they stand in this package, loaded when they are asked for.
    """

    name = "word"

    def __init__(self, *words: str) -> None:
        self._words = words

    @property
    def choices(self) -> tuple[str, ...]:
        """The words, in the order in which people read them."""
        module, colon, name = self._words[0].partition(":")
        return tuple(getattr(import_module(f"occ_media_cli.{module}"), name)) if colon else self._words

    def convert(self, value: Any, param: Any, _context: object) -> Any:
        """The word as it was typed; WrongWord for one that is not of the set."""
        choices = self.choices
        if value in choices:
            return value
        from occ_media_cli.report import meant
        from occ_media_cli.report.words import question

        names = [name for name in param.opts if name.startswith("-")]
        found = meant.choices_meant(str(value), choices)
        what = f"{names[0]} '{value}'" if names else f"{param.name} '{value}'"
        raise WrongWord(
            f"{what} {meant.is_none_of(choices)}{question(*found)}",
            options=tuple(names), typed=str(value), meant=found if len(found) == 1 else None,
            hint=meant.offer(found or choices, f"{names[0]} " if names else ""),
        )  # fmt: skip


SWITCH = OneOf("on", "off")
DIRECTION = OneOf("vocabulary:DIRECTIONS")
CATEGORY = OneOf("vocabulary:CATEGORIES")


class NumberOrAll(ParamType):
    """The type of `--limit`: a whole number from 1, or `all`, which is 0."""

    name = "integer"

    def convert(self, value: Any, param: Any, _context: object) -> int:
        """The number; UsageError for what is none."""
        text = str(value).strip()
        if text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) > 0:
            return int(text)
        if isinstance(value, int) or text == "all":
            return 0
        from occ_media_cli.report.words import nearest, question

        near = nearest(text.casefold(), ("all",))
        raise WrongWord(
            f"{param.opts[0]} '{value}' is neither a number from 1 nor all{question(near) if near else ''}",
            options=tuple(param.opts), typed=str(value), meant=(near,) if near else None,
            hint=f"write {param.opts[0]} 100 or {param.opts[0]} all",
        )  # fmt: skip


NUMBER_OR_ALL = NumberOrAll()
