"""`occ-media set`: turn sending and receiving on or off, and say what customers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import advice, one_of, opening
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Reason, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import NotFound, OccMediaError, UsageError, WrongWord
from occ_media_cli.report.words import is_one_letter_away, shell_named
from occ_media_cli.values import replace
from occ_media_cli.vocabulary import DIRECTIONS, SWITCHES

if TYPE_CHECKING:
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.write import ChangeOutcome

HELP = """Turn sending and receiving of media on or off for inboxes.

\b
Examples:
  occ-media set inbox --receive off
  occ-media set vip --receive on --for 4h --reason "launch-day photos"
  occ-media set 'retail-*' lab --send off --dry-run
  occ-media set --tag sensitive --send off --until "monday 9:00"
  occ-media set vip --quota "20 GB" --scan required --approved-only on
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such inbox, 12 store busy, 13 refused."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE}\n\n{EXITS}")(command(run))


@changing
def run(
    session: Session,
    inboxes: Annotated[
        list[str] | None,
        typer.Argument(metavar="INBOX...", help="The inboxes to change; 'retail-*' for each whose name matches."),
    ] = None,
    send: Annotated[
        str | None, typer.Option("--send", metavar="on|off", help="Agents may send media.", click_type=one_of.SWITCH)
    ] = None,
    receive: Annotated[
        str | None,
        typer.Option("--receive", metavar="on|off", help="Customers may send media in.", click_type=one_of.SWITCH),
    ] = None,
    message: Annotated[
        str | None, typer.Option("--message", metavar="TEXT", help="What customers read while receiving is off.")
    ] = None,
    message_for: Annotated[
        list[str] | None,
        typer.Option("--message-for", metavar="LANG=TEXT", help="The same in another language; LANG= takes it away."),
    ] = None,
    no_message: Annotated[bool, typer.Option("--no-message", help="Take the inbox's own message away.")] = False,
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is for.")] = None,
    quota: Annotated[
        str | None, typer.Option("--quota", metavar="SIZE|none", help="How much its files may take, like '20 GB'.")
    ] = None,
    scan: Annotated[
        str | None,
        typer.Option(
            "--scan",
            metavar="off|record|required",
            help="Whether its files are scanned.",
            click_type=one_of.OneOf("vocabulary:SCAN_MODES"),
        ),
    ] = None,
    approved_only: Annotated[
        str | None,
        typer.Option(
            "--approved-only", metavar="on|off", help="Agents may send only approved files.", click_type=one_of.SWITCH
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", metavar="TIME", help="Begin by itself at a time that is to come.")
    ] = None,
    duration: Annotated[
        str | None, typer.Option("--for", metavar="4h", help="End by itself after a duration (s m h d w).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="End by itself at a time: 'monday 9:00', 2d.")
    ] = None,
    inside: Annotated[bool, typer.Option("--inside", help="End with the time-box that is running.")] = False,
    reason: Reason = None,
    backdate: Backdate = None,
    all_inboxes: Annotated[bool, typer.Option("--all", help="Change every inbox.")] = False,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Change the inboxes with a tag.")
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="Make an inbox that is not there.")] = False,
) -> int | None:
    """Change media settings."""
    from occ_media_cli.cli.settings import change_options, many_inboxes
    from occ_media_cli.settings.inbox_names import is_glob
    from occ_media_cli.settings.membership import choose_inboxes

    change, texts = change_options.from_options(
        send=send, receive=receive, approved_only=approved_only, message=message, no_message=no_message,
        message_for=message_for, description=description, quota=quota, scan=scan,
    )  # fmt: skip
    if not change and not texts:
        said = any((start, duration, until, reason, backdate, create, inside))
        raise _nothing_to_set(inboxes or (), selected=all_inboxes or bool(tag), bare=not said)
    if duration is not None and until is not None:
        raise UsageError("--for and --until say the same thing", hint="leave one of them out")
    _refuse_other_selections(inboxes or (), all_inboxes=all_inboxes, tags=tag or ())
    here = session
    if start is not None:
        session = _planned(session, start)
    length = times.duration(duration, "--for") if duration is not None else None
    if length is not None:
        times.later(session.now, length, f"--for '{duration}'")  # before a store is made for what cannot be
    end = session.time(until, "--until", "future") if until is not None else None
    if end is not None and end <= session.now:
        raise UsageError(
            f"--until {session.shown(end)} is not after {session.shown(session.now)}",
            hint="name a later moment, or --for 4h",
        )

    def work(editor: Editor) -> list[ChangeOutcome]:
        until = times.later(editor.stamp.now, length, f"--for '{duration}'") if length is not None else end
        with _in_words_of_set():
            names = choose_inboxes(
                editor, inboxes or (), everything=all_inboxes, tags=tag or (), create=create, backdate=backdate
            )
        return [
            editor.change(name, change, texts=texts, until=until, inside=inside, reason=reason, backdate=backdate)
            for name in names
        ]  # fmt: skip

    many = all_inboxes or bool(tag) or len(inboxes or ()) > 1 or is_glob((inboxes or [""])[0])
    boxed = length is not None or end is not None
    many_inboxes.change(session, work, many=many, boxed=boxed, duration=duration, telling=here)
    _hint_store(here)
    return None


