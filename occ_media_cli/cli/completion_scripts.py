"""Completion scripts, made from the commands that there are: nothing is run while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from occ_media_cli.values import value


@value
class Place:
    """What can follow some words: sub-commands with their help, options with theirs."""

    words: str
    commands: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]


def places() -> list[Place]:
    """Every place in the tree of commands, the top first."""
    from typer.main import get_command

    from occ_media_cli.cli.run import build

    return list(_walk(get_command(build()), ""))


def _walk(item: Any, words: str) -> Iterator[Place]:
    commands = dict(getattr(item, "commands", {}))
    options = tuple(
        (option, (parameter.help or "").partition("\n")[0])
        for parameter in item.params
        for option in parameter.opts
        if option.startswith("--")
    )
    yield Place(words, tuple((name, _first_line(command)) for name, command in commands.items()), options)
    for name, command in commands.items():
        yield from _walk(command, f"{words} {name}".strip())


def _first_line(command: Any) -> str:
    return str(command.help or "").strip().partition("\n")[0]


def _names(pairs: tuple[tuple[str, str], ...]) -> str:
    return " ".join(name for name, _ in pairs)


def _bash(tree: list[Place]) -> str:
    cases = "\n".join(
        f'    "{place.words}") words="{_names(place.commands)}"; options="{_names(place.options)}" ;;' for place in tree
    )
    groups = " ".join(f'"{place.words}"' for place in tree if place.words)
    return f"""_occ_media() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="" word words="" options="" known
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    for known in {groups}; do
      if [ "${{path:+$path }}$word" = "$known" ]; then path="$known"; break; fi
    done
  done
  case "$path" in
{cases}
  esac
  if [ "${{current#-}}" != "$current" ]; then words="$options"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _occ_media occ-media
"""


def _zsh(tree: list[Place]) -> str:
    return "autoload -U +X bashcompinit && bashcompinit\n" + _bash(tree)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish(tree: list[Place]) -> str:
    lines = ["complete -c occ-media -f"]
    for place in tree:
        subcommands = _names(place.commands)
        if place.words:
            condition = " ; and ".join(f"__fish_seen_subcommand_from {word}" for word in place.words.split())
        else:
            condition = "__fish_use_subcommand"
        before = f"{condition} ; and not __fish_seen_subcommand_from {subcommands}" if subcommands else condition
        if not place.words:
            before = condition
        lines += [
            f"complete -c occ-media -n {_quoted(before)} -a {name} -d {_quoted(text)}" for name, text in place.commands
        ]
        lines += [
            f"complete -c occ-media -n {_quoted(condition)} -l {name[2:]} -d {_quoted(text)}"
            for name, text in place.options
        ]
    return "\n".join(lines) + "\n"


SCRIPTS: dict[str, Callable[[list[Place]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def script(shell: str) -> str:
    """The script for one of `SCRIPTS`."""
    return SCRIPTS[shell](places())
