"""`occ-media completion`: what a shell needs to complete commands, options and values, made from those that there are.

Words that the program knows stand in the script; for names of the store it asks `cli.completed_names` at every TAB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, command
from occ_media_cli.cli.param_kinds import is_option, kind_of, takes_many
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


def _names(pairs: tuple[tuple[str, str], ...]) -> str:
    return " ".join(name for name, _ in pairs)


def _valued(tree: list[CompletionPlace]) -> list[str]:
    return sorted({option for place in tree for option in place.valued})


def _by_source(tree: list[CompletionPlace]) -> dict[str, list[str]]:
    """For each source of values, where they stand: `PLACE OPTION`, or `PLACE NUMBER` for an argument."""
    found: dict[str, list[str]] = {}
    for place in tree:
        for option, source in place.values:
            found.setdefault(source, []).append(f"{place.words} {option}".strip())
        for number, source in enumerate(place.arguments):
            if source:
                found.setdefault(source, []).append(f"{place.words} {number}")
    return found


def _of_source(source: str) -> tuple[str, str]:
    """The kind that is asked for, and the words beside it."""
    words = source.split(" ") if not source.startswith("@") else []
    if source.startswith("@"):
        kind, _, rest = source[1:].partition(" ")
        if kind in ("waiting", "approved"):  # of a plan
            second, _, rest = rest.partition(" ")
            kind = f"{kind} {second}"
        return kind, rest
    return "", " ".join(words)


def _value_cases(tree: list[CompletionPlace], line: str) -> str:
    """A case for each source. line: what is done in it, with `KIND` and `WORDS`."""
    rows = []
    for source, where in _by_source(tree).items():
        kind, words = _of_source(source)
        told = line.replace("KIND", f'"{kind}"').replace("WORDS", f'"{words}"')
        rows.append(f"""    {"|".join(_single(each) for each in where)}) {told} ;;""")
    return "\n".join(rows)


def _bash(tree: list[CompletionPlace]) -> str:
    cases = "\n".join(
        f'    "{place.words}") words="{_names(place.commands)}"; options="{_names(place.options)}" ;;' for place in tree
    )
    groups = "|".join(f'"{place.words}"' for place in tree if place.words)
    return f"""_occ_media() {{
  local current before="" place="" word words="" options="" kind="" known="" stuck="" number=0 joined=""
  local -a typed=()
  for word in "${{COMP_WORDS[@]:0:COMP_CWORD+1}}"; do  # bash parts words at : and =
    case "$joined$word" in
      =) continue ;;
      :*) typed[${{#typed[@]}}-1]+="$word"; joined=":"; [ "$word" = ":" ] || joined="" ;;
      *) typed+=("$word") ;;
    esac
  done
  current="${{typed[${{#typed[@]}}-1]}}"
  [ "${{COMP_WORDS[COMP_CWORD]}}" = "=" ] && current="" && typed+=("")
  for word in "${{typed[@]:1:${{#typed[@]}}-2}}"; do
    case "$before" in {"|".join(_valued(tree))}) before=""; continue ;; esac
    before="$word"
    case "${{place:+$place }}$word" in
      {groups}) place="${{place:+$place }}$word"; number=0 ;;
      *) case "$word" in -*) ;; *) number=$((number + 1)) ;; esac ;;
    esac
  done
  COMPREPLY=()
  case "$before" in {"|".join(_valued(tree))}) number="$before" ;; esac
  case "$place" in
{cases}
  esac
  case "$number" in
    -*) words="" ;;
    *) if [ "${{current#-}}" != "$current" ]; then
         COMPREPLY=($(compgen -W "$options" -- "$current"))
         return
       fi ;;
  esac
  case "${{place:+$place }}$number" in
{_value_cases(tree, "kind=KIND; known=WORDS")}
  esac
  word="${{COMP_WORDS[COMP_CWORD]}}"  # what bash parted the word at stays as it was typed
  if [ "$word" = ":" ]; then stuck="$current"; else stuck="${{current%"$word"}}"; fi
  for word in $words $known; do
    [[ "$word" == "$current"* ]] && COMPREPLY+=("${{word#"$stuck"}}")
  done
  if [ -n "$kind" ]; then
    while IFS= read -r word; do
      [[ "$word" == "$current"* ]] && COMPREPLY+=("$(printf '%q' "${{word#"$stuck"}}")")
    done < <(occ-media __complete "$kind" "${{typed[@]:1:${{#typed[@]}}-2}}" 2>/dev/null)
  fi
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
  local before="" place="" word kind="" known="" number=0
  local -a names options found
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$before" in ({"|".join(_valued(tree))}) before=""; continue ;; esac
    before="$word"
    case "${{place:+$place }}$word" in
      ({groups}) place="${{place:+$place }}$word"; number=0 ;;
      (*) [[ "$word" == -* ]] || number=$((number + 1)) ;;
    esac
  done
  case "$before" in ({"|".join(_valued(tree))}) number="$before" ;; esac
  case "$place" in
{cases}
  esac
  case "${{place:+$place }}$number" in
{_value_cases(tree, "kind=KIND; known=WORDS")}
  esac
  if [[ "$number" != -* && "$PREFIX" == -* ]]; then
    _describe option options
  elif [[ -n "$kind$known" ]]; then
    [[ -n "$known" ]] && found=(${{=known}})
    [[ -n "$kind" ]] && found+=("${{(@f)$(occ-media __complete "$kind" "${{(@Q)words[2,CURRENT-1]}}" 2>/dev/null)}}")
    compadd -- "${{(@)found:#}}"
  elif [[ "$number" != -* ]] && (( $#names )); then
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
    sources = []
    for source, where in _by_source(tree).items():
        kind, words = _of_source(source)
        sources.append(f"        case {' '.join(map(_quoted, where))}")
        if words:
            sources.append(f"            printf '%s\\n' {words}")
        if kind:
            sources.append(f"            occ-media __complete {_quoted(kind)} $typed 2>/dev/null")
        sources.append("            return")
    asked = "\n".join(sources)
    return f"""function __occ_media_complete
    set -l before ''
    set -l place ''
    set -l number 0
    set -l typed (commandline -opc)[2..]
    for word in $typed
        if contains -- $before {valued}
            set before ''
            continue
        end
        set before $word
        set -l longer (string trim -- "$place $word")
        if contains -- $longer {groups}
            set place $longer
            set number 0
        else if not string match -q -- '-*' $word
            set number (math $number + 1)
        end
    end
    set -l current (commandline -ct)
    set -l dashed 0
    string match -q -- '-*' $current; and set dashed 1
    if contains -- $before {valued}
        set number $before
        set dashed 0
    end
    if test $dashed = 0
        switch (string trim -- "$place $number")
{asked}
        end
    end
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
