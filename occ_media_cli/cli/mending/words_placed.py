"""Words that stand in the wrong place: arguments too many, in the wrong order, without their option, and values that
nobody put quotation marks around."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.mending.source_kinds import with_kind
from occ_media_cli.cli.mending.values_meant import STRICT, size_meant
from occ_media_cli.cli.mending.words_missing import shown_value, with_lacking, without_value
from occ_media_cli.cli.named_files import NamedFile
from occ_media_cli.cli.one_of import OneOf
from occ_media_cli.cli.param_kinds import is_option, takes_many, takes_value

if TYPE_CHECKING:
    from occ_media_cli.cli.mending.typed_line import TypedLine
    from occ_media_cli.cli.mending.values_meant import Values

_CHOICES = 4
"""More words that may be meant are listed behind their option, and not each in a line of its own."""

_CONNECT = frozenset(
    ("to", "as", "in", "for", "from", "into", "with", "on", "at", "of", "by", "and", "=", "->", "=>", "is", "the")
)
"""Words that people put between names."""


def places_meant(line: TypedLine, values: Values) -> list[list[str]]:
    """The lines with what stands wrongly in its place, the surest first."""
    for mend in (
        _moved,
        swapped,
        with_kind,
        _format_as_file,
        known_already,
        _bad_choices,
        _joined,
        _connected,
        _stray,
        without_value,
        with_lacking,
        _otherwise_written,
    ):
        found = mend(line, values)
        if found:
            return found
    return []


def swapped(line: TypedLine, values: Values) -> list[list[str]]:
    """Words in another order than the arguments, and options that are needed, should have: the one in which all fit."""
    places = line.places("argument", "stray")
    needed = [item for item in line.lacking() if is_option(item)]
    slots = [*line.arguments, *needed]
    if not slots or not 2 <= len(places) <= 4 or any(takes_many(item) and not is_option(item) for item in slots[:-1]):
        return []
    words = [line.parts[place].text for place in places]
    slots += [slots[-1]] * (len(words) - len(slots)) if takes_many(slots[-1]) and not is_option(slots[-1]) else []
    if len(slots) != len(words) or places != list(range(places[0], places[0] + len(words))):
        return []
    kinds = [line.kind(item) for item in slots]
    orders = [
        order for order in permutations(words)
        if all(_could(values, kind, word, item) for kind, word, item in zip(kinds, order, slots, strict=True))
    ]  # fmt: skip
    if len(orders) != 1 or not any(kind in STRICT for kind in kinds) or (not needed and orders[0] == tuple(words)):
        return []
    told = [
        text
        for word, item in zip(orders[0], slots, strict=True)
        for text in ((item.opts[0], word) if is_option(item) else (word,))
    ]
    return [line.put(places[0], *told, instead=len(words))]


def _could(values: Values, kind: str | None, word: str, item: Any) -> bool:
    """Whether a word could stand for an argument; a new name is of no other kind."""
    if kind == "tag":  # a new one is no inbox
        return not values.fits("inbox", word)
    return kind is None or (word.isdecimal() if kind == "version" else values.fits(kind, word, item))


def _moved(line: TypedLine, values: Values) -> list[list[str]]:
    """`report --format csv senders` with the option behind the command that takes it."""
    last = max(line.places("command"), default=0)
    for place in line.places("option"):
        if place < last:
            size = 2 if line.parts[place + 1].role == "value" else 1
            words = line.texts
            moved = words[place : place + size]
            return [[*words[:place], *words[place + size : last + 1], *moved, *words[last + 1 :]]]
    return []


def _format_as_file(line: TypedLine, values: Values) -> list[list[str]]:
    """`-o json` as `--format json`: a format where a file to write is named."""
    formats = line.option("--format")
    for place, part in enumerate(line.parts):
        output = part.role == "value" and "--output" in part.item.opts
        if output and formats is not None and not line.is_given(formats) and part.text in formats.type.choices:
            return [line.put(place - 1, "--format", part.text, instead=2)]
    return []


def known_already(line: TypedLine, values: Values) -> list[list[str]]:
    """`agent add mona --inbox x` of an agent who is there as `agent change mona --add-inbox x`."""
    from occ_media_cli.cli.command_tree import command_line

    place = next(iter(line.places("argument")), None)
    if line.path[1:] != ["add"] or place is None:
        return []
    change = command_line(line.path[0]).commands[line.path[0]].commands.get("change")
    if change is None or not values.fits(line.path[0], line.parts[place].text):
        return []
    options = {option for item in change.params for option in item.opts}
    words = line.put(line.places("command")[1], "change")
    return [[f"--add-{word.lstrip('-')}" if f"--add-{word.lstrip('-')}" in options else word for word in words]]


def _bad_choices(line: TypedLine, values: Values) -> list[list[str]]:
    """A word that is none of a few: the line with each that may be meant; a value that stands in the option's place."""
    from occ_media_cli.report.meant import choices_meant

    for place, part in enumerate(line.parts):
        if part.role not in ("value", "argument") or part.item is None or not isinstance(part.item.type, OneOf):
            continue
        choices = part.item.type.choices
        if part.text in choices:
            continue
        found = choices_meant(part.text, choices) or values.few("word", part.item)
        if part.role == "value" and line.parts[place - 1].text == "-f" and ("." in part.text or "/" in part.text):
            free = [
                item
                for item in line.arguments
                if line.kind(item) == "file" and (takes_many(item) or not line.given(item))
            ]
            if free:  # a file behind -f, as other tools take it
                return [line.put(place - 1, part.text, instead=2)]
        if not choices_meant(part.text, choices) and part.role == "argument":
            needed = [
                item
                for item in (*line.lacking(), *line.options)
                if is_option(item)
                and line.kind(item) in STRICT
                and (item.required or line.kind(item) not in ("word", "number"))  # a bare number names no option
            ]
            own = next((item for item in needed if values.fits(line.kind(item), part.text, item)), None)
            if own is not None:
                return [line.put(place, own.opts[0], part.text)]
        return [line.put(place, each) for each in found] if len(found) <= _CHOICES else []
    return []