def _hint_store(session: Session) -> None:
    """For a person at a terminal: which store was changed, where it is neither typed nor the one that they have by
    default."""
    from occ_media_cli.cli.typed_right import store_of
    from occ_media_cli.store.locate import locate_default

    if store_of(session.typed) is not None:
        return  # the line that takes the change back names it
    with suppress(OccMediaError):
        if locate_default().path.absolute() != session.location.path.absolute():
            session.hint(f"store: {session.location.path}")


def _planned(session: Session, start: str) -> Session:
    """The session of a change that begins later, as with `--now`; until then the inbox is free for other changes.

    Its end is said from there: `--start "monday 9:00" --until 17:00` is that Monday.
    """
    moment = session.time(start, "--start", "future")
    if moment <= session.now:
        raise UsageError(
            f"--start {session.shown(moment)} is not after {session.shown(session.now)}",
            hint="leave --start out to begin now; the past is changed with --now TIME --backdate REASON",
        )
    opening.must_exist(session)  # one that this made would begin then
    return replace(session, now=moment)


def _nothing_to_set(words: Sequence[str], *, selected: bool, bare: bool) -> UsageError:
    """The error of a command that changes nothing. Help is what was typed with the switch that it meant: behind the
    inbox, people write `receive off` too. What nobody said is not put into a command to paste: whoever names an inbox
    alone may want to see it. selected: whether an option says which inboxes. bare: no other option was given.
    """
    names: list[str] = []
    said: list[str] = []
    for word in words:
        switches = [_as_switch(part, slips=bool(names) or selected) for part in word.split("=")]
        if None in switches or not (names or selected or len(words) > 1):
            names.append(word)
        else:
            said += filter(None, switches)
    wished, waiting, state = _paired(said)
    if not names and not selected:
        switch = " ".join(_options(wished or {"receive": "off"}))
        return UsageError("nothing to set", hint=f"name an inbox and a switch: occ-media set INBOX {switch}")
    if waiting or state is not None:  # a switch without its state, or a state without its switch
        ways = [" or ".join(f"--{switch} {word}" for word in ("on", "off")) for switch in waiting]
        ways += [" or ".join(f"--{switch} {state}" for switch in SWITCHES)] if state is not None else []
        return UsageError("nothing to set", hint=f"write {' and '.join(ways)}")
    if not wished and len(names) == 1 and not selected and bare:
        return WrongWord(
            "nothing to set", typed="set", meant=("show", *names), instead=tuple(words),
            hint=shell_named(("occ-media", "show"), names),
        )  # fmt: skip
    if not wished:
        return UsageError("nothing to set", hint="occ-media set --help")
    options = _options(wished)
    return WrongWord(
        "nothing to set", typed="set", meant=("set", *names, *options), instead=tuple(words),
        hint=shell_named(("occ-media", "set"), names, options),
    )  # fmt: skip


def _as_switch(word: str, *, slips: bool) -> str | None:
    """The direction or state that a word stands for; None for the name of an inbox. slips: behind an inbox a mistyped
    direction is one too, but no word with one other letter: `sand` may be an inbox."""
    plain = word.casefold()
    if plain in (*DIRECTIONS, "on", "off"):
        return plain
    if not slips:
        return None
    near = [each for each in DIRECTIONS if is_one_letter_away(plain, each)]
    return near[0] if near and (len(near[0]) != len(plain) or sorted(near[0]) == sorted(plain)) else None


def _paired(said: Sequence[str]) -> tuple[dict[str, str], list[str], str | None]:
    """Switches with their states, `receive off` as `off receive`; then those without a state, and a state alone."""
    wished: dict[str, str] = {}
    waiting: list[str] = []
    state: str | None = None
    for word in said:
        if word not in DIRECTIONS and waiting:
            wished |= dict.fromkeys(waiting, word)
            waiting = []
        elif word not in DIRECTIONS:
            state = word
        elif state is not None:
            wished[word], state = state, None
        else:
            waiting.append(word)
    return wished, waiting, state


def _options(wished: dict[str, str]) -> list[str]:
    return [text for option, value in wished.items() for text in (f"--{option}", value)]


def _refuse_other_selections(inboxes: Sequence[str], *, all_inboxes: bool, tags: Sequence[str]) -> None:
    """WrongWord where nothing says which inboxes, or two things do: help is what was typed, with an inbox, or without
    what reaches further than the rest."""
    if sum((bool(inboxes), all_inboxes, bool(tags))) == 1:
        return
    what = "name inboxes, or --all, or --tag"
    if all_inboxes:
        raise WrongWord(what, typed="--all", meant=(), hint="leave --all out")
    if inboxes:
        raise UsageError(what, hint="leave --tag out, or the names of inboxes")
    raise UsageError(what, hint="name an inbox, or add --all")


@contextmanager
def _in_words_of_set() -> Iterator[None]:
    """An unknown inbox is told with the option that makes it, which no other command has; a glob makes none."""
    try:
        yield
    except NotFound as problem:
        if problem.slip is None and _may_be_new(problem.what):
            problem.hint, problem.topic = f"--create makes a new one; {advice.advise(problem)}", ()
        raise


def _may_be_new(what: str) -> bool:
    """Whether the name that an error quotes may be meant for a new inbox: no pattern, list or slip of another name."""
    name = what.partition("'")[2].partition("'")[0]
    return (
        "did you mean" not in what and name.casefold() not in _NO_NAMES and not any(sign in name for sign in "*?[],;")
    )


_NO_NAMES = ("all", "every", "everything", "any", "each")
"""Words that stand for every inbox; to make one that is called so, it is added by its own command."""
