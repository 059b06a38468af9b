"""Which command a word means that is none: by its letters, by what people mean by it, by what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.mending.command_words import (
    ALONE,
    CALLED,
    LIST,
    LOOK,
    MEANINGS,
    NEWEST,
    OFF,
    ON,
    SAID,
    SWITCHES,
    TAKING_AWAY,
    by_meaning,
    nouns_meant,
)
from occ_media_cli.cli.named_files import ENDINGS
from occ_media_cli.cli.param_kinds import is_option, kind_of
from occ_media_cli.report.words import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.cli.mending.typed_line import TypedLine
    from occ_media_cli.cli.mending.values_meant import Values


def commands_meant(line: TypedLine, values: Values) -> tuple[list[list[str]], bool]:
    """The lines that a word which is no command may mean, the surest first, and whether the first that can be taken is
    enough; else all of them are meant alike."""
    place = line.places("no command")[0]
    plain = line.parts[place].text.casefold().strip("-_").replace("_", "-")
    alike = not line.path and plain in (*LIST, *OFF, *ON)
    return _commands_meant(line, values, place, plain), not alike


def _commands_meant(line: TypedLine, values: Values, place: int, plain: str) -> list[list[str]]:
    typed = line.parts[place].text
    found = _named_value(line, values, place)
    if found:
        return found
    names = list(line.commands)
    said = plain in SAID or (not line.path and _below(line.commands, plain))
    opposite = plain.removeprefix("un") in names  # `unhold` is never `hold`
    near = None if said or opposite else _abbreviated(typed, names) or nearest(typed, names)
    if near is not None:
        return _with_noun(line, place, near)
    if not line.path:
        return _at_top(line, values, place, plain)
    return _in_group(line, values, place, plain)


def _abbreviated(word: str, names: Sequence[str]) -> str | None:
    """The one command that a word is the beginning of, or whose letters it has in their order: `ret`, `chk`."""
    plain = word.casefold()
    if len(plain) < 2:
        return None
    begun = [name for name in names if name.startswith(plain)]
    if not begun and len(plain) > 2:
        begun = [name for name in names if name[0] == plain[0] and name[-1] == plain[-1] and _has_in_order(name, plain)]
    return begun[0] if len(begun) == 1 else None


def _has_in_order(name: str, letters: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)


def listing_of(name: str, command: Any) -> list[str]:
    """The words that list what a group is about; a command alone where there is no group."""
    below = getattr(command, "commands", {})
    lists = next((word for word in ("list", "show", "info") if word in below), None)
    return [name] if not below else [name, lists] if lists is not None else []


def _named_value(line: TypedLine, values: Values, place: int) -> list[list[str]]:
    """`audit received-while-off`: what a group that is a command itself could be told by an option."""
    if not getattr(line.command, "invoke_without_command", False):
        return []
    typed = line.parts[place].text
    for item in line.options:
        kind = line.kind(item)
        if kind in ("rule", "inbox", "time") and values.fits(kind, typed, item):
            return [line.put(place, item.opts[0], typed)]
        if "--format" in item.opts and typed in item.type.choices and not line.is_given(item):
            return [line.put(place, item.opts[0], typed)]
        if "--output" in item.opts and typed.casefold().endswith(ENDINGS) and not line.is_given(item):
            return [line.put(place, item.opts[0], typed)]
    return []


def _with_noun(line: TypedLine, place: int, name: str) -> list[list[str]]:
    """The line with a command, and where it is a group and nothing follows, with what lists it."""
    command = line.commands[name]
    if getattr(command, "commands", {}) and not command.invoke_without_command and place == len(line.parts) - 1:
        return [line.put(place, *(listing_of(name, command) or [name]))]
    return [line.put(place, name)]


def _at_top(line: TypedLine, values: Values, place: int, plain: str) -> list[list[str]]:
    """What a first word means: a command below one group, a verb before its noun, a noun, or a word of other tools."""
    from occ_media_cli.cli.groups import GROUPS

    following = line.parts[place + 1].text if place + 1 < len(line.parts) else None
    if following is not None and not following.startswith("-"):
        for noun in nouns_meant(following, line.commands):
            below = getattr(line.commands[noun], "commands", {})
            for verb in (*([plain] if plain in below else []), *by_meaning(plain, list(below))):
                return [line.put(place, noun, verb, instead=2)]
            if not below and plain in (*LOOK, *LIST):
                return [line.put(place, noun, instead=2)]
    if (
        following is not None
        and following.endswith(".toml")
        and any("apply" in words and plain in words for words in MEANINGS)
    ):
        return [line.put(place, "apply")]
    if plain in (*OFF, *ON) and following is not None and values.fits("inbox", following):
        state = "off" if plain in OFF else "on"
        before, after = line.put(place)[:place], line.put(place)[place:]
        if any(word.partition("=")[0] in SWITCHES for word in after):
            return [[*before, "set", *after]]
        return [[*before, "set", *after, switch, state] for switch in SWITCHES]
    if plain in (*LOOK, *LIST):
        return [line.put(place, "show"), *([line.put(place, "inbox", "list")] if plain in LIST else [])]
    below = _below(line.commands, plain)
    if below and plain in TAKING_AWAY:  # nobody who types a word alone is led to what another group takes away by it
        return [[*line.put(place)[:place], name, plain, "--help"] for name in below]
    if below:
        return [line.put(place, name, plain) for name in below]
    for noun in nouns_meant(plain, line.commands):
        return _with_noun(line, place, noun)
    if plain == "version":
        return [line.put(place, "--version")]
    for words, target in ALONE:
        if plain in words and _is_there(target, line.commands):
            return [line.put(place, *target.split())]
    return [line.put(place, name) for name in by_meaning(plain, list(GROUPS))[:1]]


def _below(commands: Mapping[str, Any], word: str) -> list[str]:
    """The groups that have a command of this name."""
    return [name for name, group in commands.items() if word in getattr(group, "commands", {})]


def _is_there(target: str, commands: Mapping[str, Any]) -> bool:
    first, _, second = target.partition(" ")
    return first in commands and (not second or second in getattr(commands[first], "commands", {}))


def _in_group(line: TypedLine, values: Values, place: int, plain: str) -> list[list[str]]:
    """What a word means in a group: a command of it, of the whole program about its noun, or of another group."""
    names = list(line.commands)
    group = line.name
    called = [name for name in names if plain in CALLED.get(f"{group} {name}", ())]
    found = called or [name for name in names if name in {plain.removesuffix("s"), f"{plain}s"}]
    if found:
        return [line.put(place, name) for name in found[:1]]
    moved = _of_program(line, values, place, plain) or _name_alone(line, values, place)
    if moved:
        return moved
    meant = by_meaning(plain, names)
    if plain in (*LOOK, *LIST, *NEWEST):  # to look at one is to find it among all
        meant += [name for name in ("list", "show", "explain", "info") if name in names and name not in meant]
    if plain in NEWEST and "list" in names and any("--newest" in item.opts for item in line.commands["list"].params):
        return [line.put(place, "list", "--newest")]
    if meant:
        return [line.put(place, name) for name in meant]
    for name, command in line.commands.items():  # `customer list` as `customer alias list`
        below = getattr(command, "commands", {})
        deeper = [plain] if plain in below else by_meaning(plain, list(below))
        if deeper:
            return [line.put(place, name, each) for each in deeper]
    return _elsewhere(line, values, place, plain)


def _of_program(line: TypedLine, values: Values, place: int, plain: str) -> list[list[str]]:
    """`agent show mona` as `show --agent mona`, `inbox show vip` as `show vip`: a command of the program that is about
    what the group is about."""
    from occ_media_cli.cli.command_tree import command_line
    from occ_media_cli.cli.groups import GROUPS

    if len(line.path) != 1:
        return []
    group = line.path[0]
    before, after = line.put(place)[: place - 1], line.put(place)[place:]
    words = (
        [plain]
        if plain in GROUPS
        else [name for name in by_meaning(plain, list(GROUPS)) if name in ("show", "set", "history", "revert")]
    )
    for word in words:
        target = command_line(word).commands[word]
        if getattr(target, "commands", {}):
            continue
        option = next((item for item in target.params if f"--{group}" in item.opts), None)
        if option is not None and after and not after[0].startswith("-"):
            return [[*before, word, f"--{group}", *after]]
        if (
            group == "inbox"
            and any(str(item.metavar).strip("[]").startswith("INBOX") for item in target.params)
            and after
        ):
            return [[*before, word, *after]]
    return []


def _name_alone(line: TypedLine, values: Values, place: int) -> list[list[str]]:
    """`rules over-limit`, `preset text-only vip`: the name of what the group is about, without a command."""
    typed = line.parts[place].text
    more = place + 1 < len(line.parts) and line.parts[place + 1].role == "argument"
    for name in ("apply",) if more else ("show", "explain"):
        command = line.commands.get(name)
        first = next((item for item in command.params if not is_option(item)), None) if command is not None else None
        kind = kind_of(f"{line.name} {name}", first) if first is not None else None
        if kind in ("preset", "rule") and values.fits(kind, typed):
            return [line.put(place, name, typed)]
    if line.path in (["inbox"], ["agent"]) and values.fits(line.name, typed) and not more:
        option = [] if line.path == ["inbox"] else ["--agent"]
        return [line.put(place - 1, "show", *option, typed, instead=2)]
    return []


def _elsewhere(line: TypedLine, values: Values, place: int, plain: str) -> list[list[str]]:
    """A command of this name in other groups; where what follows tells which, that one."""
    from occ_media_cli.cli.command_tree import command_line

    if plain in (*LOOK, *LIST):
        return []
    program = command_line()
    before, after = line.put(place)[: place - len(line.path)], line.put(place)[place:]
    found = []
    for name, group in program.commands.items():
        below = getattr(group, "commands", {})
        if plain not in below or name in line.path:
            continue
        arguments = [item for item in below[plain].params if not is_option(item)]
        first = kind_of(f"{name} {plain}", arguments[0]) if arguments else None
        lines = [*before, name, plain, *after]
        if after and first in ("rule", "inbox", "agent", "hold", "document") and values.fits(first, after[0]):
            return [lines]
        found.append(lines)
    return found
