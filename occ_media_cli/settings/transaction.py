"""What every change of settings is made of: the transaction, the checks that nothing passes by, and the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.settings import inbox_fields, inbox_names, read, setting_rows, timeline
from occ_media_cli.settings.model import Config, InboxSettings
from occ_media_cli.settings.timeline import Delta
from occ_media_cli.settings.write import ChangeOutcome, Origin, outcome_of
from occ_media_cli.store import chain
from occ_media_cli.store.free_texts import BACKDATE
from occ_media_cli.store.reasons import refuse_unfit
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.store.open import Store


class Transaction:
    """The inside of the open transaction of `settings.editing.editing`; nothing is kept until that commits.

    Everything that is changed here is checked here, whoever asks: `inboxes.checked` and `sections.checked` say what may
    be kept, and what is kept is what they give back. numbers: where the events are in the chain. renamed: old and new
    names, for the document to follow. profiles: the names of all channel profiles; None takes every channel as it is.
    by_hand: what is recorded was done by somebody that nobody knows.
    """

    def __init__(self, store: Store, stamp: chain.Stamp, profiles: ProfileCheck | None = None) -> None:
        self.store = store
        self.stamp = stamp
        self.profiles = profiles
        self.by_hand = False
        self.events: list[chain.Event] = []
        self.numbers: list[int] = []
        self.renamed: list[tuple[str, str]] = []
        self._touched: dict[int, int] = {}

    @property
    def change_number(self) -> int | None:
        """The number by which what was done here is called (`settings.change_log`), without edits by hand that were
        recorded with it; None where nothing was done. For a document it counts once the transaction has ended."""
        own = (number for number, event in zip(self.numbers, self.events, strict=True) if event.actor != chain.NOBODY)
        return next(own, None)

    @property
    def connection(self) -> sqlite3.Connection:
        """The transaction's connection."""
        return self.store.ledger

    def record(self, event: chain.Event) -> None:
        """Append an event and make its rows; UsageError where its reason, or that of a backdate, is none."""
        for why in (event.reason, event.body.get(BACKDATE)):
            refuse_unfit(None if why is None else str(why))
        if self.by_hand:
            event = replace(event, actor=chain.NOBODY)
        (seq,) = chain.append(self.connection, [event], self.stamp)
        setting_rows.apply(self.connection, event.kind, event.body, seq)
        self.events.append(event)
        self.numbers.append(seq)

    def inbox(self, name: str) -> tuple[str, int]:
        """The name of an inbox as it is kept, and its id; NotFound with the nearest name."""
        known = read.inbox_ids(self.connection)
        kept = inbox_names.normal(name)
        if kept in known:
            return kept, known[kept]
        raise self.unknown(name, known)

    def inbox_id(self, name: str) -> int:
        """The id of an inbox; NotFound with the nearest name."""
        return self.inbox(name)[1]

    def unknown(self, name: str, known: Iterable[str]) -> NotFound:
        """The error for an inbox that is not there."""
        file = str(self.store.location.path)
        return inbox_names.no_inbox(name, known, file, now=read.called_now(self.connection, name))

    def free_name(self, name: str) -> str:
        """The name for an inbox that is to be made, as it is kept; UsageError where it is taken or no name."""
        try:
            name = inbox_names.inbox_name(name)
        except ValueError as problem:
            raise UsageError(str(problem), hint="give it another name") from None
        if name in read.inbox_ids(self.connection):
            raise UsageError(f"inbox '{name}' is there already", hint="give it another name", topic=("inbox", name))
        return name

    def settings(self, name: str) -> InboxSettings:
        """The settings of an inbox at the time of the change."""
        current = timeline.in_force(read.tiles(self.connection, self.inbox_id(name)), self.stamp.now)
        return current.settings if current is not None else InboxSettings()

    def config(self) -> Config:
        """Everything as the document is to say it, the changes of this transaction included."""
        return read.config(self.connection, self.document_moment)

    @property
    def document_moment(self) -> int:
        """From when on the document says what holds.

        A change of the past leaves a document that says what holds after every later change, not what held then. One
        that is planned leaves one that says what holds until then, as a box: whoever edits something else in it
        would begin the plan.
        """
        query = "SELECT max(ms) FROM event WHERE kind = 'setting' AND ms <= max(wall, ?)"
        row = self.connection.execute(query, (self.stamp.wall,)).fetchone()
        return max(min(self.stamp.now, self.stamp.wall), int(row[0] or 0))

    def config_at(self, moment: int) -> Config:
        """Everything as it holds from a moment on, changes that were made for a later one included as boxes ahead."""
        return read.config(self.connection, moment)

    def check_changes(self) -> None:
        """What must hold when all changes are made, whatever their order: Refused where it does not."""
        if self._touched:
            from occ_media_cli.settings import accounts

            accounts.check_accounts(self.connection, self._touched, min(self._touched.values()))

    def write(self, inbox: tuple[str, int], deltas: Sequence[Delta], at: int, origin: Origin) -> ChangeOutcome:
        """Record deltas of an inbox (name and id) that start at a moment or later, the past included."""
        where = inbox_fields.inbox_words(inbox[0])
        deltas = [replace(delta, change=inbox_fields.checked(delta.change, where)) for delta in deltas]
        self._refuse_unknown_channels(inbox, deltas, at)
        outcome, event = outcome_of(self.connection, inbox, deltas, at, self.stamp, origin)
        if event is not None:
            self.record(event)
            if any(version.settings.channels for version in outcome.versions):
                self._touched[inbox[1]] = min(at, self._touched.get(inbox[1], at))
        return outcome

    def _refuse_unknown_channels(self, inbox: tuple[str, int], deltas: Iterable[Delta], at: int) -> None:
        """Channels that come must have a profile; those that an inbox has stay, though their profile may be gone."""
        asked = {channel for delta in deltas for channel in inbox_fields.channels_of(delta.change)}
        if self.profiles is None or not asked:
            return
        asked -= {name for tile in read.tiles(self.connection, inbox[1], since=at) for name in tile.settings.channels}
        if asked:
            there = self.profiles(read.section(self.connection, "channels"))
            inbox_fields.known_channels(sorted(asked), there, ("channels",), inbox_fields.inbox_words(inbox[0]))
