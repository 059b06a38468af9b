"""How the calls of the API reach a store: which one, who acts, at which moment, and what may not be written over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli import times, windows
from occ_media_cli.errors import Refused
from occ_media_cli.store import who
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.safety.scan_request import ScanRequest
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.open import Store
    from occ_media_cli.store.sink import Guard
    from occ_media_cli.times import Moment


@value
class Door:
    """One store. actor: who acts, None for the OS user. fixed: a clock that stands still, None for this machine's."""

    location: Location
    actor: str | None
    fixed: int | None
    read_only: bool

    def now(self, now: Moment | None = None) -> int:
        """The moment of a call: its own, else that of the desk, else the machine's."""
        if now is not None:
            return times.moment(now, "now")
        return times.wall() if self.fixed is None else self.fixed

    def stamp(self, now: Moment | None = None) -> Stamp:
        """Who does something, where and when, for the record."""
        return who.stamp(self.actor, now=self.fixed if now is None else times.moment(now, "now"))

    def refuse_if_read_only(self) -> None:
        """Refused before a changing call even opens the store."""
        if self.read_only:
            raise Refused("this desk is read-only; nothing was changed", hint="make one without read_only")

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store, open to read."""
        from occ_media_cli.store.open import reading

        with reading(self.location) as store:
            yield store

    @contextmanager
    def editing(self, now: Moment | None = None, *, first_inbox: bool = True) -> Iterator[Editor]:
        """The store, open to change its settings; a missing one is made."""
        self.refuse_if_read_only()
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.settings.editing import editing

        with editing(self.location, self.stamp(now), first_inbox=first_inbox, profiles=known_profiles) as editor:
            yield editor

    @contextmanager
    def recording(self, *, make: bool = False) -> Iterator[Store]:
        """The store, open to add to its ledger, with hand edits of its document on record first."""
        self.refuse_if_read_only()
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.settings.editing import recording

        with recording(self.location, self.stamp(), known_profiles, make=make) as store:
            yield store

    @contextmanager
    def changing(self) -> Iterator[Store]:
        """The store, open to add to its ledger; NotFound where there is none yet."""
        self.refuse_if_read_only()
        from occ_media_cli.settings.editing import refuse_missing
        from occ_media_cli.store.open import changing

        refuse_missing(self.location)
        with changing(self.location, self.stamp()) as store:
            yield store

    def guard(self, *sources: str | os.PathLike[str], backup: bool = False) -> Guard:
        """What a file to write must not replace: any store, and what the call reads. backup: it is a backup of the
        store, which may replace an older one."""
        from pathlib import Path

        from occ_media_cli.store.sink import Guard

        found = Guard(self.location, backup=backup)
        for source in sources:
            found.protect(Path(source))
        return found

    def scan_request(
        self, now: int, only: Sequence[str] = (), antivirus: str | None = None, *, clamd: str | None,
        allow_remote: bool, signatures: str | os.PathLike[str] | None, strip: bool = False,
    ) -> ScanRequest:  # fmt: skip
        """What to ask of files, with the words of the store at a moment; UsageError for a word that is none."""
        from occ_media_cli.decide.own_words import with_own_words
        from occ_media_cli.safety.scan_request import request_of

        own = None if signatures is None else os.fspath(signatures)
        request = request_of(only, antivirus, clamd, allow_remote=allow_remote, signatures=own, strip=strip)
        return with_own_words(request, self.location, now)

    def window(self, since: Moment | None, until: Moment | None, now: int) -> tuple[int | None, int | None]:
        """The ends of a window in milliseconds, half-open."""
        return (
            None if since is None else windows.edge(since, "since", now, end=False),
            None if until is None else windows.edge(until, "until", now, end=True),
        )
