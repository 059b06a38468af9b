"""Building the part of the command line that was asked for."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any

import typer
import typer.core
from typer.main import get_command

from occ_media_cli.cli.global_options import GLOBALS
from occ_media_cli.cli.groups import GROUPS, SECTIONS
from occ_media_cli.cli.once import OneCommand, mark_several, tell_choices, watch
from occ_media_cli.cli.options import TYPED, remember

SUMMARY = "Decide, record and prove which files a contact centre's inboxes may send and receive."


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
    place = place_of_first_word(arguments)
    return None if place is None else arguments[place]


def place_of_first_word(arguments: list[str]) -> int | None:
    """Where the command stands; None where none was typed."""
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
