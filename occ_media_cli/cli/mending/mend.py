"""From a command line that was refused to the one that was meant, step by step, until the program would take it.

Each step mends one thing in a place of its own; a line is offered only where nothing that is known is wrong with it
any more, and where it says what was typed and no more. Nothing here is loaded before an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.groups import GROUPS
from occ_media_cli.cli.mending.commands_meant import commands_meant
from occ_media_cli.cli.mending.names_meant import names_meant
from occ_media_cli.cli.mending.options_meant import options_meant
from occ_media_cli.cli.mending.typed_line import TypedLine
from occ_media_cli.cli.mending.values_meant import Values
from occ_media_cli.cli.mending.words_missing import with_placeholders
from occ_media_cli.cli.mending.words_placed import places_meant
from occ_media_cli.cli.mending.wrong_words import wrong_in
from occ_media_cli.cli.typed_right import DASHES, store_of
from occ_media_cli.errors import OccMediaError
from occ_media_cli.report.words import shell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.store.locate import Location

_STEPS = 24
"""Lines that are looked at, at most."""

_LINES = 4
"""Lines that are offered at most."""


def mend(arguments: Sequence[str]) -> str | None:
    """What to type instead, one line or `; or: ` between some; None where nothing tells.

    arguments: what was typed, without the name of the program.
    """
    found = lines_meant([*arguments])
    return "; or: ".join(shell("occ-media", *words) for words in found[:_LINES]) or None


def lines_meant(arguments: list[str]) -> list[list[str]]:
    """The command lines that may have been meant, the likeliest first; none where nothing tells. Where only a value is
    missing that nobody can know, a word of the help stands for it."""
    values = Values(_location(arguments))
    unfinished: list[list[str]] = []
    found = _lines(arguments, values, {tuple(arguments)}, unfinished)
    filled = with_placeholders(TypedLine(arguments, _program(arguments)))
    unfinished += [filled] if filled is not None else []
    return [words for words in found or unfinished[:1] if words != arguments]


def _lines(
    words: list[str], values: Values, seen: set[tuple[str, ...]], unfinished: list[list[str]]
) -> list[list[str]]:
    """The lines to which the steps from this one lead. seen: those that were looked at; unfinished: gets those that
    lack a value alone."""
    better, ranked = _mended_once(words, values) if len(seen) < _STEPS else ([], False)
    if not better:
        if _is_taken(words):
            return [words]
        filled = with_placeholders(TypedLine(words, _program(words)))
        unfinished += [filled] if filled is not None and len(seen) > 1 else []
        return []
    found: list[list[str]] = []
    for each in better:
        if tuple(each) in seen or len(found) == _LINES:
            continue
        seen.add(tuple(each))
        found += _lines(each, values, seen, unfinished)
        if ranked and found:
            break
    return found


def _mended_once(words: list[str], values: Values) -> tuple[list[list[str]], bool]:
    """The lines with one thing mended, and whether the first that can be taken is enough: the others mean less."""
    plain = _typed_plainly(words)
    if plain != words:
        return [plain], True
    line = TypedLine(words, _program(words))
    first = next((line.parts[place].role for place in line.places("no command", "no option")), None)
    if first is not None:  # behind an option that is none, its value is no command
        return commands_meant(line, values) if first == "no command" else (options_meant(line, values), False)
    return places_meant(line, values) or names_meant(line, values), False


def what_is_wrong(arguments: list[str]) -> str | None:
    """What is wrong with a command line, in the words of a person; None where the parser says it as well."""
    return wrong_in(TypedLine(arguments, _program(arguments)), Values(_location(arguments)))


def _typed_plainly(words: list[str]) -> list[str]:
    """Dashes and quotation marks as a keyboard has them: word processors put others in their place."""
    right: list[str] = []
    inside = False
    for word in words:
        if "--" in right:
            right.append(word)
            continue
        begins, ends = word[:1] in "“„«" and len(word) > 1, word[-1:] in "”»“" and len(word) > 1
        if inside:
            right[-1] += " " + (word[:-1] if ends else word)
            inside = not ends
            continue
        if begins and right and right[-1].startswith("-"):
            right.append(word[1:-1] if ends else word[1:])
            inside = not ends
            continue
        rest = word.lstrip(DASHES + "-")
        if word[:1] and word[0] in DASHES and rest:
            right.append(("--" if len(rest.partition("=")[0]) > 1 else "-") + rest)
        else:
            right.append(word)
    return words if inside else right


def _program(words: Sequence[str]) -> Any:
    """The part of the command line that the words need, or the whole."""
    from occ_media_cli.cli.command_tree import command_line, first_word

    first = first_word([*words])
    return command_line(first if first in GROUPS else None)


def _is_taken(words: list[str]) -> bool:
    """Whether the command line can be read: every command, option and value is one."""
    import typer
    from typer._click.exceptions import ClickException

    if words[-1:] == ["--version"]:
        return True
    line = TypedLine(words, _program(words))
    if line.places("no command", "no option", "stray") or (line.commands and not line.command.invoke_without_command):
        return False
    rest = [part.text for part in line.parts if part.role not in ("command", "global", "global value")]
    try:
        line.command.make_context(line.name, rest)
    except (ClickException, OccMediaError, typer.Exit):
        return False
    return True


def _location(arguments: Sequence[str]) -> Location | None:
    """The store that the line is about; None where it names none that can be."""
    from occ_media_cli.store import locate

    try:
        return locate.locate(store_of(arguments))
    except (OccMediaError, OSError, RuntimeError):
        return None
