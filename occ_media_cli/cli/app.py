"""Building the part of the command line that was asked for, and running it."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any

import typer
import typer.core
from typer._click.exceptions import ClickException, NoArgsIsHelpError, NoSuchOption
from typer._click.exceptions import UsageError as ClickUsageError
from typer.main import get_command

from occ_media_cli.cli.global_options import GLOBALS
from occ_media_cli.cli.groups import GROUPS, SECTIONS
from occ_media_cli.cli.once import OneCommand, mark_several, tell_choices, watch
from occ_media_cli.cli.options import TYPED, remember
from occ_media_cli.cli.typed_right import typed_right
from occ_media_cli.errors import EXIT_USAGE, NotFound, OccMediaError, UsageError, WrongWord

SUMMARY = "Decide, record and prove which files a contact centre's inboxes may send and receive."

DASHES = "–—−‒―"
"""Signs that look like a hyphen, and that word processors put in its place."""

HELP_WORD = "help"
"""`occ-media help COMMAND` shows the page of a command, as its `--help` does."""


class WholeSentences(typer.core.TyperGroup):
    """A group whose help says the first sentence of each command whole; Click cuts it to what fits in one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark_several(self.params)

    def make_parser(self, ctx: Any) -> Any:
        """The parser of Click; options of one value are given once."""
        return watch(super().make_parser(ctx))

    def make_context(self, info_name: Any, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of Click; that of the whole program remembers what was typed."""
        typed = tuple(args)  # the parser empties the list
        context = super().make_context(info_name, args, parent, **extra)
        if parent is None:
            context.meta[TYPED] = typed
        return context

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, wrapped; those of the whole program in sections."""
        rows = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows[name] = (command.help or "").split("\n\n")[0].replace("\n", " ")
        for title, names in (SECTIONS if ctx.parent is None and len(rows) == len(GROUPS) else {}).items():
            with formatter.section(title):
                formatter.write_dl([(name, rows.pop(name)) for name in names if name in rows])
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(list(rows.items()))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page, with the words of each option that takes one of a few."""
        tell_choices(self.params)
        super().format_help(ctx, formatter)


def build(groups: list[str] | None = None) -> typer.Typer:
    """The command line with some groups, or all of them."""
    app = typer.Typer(
        name="occ-media",
        cls=WholeSentences,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        help=SUMMARY,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    )
    app.callback()(remember)
    for name in GROUPS if groups is None else groups:
        import_module(f"occ_media_cli.cli.{GROUPS[name]}").register(app, name)
    _classed(app)
    return app


def _classed(app: typer.Typer) -> None:
    """Give every command and group, at any depth, the classes of this program."""
    for command in app.registered_commands:
        command.cls = OneCommand
    for group in app.registered_groups:
        group.cls = WholeSentences
        if group.typer_instance is not None:
            _classed(group.typer_instance)


@functools.cache
def command_line(group: str | None = None) -> Any:
    """The commands below one first word, or all of them, as Click runs them.

    Built once in a process: of a second command in the same one, it would be the larger part of the work.
    """
    return get_command(build(None if group is None else [group]))


def first_word(arguments: list[str]) -> str | None:
    """The command that was typed, behind any global options."""
    place = _place_of_first_word(arguments)
    return None if place is None else arguments[place]


def _place_of_first_word(arguments: list[str]) -> int | None:
    skip = False
    for place, argument in enumerate(arguments):
        if skip:
            skip = False
        elif argument.startswith("-"):
            option, given, _ = argument.partition("=")
            skip = not given and GLOBALS.get(option, False)
        else:
            return place
    return None


def _turn_help_around(arguments: list[str]) -> list[str]:
    """`help ledger verify` as `ledger verify --help`, which is what it means; anything else as it is."""
    place = _place_of_first_word(arguments)
    if place is None or arguments[place] != HELP_WORD:
        return arguments
    return [*arguments[:place], *arguments[place + 1 :], "--help"]


def _taken_by_one(command: str, other: str) -> dict[str, bool]:
    """The options of a command that another one does not take, each with whether it takes a value."""
    found, taken = (
        {
            option: not getattr(item, "is_flag", False)
            for item in command_line(name).commands[name].params
            for option in item.opts
            if option.startswith("-")
        }
        for name in (command, other)
    )
    return {option: valued for option, valued in found.items() if option not in taken}


def dispatch(arguments: list[str]) -> int:
    """Run a command line; UsageError where it cannot be understood."""
    arguments = _turn_help_around(arguments)
    word = first_word(arguments)
    command = command_line(word if word in GROUPS else None)
    try:
        result = command.main(args=arguments, prog_name="occ-media", standalone_mode=False)
    except OccMediaError as problem:
        from occ_media_cli.cli.advice import advise

        for each in (problem, *problem.more):
            # In a line that cannot be read more may be wrong than one word; of a name, the room knows the nearest.
            odd = each.code == EXIT_USAGE or any(word[:1] in DASHES for word in arguments if word)
            again = _mended(each, arguments) if odd else None
            if again is None and each.slip is not None:
                again = typed_right(each.slip, arguments, _taken_by_one)
            again = again or (None if odd else _mended(each, arguments))
            each.hint, each.topic = advise(each, again), ()
        raise
    except NoArgsIsHelpError as problem:
        raise SystemExit(_help(problem)) from None
    except ClickUsageError as problem:
        trouble = _usage(problem, word)
        again = _mended(trouble, arguments)
        if again is None and trouble.slip is not None:
            again = typed_right(trouble.slip, arguments)
        trouble.hint = again or trouble.hint
        raise trouble from None
    except ClickException as problem:
        raise UsageError(problem.format_message()) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    return int(result or 0)


def _mended(problem: OccMediaError, arguments: list[str]) -> str | None:
    """The whole line that was meant, for an error of the line or about a name in it, which says what is wrong as a
    person sees it."""
    if problem.code not in (EXIT_USAGE, NotFound.code) or (problem.file is not None and problem.line is not None):
        return None
    from occ_media_cli.cli.mending.mend import mend, what_is_wrong

    try:
        again = mend(arguments)
        problem.what = (again is not None and what_is_wrong(arguments)) or problem.what
    except Exception:  # noqa: BLE001  # what only helps must not hide the error that it is about
        return None
    return again


def _help(problem: NoArgsIsHelpError) -> int:
    """A bare group prints its commands; that is no run of anything, so it is usage."""
    import sys

    sys.stdout.write(problem.format_message() + "\n")
    return EXIT_USAGE


def _usage(problem: ClickUsageError, word: str | None) -> UsageError:
    text = problem.format_message().rstrip(".")
    text = text[:1].lower() + text[1:]
    path = problem.ctx.command_path if problem.ctx is not None else "occ-media"
    typed = problem.option_name if isinstance(problem, NoSuchOption) else None
    if typed and problem.ctx is not None:
        return _no_option(typed, path, problem.ctx.command)
    if text.startswith("no such command"):
        command = problem.ctx.command if problem.ctx is not None else None
        return _no_command(text.split("'")[1] if "'" in text else word or "", path, command)
    return UsageError(text, hint=f"{path} --help")


def _no_option(typed: str, path: str, command: Any) -> UsageError:
    from occ_media_cli.cli.one_of import OneOf
    from occ_media_cli.report.words import nearest

    by_name = {name: item for item in command.params for name in getattr(item, "opts", []) if name.startswith("-")}
    plain = "--" + typed.removeprefix("--").removeprefix("no").removeprefix("-")
    item = by_name.get(plain) if typed.startswith("--no") else None
    if item is not None:  # `--no-send` denies `--send`, and is not a slip of it
        off = isinstance(item.type, OneOf) and "off" in item.type.choices
        meant: tuple[str, ...] | None = (plain, "off") if off else None
    else:
        near = nearest(typed, by_name) if len(typed) > len("--to") else None  # any of two letters is near
        meant = None if near is None else (near,)
    asked = f", did you mean {' '.join(meant)}?" if meant else ""
    return WrongWord(f"no option {typed} in {path}{asked}", typed=typed, meant=meant, hint=f"{path} --help")


def _no_command(typed: str, path: str, command: Any) -> UsageError:
    from occ_media_cli.report.words import nearest, question

    known = dict(getattr(command, "commands", {}))
    near = nearest(typed, known)
    below = [f"{name} {typed}" for name, group in known.items() if typed in getattr(group, "commands", {})]
    found = [near] if near is not None else below
    meant = tuple(found[0].split()) if len(found) == 1 else None
    return WrongWord(
        f"no command '{typed}' in {path}{question(*found)}", typed=typed, meant=meant, hint=f"{path} --help"
    )
