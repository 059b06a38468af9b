"""What can follow the words of a command line, at every place in the tree of commands; in no shell's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.param_kinds import is_option, kind_of, takes_many
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Iterator


@value
class CompletionPlace:
    """What can follow some words: sub-commands with their help, options with theirs.

    options: in their long form, which says what they do. valued: those that a value follows, where file names are
    offered, in every form. values: for an option in every form, where its values come from; arguments: the same for
    the arguments in their order. That is `@KIND` for names of the store, some words,
    or nothing where files are offered.
    """

    words: str
    commands: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    valued: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    arguments: tuple[str, ...]


_REPEATED = 10
"""Arguments of a kind that may be repeated, to the last that is completed."""


def places() -> list[CompletionPlace]:
    """Every place in the tree of commands, the top first."""
    from occ_media_cli.cli.command_tree import command_line

    return list(_walk(command_line(), ""))


def _walk(item: Any, words: str) -> Iterator[CompletionPlace]:
    commands = dict(getattr(item, "commands", {}))
    found = [
        (option, (parameter.help or "").partition("\n")[0], not parameter.is_flag)
        for parameter in item.params
        for option in parameter.opts
        if option.startswith("-")
    ]
    yield CompletionPlace(
        words,
        tuple((name, _first_line(below)) for name, below in commands.items()),
        tuple((option, text) for option, text, _ in found if option.startswith("--")),
        tuple(option for option, _, valued in found if valued),
        tuple(
            (option, source) for parameter in item.params for option in parameter.opts
            if option.startswith("-") and (source := _source(words, parameter))
        ),
        tuple(
            _source(words, argument) for argument in item.params if not is_option(argument)
            for _ in range(_REPEATED if takes_many(argument) else 1)
        ),
    )  # fmt: skip
    for name, below in commands.items():
        yield from _walk(below, f"{words} {name}".strip())


def _source(words: str, item: Any) -> str:
    """Where the values of a parameter come from, as `CompletionPlace` has it."""
    from occ_media_cli.audit.rules import RULES
    from occ_media_cli.media.channels import CHANNELS
    from occ_media_cli.settings.presets import PRESETS
    from occ_media_cli.store.known_names import KINDS

    if getattr(item, "is_flag", False):
        return ""
    kind = "agent" if "--actor" in item.opts else kind_of(words, item)
    if kind == "word":
        return " ".join(item.type.choices)
    fixed = {"rule": RULES, "preset": tuple(each.name for each in PRESETS), "channel": CHANNELS}.get(kind or "", ())
    asked = (f"@{kind}",) if kind in KINDS and kind != "root" else ()
    return " ".join((*asked, *fixed))


def _first_line(command: Any) -> str:
    return str(command.help or "").strip().partition("\n")[0]


def by_source(tree: list[CompletionPlace]) -> dict[str, list[str]]:
    """For each source of values, where they stand: `PLACE OPTION`, or `PLACE NUMBER` for an argument."""
    found: dict[str, list[str]] = {}
    for place in tree:
        for option, source in place.values:
            found.setdefault(source, []).append(f"{place.words} {option}".strip())
        for number, source in enumerate(place.arguments):
            if source:
                found.setdefault(source, []).append(f"{place.words} {number}")
    return found


def kind_and_words(source: str) -> tuple[str, str]:
    """The kind that is asked for, and the words beside it."""
    words = source.split(" ") if not source.startswith("@") else []
    if source.startswith("@"):
        kind, _, rest = source[1:].partition(" ")
        if kind in ("waiting", "approved"):  # of a plan
            second, _, rest = rest.partition(" ")
            kind = f"{kind} {second}"
        return kind, rest
    return "", " ".join(words)
