"""`occ-media completion`: what a shell needs to complete commands and options, made from those that there are.

Nothing is run while somebody types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, command
from occ_media_cli.cli.session import Session
from occ_media_cli.values import value

HELP = """Print a completion script for bash, zsh or fish.

\b
Examples:
  eval "$(occ-media completion bash)"
  occ-media completion zsh > ~/.zfunc/_occ-media
  occ-media completion fish > ~/.config/fish/completions/occ-media.fish
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} Exit codes: 0 done, 2 usage.")(command(run))


def run(
    session: Session,  # every command has one
    shell: Annotated[
        str,
        typer.Argument(
            metavar="bash|zsh|fish", help="The shell.", click_type=one_of.OneOf("cli.store.completion:SCRIPTS")
        ),
    ],
) -> int | None:
    """Print the script."""
    typer.echo(script(shell), nl=False)
    return None


@value
class CompletionPlace:
    """What can follow some words: sub-commands with their help, options with theirs.

    options: in their long form, which says what they do. valued: those that a value follows, where file names are
    offered, in every form.
    """

    words: str
    commands: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    valued: tuple[str, ...]


def places() -> list[CompletionPlace]:
    """Every place in the tree of commands, the top first."""
    from occ_media_cli.cli.app import command_line

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
    )
    for name, below in commands.items():
        yield from _walk(below, f"{words} {name}".strip())


def _first_line(command: Any) -> str:
    return str(command.help or "").strip().partition("\n")[0]


def _names(pairs: tuple[tuple[str, str], ...]) -> str:
    return " ".join(name for name, _ in pairs)


def _valued(tree: list[CompletionPlace]) -> list[str]:
    return sorted({option for place in tree for option in place.valued})


def _bash(tree: list[CompletionPlace]) -> str:
    cases = "\n".join(
        f'    "{place.words}") words="{_names(place.commands)}"; options="{_names(place.options)}" ;;' for place in tree
    )
    groups = "|".join(f'"{place.words}"' for place in tree if place.words)
    return f"""_occ_media() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" before="" place="" word words="" options=""
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$before" in {"|".join(_valued(tree))}) before=""; continue ;; esac
    before="$word"
    case "${{place:+$place }}$word" in {groups}) place="${{place:+$place }}$word" ;; esac
  done
  COMPREPLY=()
  case "$before" in {"|".join(_valued(tree))}) return ;; esac
  case "$place" in
{cases}
  esac
  if [ "${{current#-}}" != "$current" ]; then words="$options"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _occ_media occ-media
"""


def _zsh(tree: list[CompletionPlace]) -> str:
    cases = "\n".join(
        f"    {_single(place.words)})\n"
        f"      names=({' '.join(_described(pair) for pair in place.commands)})\n"
        f"      options=({' '.join(_described(pair) for pair in place.options)}) ;;"
        for place in tree
    )
    groups = "|".join(_single(place.words) for place in tree if place.words)
    return f"""#compdef occ-media
_occ_media() {{
  local before="" place="" word
  local -a names options
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$before" in ({"|".join(_valued(tree))}) before=""; continue ;; esac
    before="$word"
    case "${{place:+$place }}$word" in ({groups}) place="${{place:+$place }}$word" ;; esac
  done
  case "$before" in ({"|".join(_valued(tree))}) _files; return ;; esac
  case "$place" in
{cases}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe option options
  elif (( $#names )); then
    _describe command names
  else
    _files
  fi
}}
if [[ "$funcstack[1]" == _occ-media ]]; then
  _occ_media "$@"
else
  (( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit; }}
  compdef _occ_media occ-media
fi
"""


def _described(pair: tuple[str, str]) -> str:
    name, text = pair
    return _single(f"{name}:{text}" if text else name)


def _single(text: str) -> str:
    """A word in single quotes, for zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _quoted(text: str) -> str:
    """A word in single quotes, for fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish(tree: list[CompletionPlace]) -> str:
    groups = " ".join(_quoted(place.words) for place in tree if place.words)
    valued = " ".join(_valued(tree))
    cases = []
    for place in tree:
        cases.append(f"        case {_quoted(place.words)}")
        for test, pairs in (("test $dashed = 1", place.options), ("test $dashed = 0", place.commands)):
            if pairs:
                words = " ".join(_quoted(f"{name}\t{text}") for name, text in pairs)
                cases.append(f"            {test}; and printf '%s\\n' {words}; and return")
    listed = "\n".join(cases)
    return f"""function __occ_media_complete
    set -l before ''
    set -l place ''
    for word in (commandline -opc)[2..]
        if contains -- $before {valued}
            set before ''
            continue
        end
        set before $word
        set -l longer (string trim -- "$place $word")
        contains -- $longer {groups}; and set place $longer
    end
    set -l current (commandline -ct)
    set -l dashed 0
    string match -q -- '-*' $current; and set dashed 1
    if not contains -- $before {valued}
        switch $place
{listed}
        end
    end
    test $dashed = 0; and __fish_complete_path $current
end
complete -c occ-media -f -a '(__occ_media_complete)'
"""


SCRIPTS: dict[str, Callable[[list[CompletionPlace]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def script(shell: str) -> str:
    """The script for one of `SCRIPTS`."""
    return SCRIPTS[shell](places())
