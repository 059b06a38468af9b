"""What every command has at hand: the store, the clock, who acts, and where output goes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from occ_media_cli import times
from occ_media_cli.errors import OccMediaError, Refused
from occ_media_cli.store import who
from occ_media_cli.store.locate import Location
from occ_media_cli.user_defaults import read_defaults
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from occ_media_cli.cli.typed_times import TypedTimes
    from occ_media_cli.errors import Slip
    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store
    from occ_media_cli.store.sink import Guard
    from occ_media_cli.time_words import Towards


@value
class Session:
    """The global options, resolved. now and wall are milliseconds; they differ only with `--now`."""

    location: Location
    actor: str
    now: int
    wall: int
    read_only: bool
    quiet: bool
    no_color: bool
    yes: bool
    guard: Guard | None = None
    """What this run must not write over, where it writes files."""
    read: float | None = None
    """When `wall` was read, as in `Stamp`."""
    typed: tuple[str, ...] = ()
    """The command line, to offer it again with what was meant."""
    done: list[tuple[int, bool]] | None = None
    """The number of each change that this command made, and whether `undo` takes it back."""
    tz: str | None = None
    """What `--tz` says."""
    zones: list[TypedTimes] | None = None
    """The zone of this run, once it was asked for."""

    def times(self) -> TypedTimes:
        """The zone of this run, and the times that were typed in it."""
        from occ_media_cli.cli.typed_times import TypedTimes

        known = self.zones if self.zones is not None else []
        if not known:
            known.append(TypedTimes(self.tz, self.location, self.wall))
        return known[0]

    def time(self, text: str, option: str, towards: Towards, now: int | None = None) -> int:
        """Milliseconds of a time that was typed, as `time_words.read_time` takes it, in the zone of this run. now: when
        it is said, if not now. UsageError for what is no time, or may be two."""
        return self.times().read(text, option, self.now if now is None else now, towards, self.typed)

    def window(self, since: str | None, until: str | None) -> tuple[int | None, int | None]:
        """Both ends of the period that `--since` and `--until` name."""
        return (
            None if since is None else self.time(since, "--since", "start"),
            None if until is None else self.time(until, "--until", "end"),
        )

    def zone_name(self) -> str:
        """The zone in which a period is asked for, by its name; that of the store too, where it has one."""
        if self.zones is None:
            return times.ZONE
        if not self.zones and self.location.exists:
            with suppress(OccMediaError), self.reading():
                pass
        return self.zones[0].name if self.zones else times.ZONE

    def shown(self, moment: int) -> str:
        """A moment for people: UTC, or where a zone was set or used both."""
        return self.times().shown(moment) if self.zones else times.text(moment)

    def _learn_zone(self, store: Store) -> None:
        """Show times in the zone of a store, where it has one and nothing else was said."""
        if self.zones is None or (self.zones and self.zones[0].knows_store):
            return
        from occ_media_cli.settings.time_zone import time_zone_of

        with suppress(OccMediaError):  # a store that is broken says so where it is read
            name = time_zone_of(store, self.wall)
            if name is not None or read_defaults().time_zone is not None:
                self.times().learn(name)

    def _tell_times(self) -> None:
        for told in self.times().take_told() if self.zones else ():
            self.note(f"note: {told}")

    def rehearsing(self) -> Session:
        """The same for a command that only says what it would do: it asks nothing."""
        from occ_media_cli.store.rehearsal import Rehearsal

        return replace(self, location=replace(self.location, rehearsal=Rehearsal()), yes=True)

    @property
    def is_rehearsing(self) -> bool:
        """Whether nothing may be kept of what this command does."""
        return self.location.rehearsal is not None

    def tell_change(self) -> None:
        """The last line of a command that changed something: what its change is called, or that there is none."""
        if self.is_rehearsing:
            self.note("note: nothing was changed (--dry-run)")
        elif self.done:
            number, undone = self.done[-1]
            self.say(f"change {number}")
            if undone:
                self.hint(f"undo: occ-media undo {number}")

    def stamp(self) -> Stamp:
        """Who does something, where and when, for the record."""
        return who.stamp(self.actor, now=self.now, wall=self.wall, read=self.read)

    def made_by(self) -> who.Made:
        """Who makes a document, when and where."""
        return who.made_by(self.stamp())

    def made(self) -> dict[str, str]:
        """It as a member `made`."""
        return self.made_by().as_json()

    def refuse_if_read_only(self) -> None:
        """The first line of every changing command: before it even opens the store."""
        if self.read_only:
            raise Refused("--read-only refuses every change; nothing was changed", hint="leave --read-only out")

    @contextmanager
    def editing(self, *, first_inbox: bool = True) -> Iterator[Editor]:
        """The store, open to change its settings."""
        self.refuse_if_read_only()
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.settings.editing import editing

        with editing(self.location, self.stamp(), first_inbox=first_inbox, profiles=known_profiles) as editor:
            self.tell_ended(editor)
            self._learn_zone(editor.store)
            yield editor
            held = self.held_notes(editor)
        if editor.change_number is not None and self.done is not None:
            self.done.append((editor.change_number, True))
        self.note_new(editor.store)
        self.note(*held)

    def note_new(self, store: Store) -> None:
        """Say that there was no store: one that was named wrongly must not be made in silence. And that a document had
        no ledger: where it had one, what that held is gone."""
        if store.begun:
            self.note(f"note: {store.location.path} had no ledger; {store.location.ledger} begins a new one")
        elif store.made:
            self.note(f"note: made the store {self.location.path}")

    def tell_ended(self, editor: Editor) -> None:
        """Say at once that an interrupted change was recorded for somebody else, or refused: it is on record whatever
        becomes of this command."""
        if editor.store.ended is not None:
            self.warn(f"note: {editor.store.ended.in_words()}")

    def held_notes(self, editor: Editor) -> list[str]:
        """What people must know of holds when inboxes come and go, whether a command did that or somebody in the
        document, whose edit a command adopts.
        """
        if not any(event.kind.startswith("inbox-") for event in editor.events):
            return []
        from occ_media_cli.retention.hold_list import tell_held_inboxes

        return [f"note: {words}" for words in tell_held_inboxes(editor.connection, editor.events)]

    @contextmanager
    def changing(self) -> Iterator[Store]:
        """The store, open to add to its ledger; settings documents are left alone."""
        self.refuse_if_read_only()
        from occ_media_cli.store.open import changing

        with changing(self.location, self.stamp()) as store:
            yield store
        self.note_new(store)

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store, open to read."""
        from occ_media_cli.store.open import reading

        with reading(self.location) as store:
            self._learn_zone(store)
            yield store

    def emit(self, report: Report, format: str = "table", output: str | None = None) -> None:  # noqa: A002  # the option's name
        """Print a report, or write it to a file."""
        from occ_media_cli.report import formats

        color = False if self.no_color else None
        if format in _FOR_PEOPLE and self.zones:
            report = self.zones[0].in_zone(report)
        if format not in _FOR_PROGRAMS:
            self._tell_times()
        if format == "table" and output is None:  # to paste; documents say it for whatever store their reader has
            answer = self.at_store(report.answer) if isinstance(report.answer, str) else report.answer
            report = replace(report, hints=[self.at_store(hint) for hint in report.hints], answer=answer)
        formats.emit(report, format=format, output=output, quiet=self.quiet, color=color, guard=self.guard)

    def say(self, *lines: str, verbatim: bool = False) -> None:
        """Lines of a change on stdout; nothing with --quiet. verbatim: they are texts for customers, in which a `→` is
        the writer's own."""
        self._tell_times()
        if not self.quiet:
            arrow = "→" if verbatim or _draws_arrows(sys.stdout) else "->"
            _write(sys.stdout, [line.replace("→", arrow) for line in lines], prose=verbatim)
            sys.stdout.flush()  # here, where it can be said that the disk is full, and not when the interpreter ends

    @property
    def asks(self) -> bool:
        """Whether there is a person at a terminal to ask."""
        return not self.yes and sys.stdin.isatty() and sys.stderr.isatty()

    def confirm(self, question: str) -> bool:
        """Ask a person at a terminal; true without one, and with --yes."""
        if not self.asks:
            return True
        from occ_media_cli.report.safe import terminal

        sys.stderr.write(f"{terminal(question)} [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def note(self, *lines: str) -> None:
        """Lines on stderr that scripts see too; nothing with --quiet."""
        if not self.quiet:
            with suppress(OSError):  # stderr takes no more: there is nobody left to tell
                _write(sys.stderr, map(self.at_store, lines))

    def at_store(self, text: str) -> str:
        """A sentence whose command lines name the store that was typed, to paste them."""
        from occ_media_cli.cli.typed_right import at_store

        return at_store(text, self.typed)

    def again(self, slip: Slip | None) -> str | None:
        """The command as it was typed, with what was meant; None where that is not known."""
        from occ_media_cli.cli.typed_right import typed_right

        return None if slip is None else typed_right(slip, self.typed)

    def warn(self, *lines: str) -> None:
        """Lines on stderr whatever --quiet says: what a report leaves out and would be taken for complete without."""
        with suppress(OSError):  # as above
            _write(sys.stderr, map(self.at_store, lines))

    def hint(self, *lines: str) -> None:
        """Lines on stderr for a person at a terminal: what to do next."""
        if sys.stderr.isatty():
            self.note(*lines)


_FOR_PEOPLE = ("table", "markdown", "html")
"""Formats that people read."""

_FOR_PROGRAMS = ("json", "sarif", "junit", "github", "xlsx")
"""Formats whose document names the period itself."""


def _write(stream: TextIO, lines: Iterable[str], *, prose: bool = False) -> None:
    """Write lines that no name can turn into a command of a terminal or of a build log. prose: see `safe.prose`."""
    from occ_media_cli.report import safe
    from occ_media_cli.report.safe import github_log

    terminal = safe.prose if prose and _is_utf8(stream) else safe.terminal
    logged = os.environ.get("GITHUB_ACTIONS") == "true"
    for line in lines:
        shown = terminal(line)
        stream.write((github_log(shown) if logged else shown) + "\n")


def _draws_arrows(stream: object) -> bool:
    return bool(getattr(stream, "isatty", bool)()) and _is_utf8(stream)


def _is_utf8(stream: object) -> bool:
    encoding = getattr(stream, "encoding", None) or ""
    return bool(encoding.lower().replace("-", "") == "utf8")
