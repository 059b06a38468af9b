"""Words that a line lacks: an option without its value, arguments and options that are needed and were not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.param_kinds import is_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.cli.mending.typed_line import TypedLine
    from occ_media_cli.cli.mending.values_meant import Values


def without_value(line: TypedLine, values: Values) -> list[list[str]]:
    """The lines with each value that an option could have."""
    for place in line.valueless():
        item = line.parts[place].item
        few = values.few(line.kind(item), item)
        if few:
            return [line.put(place, item.opts[0], each) for each in few]
    return []


def with_lacking(line: TypedLine, values: Values) -> list[list[str]]:
    """The lines with each answer that what is missing could have."""
    lacks = line.lacking()
    inbox = next((text for item in line.arguments for text in line.given(item) if line.kind(item) == "inbox"), None)
    item = next((each for each in lacks if values.few(line.kind(each), each, inbox)), None)
    if item is None or (len(lacks) > 1 and len(values.few(line.kind(item), item, inbox)) > 1):
        return []  # nobody told so much
    words: Sequence[str] = values.few(line.kind(item), item, inbox)
    end = next(iter(line.places("dashes")), len(line.parts))
    if is_option(item):
        return [line.put(end, item.opts[0], each, instead=0) for each in words]
    behind = max(line.places("command", "argument"), default=len(line.parts) - 1) + 1
    return [line.put(behind, each, instead=0) for each in words]


def with_placeholders(line: TypedLine) -> list[str] | None:
    """The line with a word for each value that it lacks, to be filled in; None where it lacks nothing."""
    lacks = line.lacking()
    if not lacks or line.places("no command", "no option", "stray"):
        return None
    words = line.texts
    if line.places("dashes"):
        return None
    for item in sorted(lacks, key=is_option):
        shown = shown_value(item)
        words += [item.opts[0], shown] if is_option(item) else [shown]
    return words


def shown_value(item: Any) -> str:
    """The word that stands in the help for a value of a parameter."""
    shown = str(item.metavar or item.name).strip("[]{}").removesuffix(" …").removesuffix("...")
    return shown.partition("|")[0].partition(" ")[0]
