"""Which module holds which command; building the part of the command line that was asked for, and running it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
import typer.core
from typer._click.exceptions import ClickException, NoArgsIsHelpError, NoSuchOption
from typer._click.exceptions import UsageError as ClickUsageError
from typer.main import get_command

from occ_media_cli.cli.once import OneCommand, watch
from occ_media_cli.cli.options import GLOBALS, remember
from occ_media_cli.errors import EXIT_USAGE, OccMediaError, UsageError, WrongWord

GROUPS: dict[str, str] = {
    "set": "settings.set",
    "show": "settings.show",
    "history": "settings.history",
    "revert": "settings.revert",
    "inbox": "settings.inbox",
    "agent": "settings.agent",
    "preset": "settings.preset",
    "check": "files.check",
    "types": "files.types",
    "channels": "files.channels",
    "fit": "files.fit",
    "gate": "files.gate",
    "diagnose": "files.diagnose",
    "plan": "settings.plan",
    "apply": "settings.apply",
    "export": "settings.export",
    "drift": "settings.drift",
    "store": "store.store",
    "doctor": "store.doctor",
    "completion": "store.completion",
    "ledger": "ledger",
    "audit": "audit.audit",
    "report": "audit.report",
    "rules": "audit.rules",
    "retention": "retention",
    "hold": "retention.hold",
    "customer": "ledger.customer",
}
"""The first word of a command and its module in this package, in the order of the help."""

SUMMARY = "Decide, record and prove which files a contact centre's inboxes may send and receive."

HELP_WORD = "help"
"""`occ-media help COMMAND` shows the page of a command, as its `--help` does."""


class WholeSentences(typer.core.TyperGroup):
    """A group whose help says the first sentence of each command whole; Click cuts it to what fits in one line."""

    def make_parser(self, ctx: Any) -> Any:
        """The parser of Click; options of one value are given once."""
        return watch(super().make_parser(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, wrapped."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, (command.help or "").split("\n\n")[0].replace("\n", " ")))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


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


def dispatch(arguments: list[str]) -> int:
    """Run a command line; UsageError where it cannot be understood."""
    arguments = _turn_help_around(arguments)
    word = first_word(arguments)
    groups = [word] if word in GROUPS else None
    command: Any = get_command(build(groups))
    try:
        result = command.main(args=arguments, prog_name="occ-media", standalone_mode=False)
    except WrongWord as problem:
        problem.hint = _typed_right(problem, arguments) or problem.hint
        raise
    except OccMediaError as problem:
        if problem.topic:
            from occ_media_cli.cli.advice import advise

            problem.hint, problem.topic = advise(problem), ()
        raise
    except NoArgsIsHelpError as problem:
        raise SystemExit(_help(problem)) from None
    except ClickUsageError as problem:
        raise _usage(problem, word) from None
    except ClickException as problem:
        raise UsageError(problem.format_message()) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    return int(result or 0)


def _typed_right(problem: WrongWord, arguments: list[str]) -> str | None:
    """The command line with the word that was meant, ready to paste; None where the word is not found in it."""
    from occ_media_cli.report.words import shell

    right = list(arguments)
    for place, word in enumerate(arguments):
        if word == f"{problem.option}={problem.typed}":
            right[place] = f"{problem.option}={problem.meant}"
        elif word == problem.typed and place and arguments[place - 1] == problem.option:
            right[place] = problem.meant
    return shell("occ-media", *right) if right != arguments else None


def _help(problem: NoArgsIsHelpError) -> int:
    """A bare group prints its commands; that is no run of anything, so it is usage."""
    import sys

    sys.stdout.write(problem.format_message() + "\n")
    return EXIT_USAGE


def _usage(problem: ClickUsageError, word: str | None) -> UsageError:
    from occ_media_cli.report.words import nearest

    text = problem.format_message().rstrip(".")
    text = text[:1].lower() + text[1:]
    path = problem.ctx.command_path if problem.ctx is not None else "occ-media"
    hint = f"{path} --help"
    typed = problem.option_name if isinstance(problem, NoSuchOption) else None
    if typed and problem.ctx is not None:
        known = [name for item in problem.ctx.command.params for name in getattr(item, "opts", [])]
        starts = [name for name in known if name.startswith(typed)] if len(typed) > len("--x") else []
        near = starts[0] if len(starts) == 1 else nearest(typed, known)
        text = f"no option {typed} in {path}" + (f", did you mean {near}?" if near else "")
    elif text.startswith("no such command"):
        known = list(getattr(problem.ctx.command, "commands", {})) if problem.ctx is not None else []
        name = text.split("'")[1] if "'" in text else word or ""
        near = nearest(name, known)
        text = f"no command '{name}' in {path}" + (f", did you mean '{near}'?" if near else "")
    return UsageError(text, hint=hint)
