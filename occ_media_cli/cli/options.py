"""The options that every command takes, before or after its name, and the session that they make."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Annotated, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import typer

from occ_media_cli import __version__, environment, log, times
from occ_media_cli.cli import named_files, one_of
from occ_media_cli.cli.empty_values import refuse_empty
from occ_media_cli.cli.global_options import GLOBALS
from occ_media_cli.cli.once import refuse_second
from occ_media_cli.cli.placeholders import refuse_placeholders
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import Interrupted, OccMediaError, UsageError
from occ_media_cli.store import locate, who
from occ_media_cli.user_defaults import read_defaults
from occ_media_cli.values import replace

P = ParamSpec("P")
F = TypeVar("F", bound="Run")

Run: TypeAlias = Callable[..., "int | None"]
"""The function of a command."""

TYPED = "occ_media.typed"
"""The key under which the context of a command has the whole command line."""

GLOBAL_LINE = """\b
Every command also takes --store FILE, --actor NAME, --now TIME, --tz NAME,
--read-only, -q/--quiet, -v/--verbose, --no-color and -y/--yes, before or
after its name.

"""
"""The last paragraph of every help page; `\b` keeps its breaks, and what is added behind it is another paragraph."""

Store = Annotated[str | None, typer.Option("--store", metavar="FILE", hidden=True)]
Actor = Annotated[str | None, typer.Option("--actor", metavar="NAME", hidden=True)]
Now = Annotated[str | None, typer.Option("--now", metavar="TIME", hidden=True)]
TimeZone = Annotated[str | None, typer.Option("--tz", metavar="NAME", hidden=True)]
ReadOnly = Annotated[bool, typer.Option("--read-only", hidden=True)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", hidden=True)]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", hidden=True)]
NoColor = Annotated[bool, typer.Option("--no-color", hidden=True)]
Yes = Annotated[bool, typer.Option("--yes", "-y", hidden=True)]

Format = Annotated[
    str,
    typer.Option(
        "--format", "-f", metavar="F", help="How to print it.", click_type=one_of.OneOf("report.formats:FOR_ALL")
    ),
]
FindingFormat = Annotated[
    str,
    typer.Option(
        "--format", "-f", metavar="F", help="How to print it.", click_type=one_of.OneOf("report.formats:NAMES")
    ),
]
"""Of commands that find something, which have formats of their own."""

Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write it to a file; - is stdout.", click_type=named_files.OUTPUT
    ),
]

Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]
NeededReason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]
Backdate = Annotated[str | None, typer.Option("--backdate", metavar="REASON", help="Change the past, and say why.")]
Prune = Annotated[
    bool,
    typer.Option("--prune", help="Remove all that it does not name: inboxes, agents, rules, channels, whole sections."),
]

DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done, and change nothing.")]

ROOT = typer.Option("--root", metavar="DIR", help="The folder that holds the files.", click_type=named_files.READ_MEDIA)
Root = Annotated[str, ROOT]
"""The root of a retention; `ROOT` alone where a command works without."""

OnlyInboxes = Annotated[list[str] | None, typer.Option("--inbox", metavar="N", help="Only this inbox.")]

_PARAMETERS = {"store": Store, "actor": Actor, "now": Now, "tz": TimeZone, "read_only": ReadOnly, "quiet": Quiet,
               "verbose": Verbose, "no_color": NoColor, "yes": Yes}  # fmt: skip


def _version(wanted: bool) -> None:
    """Answer before a command is missed."""
    if wanted:
        typer.echo(f"occ-media {__version__}")
        raise typer.Exit


def remember(
    context: typer.Context,
    store: Annotated[str | None, typer.Option("--store", metavar="FILE", help="The store; OCC_MEDIA_STORE.")] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="NAME", help="Who acts; OCC_MEDIA_ACTOR, else the OS user.")
    ] = None,
    now: Annotated[
        str | None, typer.Option("--now", metavar="TIME", help="The valid time of a change; OCC_MEDIA_NOW.")
    ] = None,
    tz: Annotated[
        str | None, typer.Option("--tz", metavar="NAME", help="The zone of times: Europe/Berlin; OCC_MEDIA_TZ.")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Refuse every change.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and reports only.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say each step on stderr; OCC_MEDIA_LOG=debug says more.")
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour; NO_COLOR.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Keep the options that stand before the command."""
    context.obj = {
        "store": store, "actor": actor, "now": now, "tz": tz, "read_only": read_only, "quiet": quiet,
        "verbose": verbose, "no_color": no_color, "yes": yes,
    }  # fmt: skip


