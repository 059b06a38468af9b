"""The scripts that complete a command line, one for each shell.

Words that the program knows stand in the script; for names of the store it asks `cli.completed_names` at every TAB.
"""

from __future__ import annotations

from collections.abc import Callable

from occ_media_cli.cli.store.completion_places import CompletionPlace, by_source, kind_and_words, places


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
    for source, where in by_source(tree).items():
        kind, words = kind_and_words(source)
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


def _value_cases(tree: list[CompletionPlace], line: str) -> str:
    """A case for each source. line: what is done in it, with `KIND` and `WORDS`."""
    rows = []
    for source, where in by_source(tree).items():
        kind, words = kind_and_words(source)
        told = line.replace("KIND", f'"{kind}"').replace("WORDS", f'"{words}"')
        rows.append(f"""    {"|".join(_single(each) for each in where)}) {told} ;;""")
    return "\n".join(rows)


def _valued(tree: list[CompletionPlace]) -> list[str]:
    return sorted({option for place in tree for option in place.valued})


def _names(pairs: tuple[tuple[str, str], ...]) -> str:
    return " ".join(name for name, _ in pairs)


def _described(pair: tuple[str, str]) -> str:
    name, text = pair
    return _single(f"{name}:{text}" if text else name)


def _single(text: str) -> str:
    """A word in single quotes, for zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _quoted(text: str) -> str:
    """A word in single quotes, for fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