def _joined(line: TypedLine, values: Values) -> list[list[str]]:
    """Words behind a text or an id that belong to it: nobody put quotation marks around them."""
    for place, part in enumerate(line.parts):
        end = _end_of_text(line, values, place)
        words = line.texts[place:end]
        if len(words) > 1:
            between = "=" if line.kind(part.item) == "language" and "=" not in words[0] else " "
            return [line.put(place, between.join((words[0], " ".join(words[1:]))), instead=len(words))]
    return []


def joined(line: TypedLine, values: Values) -> list[str]:
    """The option whose value was torn, and the words behind that value which belong to it; none where it is whole."""
    for place in line.places("value"):
        words = line.texts[place : _end_of_text(line, values, place)]
        if len(words) > 1:
            return [line.texts[place - 1], *words[1:]]
    return []


def _end_of_text(line: TypedLine, values: Values, place: int) -> int:
    """Where the words end that belong to the value at a place."""
    part = line.parts[place]
    kind = line.kind(part.item) if part.role == "value" else None
    if kind == "duration":
        following = line.parts[place + 1] if place + 1 < len(line.parts) else None
        torn = following is not None and following.role in ("argument", "stray")
        return place + (2 if torn and values.fits(kind, f"{part.text} {following.text if following else ''}") else 1)
    if kind not in ("text", "customer", "size", "language"):
        return place + 1
    if not line.places("stray") and kind not in ("text", "language"):
        return place + 1
    end = place + 1
    while end < len(line.parts) and line.parts[end].role in ("stray", "argument") and not _is_name(line, values, end):
        if kind == "customer" and not line.parts[end].text.strip("+()-/.").isdigit():
            break
        end += 1
    return end


def _is_name(line: TypedLine, values: Values, place: int) -> bool:
    """Whether an argument is something that the command takes there."""
    part = line.parts[place]
    if part.role == "stray":
        return any(values.fits(kind, part.text) for kind in ("inbox", "agent", "hold") if len(part.text) > 2)
    kind = line.kind(part.item)
    return kind not in STRICT or values.fits(kind, part.text, part.item)


