"""An option that takes one value takes one: the last of two would silently win over what was meant first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer.core
from typer._click.exceptions import UsageError as ClickUsageError

from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from typer._click.parser import _Option, _OptionParser, _ParsingState


def refuse_second(option: str, first: object, second: object, *, joined_by: str = " ") -> None:
    """UsageError where an option has two different values; the same one twice is no question.

    joined_by: what stands between the option and its value.
    """
    if first != second:
        from occ_media_cli.report.words import shell

        one, other = (f"{option}{joined_by}{shell(str(value)) if str(value) else ''}" for value in (first, second))
        raise UsageError(f"{option} is given twice", hint=f"write {one} or {other}, not both")


def watch(parser: _OptionParser) -> _OptionParser:
    """Make a parser look at what an option has already, each time that it is given."""
    for option in {*parser._short_opt.values(), *parser._long_opt.values()}:
        if option.action == "store":
            _watch(option)
    return parser


def _watch(option: _Option) -> None:
    process = option.process
    long = next((name for name in option.obj.opts if name.startswith("--")), option.obj.opts[0])

    def once(value: Any, state: _ParsingState) -> None:
        if option.dest in state.opts:
            refuse_second(long, state.opts[option.dest], value)
        process(value, state)

    vars(option)["process"] = once  # of this parser, which lives for one command line


def mark_several(parameters: list[Any]) -> None:
    """Let help show `…` behind the options that take several values."""
    for item in parameters:
        if getattr(item, "multiple", False):
            item.metavar = f"{item.metavar} …"


def tell_choices(parameters: list[Any]) -> None:
    """Let help name the words of every parameter that takes one of a few, where it does not yet."""
    from occ_media_cli.cli.one_of import OneOf
    from occ_media_cli.report.words import or_words

    for item in parameters:
        said = f"{item.metavar} {getattr(item, 'help', None)}"
        if isinstance(item.type, OneOf) and not all(word in said for word in item.type.choices):
            item.help = f"{str(item.help or '').removesuffix('.')}: {or_words(item.type.choices)}."


class OneCommand(typer.core.TyperCommand):
    """A command whose options of one value are given once; help shows `…` behind those that take several."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark_several(self.params)

    def make_parser(self, ctx: Any) -> _OptionParser:
        """The parser of Click, watched."""
        return watch(super().make_parser(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse; a mistake is one of this command, whose help page is named then."""
        try:
            return super().parse_args(ctx, args)
        except ClickUsageError as problem:
            problem.ctx = problem.ctx or ctx
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page, with the words of each option that takes one of a few."""
        tell_choices(self.params)
        super().format_help(ctx, formatter)
