"""Which option a word means that is none of the command: with the words of other tools, and of everyday.

`CALLED` is the one home of such words: what else our options are called. The first that the command has is meant, and
that takes the value which stands behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.mending.values_meant import STRICT
from occ_media_cli.cli.named_files import NamedFile
from occ_media_cli.cli.one_of import OneOf
from occ_media_cli.cli.param_kinds import is_option, takes_many, takes_value
from occ_media_cli.report.words import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from occ_media_cli.cli.mending.typed_line import TypedLine
    from occ_media_cli.cli.mending.values_meant import Values

CALLED: Mapping[str, tuple[str, ...]] = {
    "--reason": ("-m", "--comment", "--note", "--why", "--because", "--justification", "--cause", "--msg",
                 "--message", "--ticket", "--text", "--description"),
    "--message": ("--msg", "--text", "--reply", "--custom-message"),
    "--at": ("--on", "--date", "--when", "--as-of", "--asof", "--time", "--day", "--now"),
    "--start": ("--from", "--since", "--begin", "--starting", "--after", "--at", "--on", "--start-at"),
    "--since": ("--from", "--last", "--past", "--after", "--start", "--begin", "--newer-than", "--newer", "-s",
                "--starting", "--on"),
    "--until": ("--to", "--before", "--end", "--till", "--by", "--through", "-u", "--older", "--ending", "--expires",
                "--at"),
    "--for": ("--duration", "--during", "--length", "--period", "-d", "--ttl", "--expires-in", "--timeout", "--hours"),
    "--outcome": ("--status", "--state", "--result", "--decision", "--verdict", "--outcomes"),
    "--state": ("--status", "--outcome"),
    "--limit": ("-n", "-l", "--max", "--count", "--top", "--head", "--lines", "--number", "--first", "--max-count",
                "--rows", "--last"),
    "--to": ("--version", "--rev", "--revision", "-v", "--from", "--target", "--at"),
    "--version": ("--rev", "--revision", "-v", "--number", "--to"),
    "--channel": ("--to", "--via", "--platform", "--provider", "--for", "--profile", "-c", "--target", "--through"),
    "--inbox": ("-i", "--mailbox", "--queue", "--in", "--for", "--desk", "--box", "--team", "-b"),
    "--add-inbox": ("--inbox", "--add", "--grant", "-i"),
    "--remove-inbox": ("--remove", "--revoke"),
    "--agent": ("--user", "-u", "--operator", "--who", "--as", "--sender", "--by", "-a", "--staff"),
    "--by": ("--actor", "--author", "--user", "--who", "--agent"),
    "--customer": ("--client", "--contact", "--phone", "--sender", "--from", "--user", "-c", "--number", "--person",
                   "--recipient", "--to"),
    "--type": ("--ext", "--extension", "--mime", "--filetype", "--kind", "-t", "--suffix"),
    "--name": ("--file", "--filename", "--title", "--pattern", "--glob", "--called", "--match", "--id", "--label"),
    "--tag": ("--label", "-t", "-l", "--labels", "--selector", "--group"),
    "--rule": ("-r", "--only", "--select", "--check", "--id", "--code", "--finding"),
    "--fail-on": ("--severity", "--level", "--min-severity", "--threshold", "--exit-on"),
    "--output": ("--out", "--file", "-f", "-O", "--outfile", "--save", "--dest", "--to", "--write", "-w",
                 "--output-file", "--report"),
    "--write": ("--out", "--output-dir", "--dest", "--to", "--save", "-w", "-o", "--output", "-d"),
    "--root": ("--dir", "--folder", "-d", "--path", "--directory", "--media", "-C", "--base", "-r"),
    "--remove-after": ("--after", "--days", "--older-than", "--delete-after", "--max-age", "--age", "--expire",
                       "--expires", "--ttl", "--retain", "--remove", "--delete", "--purge-after", "--expire-after",
                       "--period"),
    "--keep-for": ("--keep", "--min-age", "--at-least", "--minimum", "--retain", "--keep-at-least", "--hold-for"),
    "--older-than": ("--age", "--older", "--min-age", "--after"),
    "--role": ("--as", "-r", "--type", "--group", "--level", "--permission"),
    "--max": ("--max-size", "--size", "--limit", "--under", "--maximum"),
    "--max-delete": ("--max", "--limit", "--force", "--max-remove"),
    "--direction": ("--dir", "--way", "-d"),
    "--scan": ("--antivirus", "--virus", "--av"),
    "--approved-only": ("--approved", "--library-only", "--library"),
    "--dry-run": ("--dryrun", "--what-if", "--whatif", "--simulate", "--preview", "--test", "--check", "--noop",
                  "--no-act", "-n"),
    "--all": ("--every", "--all-inboxes", "-A", "-a", "--everything"),
    "--newest": ("--latest", "--recent", "--reverse", "-r", "--desc", "--last", "--tail", "--sort"),
    "--force": ("-f", "--yes", "-y", "--cascade"),
    "--yes": ("-y", "--force", "--assume-yes", "--no-confirm", "--noconfirm", "--confirm", "--no-input",
              "--non-interactive"),
    "--verbose": ("--debug", "--trace"),
    "--quiet": ("--silent", "-s"),
    "--no-color": ("--no-colour", "--plain", "--color", "--colour"),
    "--actor": ("--as", "--whoami"),
    "--store": ("--db", "--database", "--config", "-s", "-c", "--file", "-d"),
    "--now": ("--at", "--from", "--date", "--when", "--time", "--on", "--start"),
    "--antivirus": ("--virus", "--av", "--malware"),
    "--clamd": ("--clamav", "--scanner"),
    "--sql": ("--query", "--source"),
    "--format": ("--output-format", "--fmt", "-F", "--as", "--style", "--print", "--render"),
    "--prune": ("--delete", "--purge", "--remove"),
    "--receive": ("--in", "--incoming", "--inbound", "--customers", "--customer-send", "--receiving", "--upload"),
    "--send": ("--out", "--outgoing", "--outbound", "--agents", "--sending"),
}  # fmt: skip
"""By option of ours, what else it is called."""

_SHORT = len("--to")
"""An option as short as this is no slip of another: every one of two letters is near to it."""

_ENDS = {"from": "old", "source": "old", "to": "new", "target": "new", "as": "new"}
"""What the old and the new name of something are called."""

_NEEDLESS = (
    "-r",
    "-R",
    "--recursive",
    "--recurse",
    "-a",
    "--all",
    "-l",
    "--long",
    "--pager",
    "--no-pager",
    "-w",
    "--wide",
)
"""What other tools need and this one does always: it goes."""


def options_meant(line: TypedLine, values: Values) -> list[list[str]]:
    """The lines that the first option which is none may mean, the surest first."""
    place = next(iter(line.places("no option")), None)
    if place is None:
        return []
    typed, equals, stuck = line.parts[place].text.partition("=")
    following = line.parts[place + 1].text if place + 1 < len(line.parts) and not equals else None
    if following is not None and following.startswith("-") and len(following) > 1:
        following = None
    value = stuck if equals else following
    taken = 2 if following is not None else 1
    for found in (
        _format(line, typed),
        _denied(line, typed),
        _one_dash(line, typed),
        _letter(line, values, typed, value),
    ):
        if found:
            return [line.put(place, *found)]
    by_name = {name: item for item in line.command.params for name in item.opts if name.startswith("-")}
    near = nearest(typed, by_name) if typed.startswith("--") and len(typed) > _SHORT else None
    called = list(_called(line, typed))
    sure = near is not None and (not called or near.startswith(typed))
    if (
        near is not None
        and sure
        and (value is None or not takes_value(by_name[near]) or _takes(line, values, by_name[near], value))
    ):
        return [line.put(place, near + (f"={stuck}" if equals else ""))]
    if value is not None:
        argument = _argument(line, place, value)
        if argument is not None:
            return [line.put(place, *argument, instead=taken)]
    surest = [each for each in called if value is not None and _is_of(line, values, each[1], value)]
    for name, item in (*surest, *called):
        if not takes_value(item):
            return [line.put(place, name)]
        if value is not None and _takes(line, values, item, value):
            return [_told(line, place, name, value, taken)]
    if near is not None:
        return [line.put(place, near + (f"={stuck}" if equals else ""))]
    choices = _choice(line, typed)
    if choices:
        return [line.put(place, *each) for each in choices]
    begun = sorted({item.opts[0] for name, item in by_name.items() if len(typed) > 3 and name.startswith(typed)})
    if begun:
        return [line.put(place, name) for name in begun]
    return [line.without(place)] if typed in _NEEDLESS else []


def _told(line: TypedLine, place: int, name: str, value: str, taken: int) -> list[str]:
    """The line with an option and its value; one of the whole program stands first."""
    if line.option(name).name.startswith("global_"):
        rest = line.put(place, instead=taken)
        return [name, value, *rest]
    return line.put(place, name, value, instead=taken)


def _format(line: TypedLine, typed: str) -> list[str] | None:
    """`--csv` as `--format csv`."""
    item = line.option("--format")
    word = typed.lstrip("-").casefold()
    word = {"md": "markdown", "jsonl": "ndjson", "excel": "xlsx", "text": "table"}.get(word, word)
    return ["--format", word] if item is not None and word in item.type.choices else None


def _choice(line: TypedLine, typed: str) -> list[tuple[str, str]]:
    """`--blocked` as `--outcome blocked`: a word of a few in the place of the option that takes it."""
    word = typed.lstrip("-").casefold()
    return [
        (item.opts[0], word) for item in line.options
        if isinstance(item.type, OneOf) and word in item.type.choices and not line.is_given(item)
    ]  # fmt: skip


def _one_dash(line: TypedLine, typed: str) -> list[str] | None:
    """`-receive` as `--receive`."""
    return [f"-{typed}"] if len(typed) > 2 and line.option(f"-{typed}") is not None else None


def _letter(line: TypedLine, values: Values, typed: str, value: str | None) -> list[str] | None:
    """`-r off` as `--receive off`: the one option that begins so and takes the value that follows."""
    if len(typed) != 2 or value is None:
        return None
    begun = [item for item in line.options if item.opts[0].startswith(f"-{typed}")]
    sure = [item for item in begun if _is_of(line, values, item, value)]
    return [sure[0].opts[0]] if len(sure) == 1 else None


def _denied(line: TypedLine, typed: str) -> list[str] | None:
    """`--no-send` denies `--send`, and is no slip of it."""
    item = line.option(f"--{typed.removeprefix('--no').removeprefix('-')}") if typed.startswith("--no") else None
    if item is None or not isinstance(item.type, OneOf) or "off" not in item.type.choices:
        return None
    return [item.opts[0], "off"]


def _argument(line: TypedLine, place: int, value: str) -> tuple[str, ...] | None:
    """`--inbox vip` and `-f x.toml` of a command that takes the value as an argument."""
    word = line.parts[place].text.partition("=")[0].lstrip("-").casefold()
    word = _ENDS.get(word, word) if {"old", "new"} <= {item.name for item in line.arguments} else word
    others = [at for at in line.places("argument", "stray") if at != place + 1]
    for item in line.arguments:
        if len(others) >= len(line.arguments) and not takes_many(item):
            continue
        shown = str(item.metavar or "").casefold().strip("[]{}").replace("...", "")
        called = {
            str(item.name),
            str(item.name).removesuffix("s").removesuffix("e"),
            str(item.name).removesuffix("s"),
            *shown.replace("|", " ").split(),
        }
        kind = line.kind(item)
        short = len(word) == 1 and any(each.startswith(word) for each in called)
        asked = word in called or word == kind or short or word.removesuffix("s") in called
        file = kind in ("file", "folder") and word in (
            "f",
            "i",
            "file",
            "path",
            "input",
            "in",
            "from",
            "dir",
            "filename",
            "config",
            "document",
            "source",
        )
        file = file or (
            isinstance(item.type, NamedFile) and item.type.writes and word in ("output", "out", "o", "to", "dest")
        )
        named = word in ("name", "n", "id") and kind in (
            "inbox",
            "agent",
            "hold",
            "preset",
            "document",
            "plan",
            "waiting plan",
        )
        if asked or file or named or (word in ("id", "name") and kind is None):
            return (value,)
    return None


def _called(line: TypedLine, typed: str) -> Iterator[tuple[str, Any]]:
    """The options of the command that a word means: those of its own first, then those of the whole program."""
    own = [*line.options, *(item for item in line.command.params if is_option(item) and item not in line.options)]
    found = [
        (CALLED[name].index(typed), name, item) for item in own for name in item.opts if typed in CALLED.get(name, ())
    ]
    for _, name, item in sorted(found, key=lambda each: (each[2] not in line.options, each[0])):
        yield name, item


def _is_of(line: TypedLine, values: Values, item: Any, value: str) -> bool:
    """Whether a value is surely one of an option: the name of what is there, or of that form."""
    kind = line.kind(item)
    return kind in STRICT and values.fits(kind, value, item)


def _takes(line: TypedLine, values: Values, item: Any, value: str) -> bool:
    """Whether a value could be one of an option."""
    kind = line.kind(item)
    if kind == "word":
        from occ_media_cli.report.meant import choices_meant

        return bool(choices_meant(value, item.type.choices)) or len(item.type.choices) == 0
    if kind in ("inbox", "agent", "channel", "tag", "rule"):
        return True  # a name that is not there yet is told in its own words
    return values.fits(kind, value, item) or kind in (None, "text")
