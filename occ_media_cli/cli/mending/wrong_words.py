"""What is wrong with a command line, in words: where a person sees another mistake than the parser does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.cli.mending.names_meant import EVERY, several
from occ_media_cli.cli.mending.source_kinds import with_kind
from occ_media_cli.cli.mending.words_missing import shown_value
from occ_media_cli.cli.mending.words_placed import joined, known_already, swapped
from occ_media_cli.cli.one_of import OneOf
from occ_media_cli.cli.param_kinds import is_option
from occ_media_cli.cli.typed_right import DASHES
from occ_media_cli.report.words import or_words

if TYPE_CHECKING:
    from occ_media_cli.cli.mending.typed_line import TypedLine
    from occ_media_cli.cli.mending.values_meant import Values


def wrong_in(line: TypedLine, values: Values) -> str | None:
    """What is wrong with a line; None where the parser says it as well."""
    for part in line.parts:
        if part.text[:1] in DASHES and len(part.text) > 1:
            return f"'{part.text}' begins with '{part.text[0]}', which is no hyphen: it is no option of {line.program}"
    if line.places("no command"):
        return _no_command(line, values)
    if line.places("no option"):
        return None
    return _misplaced(line, values) or _missing(line) or _no_name(line, values)


def _no_command(line: TypedLine, values: Values) -> str | None:
    typed = line.parts[line.places("no command")[0]].text
    kinds = [kind for kind in ("rule", "inbox", "preset") if values.fits(kind, typed)]
    return f"'{typed}' is {_a(kinds[0])} and no command of {line.program}" if kinds and line.path else None


def _misplaced(line: TypedLine, values: Values) -> str | None:
    taken = " ".join(str(item.metavar or item.name).strip("[]{}") for item in line.arguments)
    strays = [line.parts[place].text for place in line.places("stray")]
    needed = [item.opts[0] for item in line.lacking() if is_option(item)]
    if known_already(line, values):
        name = line.parts[line.places("argument")[0]].text
        return f"{line.path[0]} '{name}' is there already, and {line.program} makes a new one"
    torn = joined(line, values)
    if torn:
        those = f"{_quoted(torn[1:])} {'belongs' if len(torn) == 2 else 'belong'} to {torn[0]}"
        return f"{those}: a value with spaces needs quotation marks"
    if strays and needed:
        those = f"'{strays[0]}' stands" if len(strays) == 1 else f"{_quoted(strays)} stand"
        return f"{line.program} needs {' and '.join(needed)}, and {those} there without an option"
    if strays:
        many = f"{_quoted(strays)} {'is one word' if len(strays) == 1 else 'are words'} too many"
        return f"{many}: {line.program} takes {taken or 'options alone'}"
    if swapped(line, values):
        words = [line.parts[place].text for place in line.places("argument")]
        return f"{_quoted(words)} stand in another order than {line.program} takes them: {taken}"
    if with_kind(line, values):
        word = line.parts[line.places("argument")[0]].text
        return f"'{word}' stands where its kind should: {line.program} takes {taken}"
    return None


def _missing(line: TypedLine) -> str | None:
    for place in line.valueless():
        item = line.parts[place].item
        ways = f": {or_words(item.type.choices)}" if isinstance(item.type, OneOf) else ""
        return f"{line.parts[place].text} of {line.program} needs a value{ways}"
    bad = any(
        isinstance(part.item.type, OneOf) and part.text not in part.item.type.choices
        for part in line.parts if part.role in ("value", "argument") and part.item is not None
    )  # fmt: skip
    lacks = [item.opts[0] if is_option(item) else shown_value(item) for item in line.lacking()]
    return f"{line.program} needs {' and '.join(lacks)}" if lacks and not bad else None


def _no_name(line: TypedLine, values: Values) -> str | None:
    for place, part in enumerate(line.parts):
        kind = line.kind(part.item) if part.item is not None and part.role in ("value", "argument") else None
        if kind is None or values.fits(kind, part.text):
            continue
        if several(line, values, place, part, kind):
            return f"'{part.text}' is no {kind}; several stand each by itself"
        if kind == "inbox" and part.text.casefold() in EVERY and line.option("--all") is not None:
            return f"no inbox is called '{part.text}'; every inbox is --all"
    return None


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _quoted(words: list[str]) -> str:
    shown = [f"'{word}'" for word in words]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