def _merged(before: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The global options of a command, taken out of its values, on top of those that stand before its name."""
    merged = {}
    for name in _PARAMETERS:
        first, second = before.get(name), values.pop(f"global_{name}")
        if first not in (None, False) and second not in (None, False):
            refuse_second(f"--{name.replace('_', '-')}", first, second)
        merged[name] = second if second not in (None, False) else first
    return merged


def _log_level(*, verbose: bool) -> int:
    """How much of the run is told: what `--verbose` says, or more where the environment asks for it."""
    wanted = os.environ.get("OCC_MEDIA_LOG", "")
    if wanted not in ("", "info", "debug"):
        raise UsageError("OCC_MEDIA_LOG is neither info nor debug", hint="write OCC_MEDIA_LOG=debug")
    if wanted == "debug":
        return log.EVERYTHING
    return log.STEPS if verbose or wanted else log.OFF


def _session_of(
    *,
    store: str | None,
    actor: str | None,
    now: str | None,
    tz: str | None,
    read_only: bool | None,
    quiet: bool | None,
    no_color: bool | None,
    yes: bool | None,
    typed: tuple[str, ...] = (),
) -> Session:
    """The session that the global options make. A flag beats the environment; without either there is a default."""
    wall = times.wall()
    moment = environment.option_or(now, "--now", "OCC_MEDIA_NOW")
    name = environment.option_or(actor, "--actor", "OCC_MEDIA_ACTOR")
    defaults = read_defaults()
    if not name.value and defaults.actor is not None:
        name = environment.Said(defaults.actor, f"actor of {defaults.file}", variable=True)
    session = Session(
        location=locate.locate(store),
        actor=who.check_actor(name.value or who.os_user(), name.by, name.written("dana")),
        now=wall,
        wall=wall,
        read=monotonic(),
        read_only=bool(read_only),
        quiet=bool(quiet),
        no_color=bool(no_color),
        yes=bool(yes),
        done=[],
        typed=typed,
        tz=tz,
        zones=[],
    )
    if tz or os.environ.get("OCC_MEDIA_TZ"):
        session.times()  # a zone that is none is told first
    return replace(session, now=session.time(moment.value, moment.by, "past")) if moment.value else session


def _take_default_format(context: typer.Context, values: dict[str, Any]) -> None:
    """Print at a terminal as the user has it by default, where nothing else was said."""
    item = next((each for each in context.command.params if each.name == "format"), None)
    if item is None or values.get("output") is not None or not sys.stdout.isatty():
        return
    source = context.get_parameter_source("format")
    defaults = read_defaults()
    if defaults.format is None or source is None or source.name != "DEFAULT":
        return
    from occ_media_cli.report.formats import BINARY, NAMES
    from occ_media_cli.report.meant import refuse_other_words

    refuse_other_words(defaults.format, f"{defaults.file}: format", NAMES)
    if isinstance(item.type, one_of.OneOf) and defaults.format in item.type.choices and defaults.format not in BINARY:
        values["format"] = defaults.format


def hand_on(context: typer.Context, values: dict[str, Any]) -> None:
    """Give the global options of a group, which is a command too, to the command below it.

    UsageError for an option of its own: the command below would not see it.
    """
    context.obj = _merged(context.obj or {}, values)
    for item in context.command.params:
        given = context.get_parameter_source(str(item.name))
        if item.name in values and given is not None and given.name == "COMMANDLINE":
            below = f"{context.command_path} {context.invoked_subcommand}"
            raise UsageError(
                f"{item.opts[0]} stands before {context.invoked_subcommand}, which does not take it there",
                hint=f"{below} --help",
            )


def changing(function: F) -> F:
    """Mark the function of a command that changes something: it takes `--dry-run`, with which nothing is kept."""
    function.rehearsed = True  # type: ignore[attr-defined]  # what `command` asks
    return function


def command(function: Callable[Concatenate[Session, P], int | None]) -> Callable[..., int | None]:
    """Make a function with a session a Typer command that takes the global options too, behind its own."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    extra = [
        inspect.Parameter(
            f"global_{name}", inspect.Parameter.KEYWORD_ONLY, annotation=kind,
            default=None if GLOBALS[f"--{name.replace('_', '-')}"] else False,
        )
        for name, kind in _PARAMETERS.items()
    ]  # fmt: skip
    rehearsed = getattr(function, "rehearsed", False)
    if rehearsed:
        own.append(inspect.Parameter("dry_run", inspect.Parameter.KEYWORD_ONLY, annotation=DryRun, default=False))
    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)

    @functools.wraps(function)
    def run(**values: Any) -> int | None:
        context = values.pop("context")
        before: dict[str, Any] = context.obj or {}
        if values.get("output") == "-":  # as everywhere else; a file of that name is ./-
            values["output"] = None
        merged = _merged(before, values)
        rehearsing = rehearsed and values.pop("dry_run")
        session = None
        try:
            _take_default_format(context, values)
            log.begin(_log_level(verbose=bool(merged.pop("verbose"))))
            log.note("cli", "{} {}", context.command_path, __version__)
            session = _session_of(**merged, typed=context.meta.get(TYPED, ()))
            session = session.rehearsing() if rehearsing else session
            given = {f"global_{name}": value for name, value in merged.items()}
            refuse_empty(context.command.params, given | values)
            refuse_placeholders(context.command.params, given | values, session)
            guard = named_files.guard_of(context.command.params, values, session.location)
            session = replace(session, guard=guard)
            if rehearsing:
                named_files.write_none(context.command.params, values)
            code = function(session, **values)  # type: ignore[call-arg]  # Typer has checked the values
            session.tell_change()
        except OccMediaError as problem:
            named_files.mean_file_beside(problem, context.command.params, values)
            raise
        except KeyboardInterrupt as problem:
            raise Interrupted(str(problem)) from None
        else:
            return code
        finally:
            if session is not None and session.location.rehearsal is not None:
                session.location.rehearsal.end()

    del run.__wrapped__  # inspect would follow it past the signature below
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what Typer reads
        [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in own] + extra + [context]
    )
    run.__annotations__ = {item.name: item.annotation for item in [*own, *extra, context]}
    return run


def add_group(app: typer.Typer, name: str, about: str, commands: Mapping[str, tuple[Run, str]], exits: str) -> None:
    """Add a group of commands, each with its function and its help. exits: the line about exit codes under each."""
    group = typer.Typer(no_args_is_help=True, help=about, rich_markup_mode=None)
    for word, (function, help_text) in commands.items():
        group.command(word, help=help_text, epilog=f"{GLOBAL_LINE} {exits}")(command(function))
    app.add_typer(group, name=name)