def _connected(line: TypedLine, values: Values) -> list[list[str]]:
    """`rename vip to key-accounts` without the word between."""
    if not line.places("stray"):
        return []
    for place in line.places("argument", "stray"):
        if line.parts[place].text.casefold() in _CONNECT:
            return [line.without(place)]
    return []


def _stray(line: TypedLine, values: Values) -> list[list[str]]:
    """An argument too many as the value of the option that it could belong to: one that is needed before others."""
    place = next(iter(line.places("stray")), None)
    if place is None:
        return []
    word = line.parts[place].text
    if place + 1 < len(line.parts) and line.parts[place + 1].role == "stray":
        both = f"{word} {line.parts[place + 1].text}"
        if values.fits("duration", both):  # `90 days`
            return [line.put(place, both, instead=2)]
    if word.casefold() in ("list", "ls", "show", "all") and not line.arguments:
        return [line.without(place)]
    needed = [item for item in line.lacking() if is_option(item)]
    free = [item for item in line.options if takes_value(item) and (takes_many(item) or not line.is_given(item))]
    of_person = next((item for item in free if line.kind(item) == "customer" and _looks_personal(word)), None)
    if of_person is not None:
        return [line.put(place, of_person.opts[0], word)]
    for items, sure in ((needed, True), (free, True), (needed, False), (free, False)):
        for item in items:
            kind = line.kind(item)
            if (kind in STRICT) is not sure or (sure and not values.fits(kind, word, item)):
                continue
            if sure or _may_be(line, values, item, kind, word):
                return [line.put(place, item.opts[0], word)]
    if line.path[-1] in ("list", "show", "stats", "info") and not line.arguments:
        return [line.without(place)]  # the list has it, and can show nothing alone
    return []


def _looks_personal(word: str) -> bool:
    """Whether a word looks like a number or an address of a person."""
    return "@" in word[1:] or (sum(map(str.isdigit, word)) > 5 and word.strip("+0123456789 ()-/.") == "")


def _may_be(line: TypedLine, values: Values, item: Any, kind: str | None, word: str) -> bool:
    """Whether a word that is no name of ours may be meant for an option that takes any word."""
    if item.opts[0] == "--version" and any(map(str.isdigit, word)):
        return True
    if item.required:
        return kind in ("text", None, "customer") or values.fits(kind, word, item)
    if kind == "text":
        return item.opts[0] == "--reason" and " " in word
    if item.opts[0] == "--name" and not is_required_name(line, item):
        return True
    if not isinstance(item.type, NamedFile) or item.type.folder or not values.fits(kind, word, item):
        return False
    there = Path(word).exists()  # a file to read, or one to write
    return there != item.type.writes and (not item.type.writes or item.type.stream)


def is_required_name(line: TypedLine, item: Any) -> bool:
    """Whether an option says what something new is called, and does not look for what is there."""
    return bool(item.required) or str(item.metavar).partition(" ")[0] not in ("G", "GLOB")


def _otherwise_written(line: TypedLine, values: Values) -> list[list[str]]:
    """A duration or a size that is written in another way than ours, and a text that is none."""
    from occ_media_cli import times

    for place in line.places("value"):
        part = line.parts[place]
        kind = line.kind(part.item)
        numbered = re.fullmatch(r"(?:v|version|#|no\.?|nr\.?) ?([0-9]+)", part.text, re.ASCII | re.IGNORECASE)
        if numbered is not None and kind in ("number", "version"):
            return [line.put(place, numbered[1])]
        if part.text.isdecimal() and kind == "duration" and int(part.text):
            usual = shown_value(part.item)[-1]  # as the help has it: days where files are kept, hours where a box ends
            return [line.put(place, f"{part.text}{unit}") for unit in dict.fromkeys((usual, "m", "h", "d"))]
        denied = line.option(f"--no-{line.texts[place - 1].removeprefix('--')}")
        if not part.text.strip() and denied is not None:  # an empty text is none
            return [line.put(place - 1, denied.opts[0], instead=2)]
        if kind == "duration" and not times.is_duration(part.text):
            meant = times.duration_meant(part.text)
        elif kind == "size" and "none" not in part.text:
            meant = size_meant(part.text)
            meant = None if meant == part.text else meant
        else:
            continue
        if meant is not None:
            return [line.put(place, meant)]
    return []
