"""The command line that should have been typed, ready to paste, where it is known which word of it was mistyped."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from typing import TYPE_CHECKING

from occ_media_cli.cli.global_options import GLOBALS
from occ_media_cli.cli.groups import GROUPS
from occ_media_cli.report.words import shell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from occ_media_cli.errors import Slip

_SAY = frozenset(
    [
        *(option for option, takes in GLOBALS.items() if takes),
        "--reason", "--backdate", "--accept-loss", "--message", "--message-for", "--description", "--name",
        "--output", "-o",
    ]
)  # fmt: skip
"""Options whose value names nothing that is there: a word that was mistyped elsewhere may stand in it on purpose."""


DASHES = "–—−‒―"
"""Signs that look like a hyphen, and that word processors put in its place."""


def typed_right(
    slip: Slip, arguments: Sequence[str], left: Callable[[str, str], Mapping[str, bool]] | None = None
) -> str | None:
    """The command line with what was meant; None where it is not known which of its words that replaces.

    An option that does not stand in the line, because the environment gave its value, is put before the rest.
    left: the options of a command that another one does not take, each with whether it takes a value; where one command
    was typed for another, they stay behind.
    """
    options = tuple(each if each.startswith("-") else f"--{each}" for each in slip.options)
    right: list[str] = []
    hits = 0
    for place, word in enumerate(arguments):
        before = arguments[place - 1] if place else ""
        hit = None
        if word in slip.instead and (
            not before.startswith("-") or arguments.count(word) == slip.instead.count(word)
        ):  # fmt: skip
            if "--" in arguments[:place]:
                return None  # it would stand before the -- that it was typed behind
            continue  # no value of an option
        if options:
            hit = _as_value(slip, options, word, before)
        elif before not in _SAY:
            hit = _by_itself(slip, word)
        if hit and hit[0].startswith("-") > word.startswith("-") and "--" not in arguments[:place]:
            return None  # a name that begins like an option
        hits += hit is not None
        right += [word] if hit is None else hit
    if options and not hits:
        right, hits = [options[0], *slip.meant, *arguments], 1
    if left is not None and slip.typed in GROUPS and slip.meant and slip.meant[0] in GROUPS:
        right = _without(right, left(slip.typed, slip.meant[0]))
    known = hits == 1 or (options and hits)  # of words by themselves only one can be it
    return shell("occ-media", *right) if known and right != [*arguments] else None


_STORELESS = ("completion", "audit verify", "preset list", "preset show")
"""Commands that read no store."""

_LINES = re.compile(r"""(?<!\w)'[^']*'|"[^"]*"|\bocc-media (?=(?P<word>[a-z]+|--[a-z-]+))""")
"""Where command lines begin in a sentence; what stands in quotes is somebody's text."""


def at_store(text: str, arguments: Sequence[str]) -> str:
    """A sentence whose command lines name the store that was typed: pasted without it they would read or change the
    default one. A store that the environment names needs no word. arguments: what was typed."""
    store = store_of(arguments) if "occ-media " in text else None
    if store is None:
        return text

    def named(found: re.Match[str]) -> str:
        word = found["word"]
        rest = text[found.end() :].partition("occ-media ")[0].partition("; ")[0]
        needless = "--store" in rest or "--help" in rest or rest.startswith(_STORELESS)
        if word is None or word not in (*GROUPS, *GLOBALS) or needless:
            return found[0]
        return f"{found[0]}{shell('--store', store)} "

    return _LINES.sub(named, text)


def store_of(arguments: Sequence[str]) -> str | None:
    """The value of `--store` as it was typed, before the command or behind it; None where it was not."""
    for place, word in enumerate(arguments):
        if word == "--":
            return None
        if word.startswith("--store="):
            return word.partition("=")[2]
        if word == "--store":
            return arguments[place + 1] if place + 1 < len(arguments) else None
    return None


def left_out(arguments: Sequence[str], options: Mapping[str, bool], words: Sequence[str] = ()) -> str:
    """The command line without some options, each with whether it takes a value, and without some words that stand by
    themselves; what stands behind `--` are words."""
    return shell("occ-media", *_without(arguments, options, words))


def _without(arguments: Sequence[str], options: Mapping[str, bool], words: Sequence[str] = ()) -> list[str]:
    """Words of a command line as `left_out` keeps them."""
    right: list[str] = []
    skip = False
    for place, word in enumerate(arguments):
        option, equals, _ = word.partition("=")
        if skip:
            skip = False
        elif option in options and "--" not in arguments[:place]:
            skip = options[option] and not equals
        elif word not in words or (arguments.count(word) > words.count(word) and _is_option(arguments[place - 1])):
            right.append(word)
    return right


def _is_option(word: str) -> bool:
    return word.startswith("-") and word not in ("-", "--")


def _as_value(slip: Slip, options: Sequence[str], word: str, before: str) -> list[str] | None:
    """What replaces a word that is the value of one of the options, behind it or stuck to it."""
    if before in options and _is_same(word, slip.typed):
        return [*slip.meant]
    for option in options:
        stuck = f"{option}=" if option.startswith("--") else option
        if word.startswith(stuck) and _is_same(word.removeprefix(stuck), slip.typed):
            return [stuck + " ".join(slip.meant)]
    return None


def _by_itself(slip: Slip, word: str) -> list[str] | None:
    """What replaces a word that stands by itself, is the value of any option, or is an option with its value."""
    if _is_same(word, slip.typed):
        return [*slip.meant]
    first, equals, rest = word.partition("=")
    if not equals or not first.startswith("-"):
        return None
    if first == slip.typed:
        return [*slip.meant[:-1], f"{slip.meant[-1]}={rest}"]
    return [f"{first}={slip.meant[0]}"] if first not in _SAY and _is_same(rest, slip.typed) else None


def _is_same(word: str, typed: str) -> bool:
    """Whether a word is the one that was mistyped: names are kept in NFC, and paths without a `./`."""
    return word == typed or typed in (unicodedata.normalize("NFC", word), str(PurePath(word)))
