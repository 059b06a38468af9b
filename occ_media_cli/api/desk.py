"""`OccMedia`: one store, and every command as a method of it or of one of its groups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.api import arguments
from occ_media_cli.api.audit import AuditCalls
from occ_media_cli.api.documents import DocumentCalls
from occ_media_cli.api.door import Door
from occ_media_cli.api.files import FileCalls
from occ_media_cli.api.gate import GateCalls
from occ_media_cli.api.settings import SettingsCalls
from occ_media_cli.store import locate, who
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import os

    from occ_media_cli.api.agents import Agents
    from occ_media_cli.api.audit import Rules
    from occ_media_cli.api.customers import Customers
    from occ_media_cli.api.holds import Holds
    from occ_media_cli.api.inboxes import Inboxes, Presets
    from occ_media_cli.api.ledger import Ledger
    from occ_media_cli.api.library import Library
    from occ_media_cli.api.retention import Retention
    from occ_media_cli.api.store import Stores
    from occ_media_cli.decide.doctor import DoctorCheck
    from occ_media_cli.store.locate import Location
    from occ_media_cli.times import Moment


class OccMedia(SettingsCalls, DocumentCalls, FileCalls, GateCalls, AuditCalls):
    """One store.

    store: a `.db` or `.toml` file, else the one that the command line would take. actor: who acts, else the OS user.
    now: a clock that stands still, for a what-if or a test; else this machine's. read_only: refuse every change.

    Raises UsageError for a file of another kind, an actor that is no name and a moment that is none. The store is
    opened and closed by each call, so that a desk may be kept.

        >>> OccMedia("desk.db", actor="dana", now="2024-03-04T10:00:00Z").location.kind
        'sqlite'
    """

    def __init__(
        self,
        store: str | os.PathLike[str] | None = None,
        *,
        actor: str | None = None,
        now: Moment | None = None,
        read_only: bool = False,
    ) -> None:
        if store is not None:
            arguments.path(store, "store")
        if actor is not None:
            arguments.text(actor, "actor")
            who.check_actor(actor, "actor")
        arguments.flag(read_only, "read_only")
        location = locate.at(Path(store), explicit=True) if store is not None else locate.locate(None)
        # once: a program that changes its working directory keeps its store
        location = replace(location, path=location.path.absolute(), ledger=location.ledger.absolute())
        super().__init__(Door(location, actor, None if now is None else times.moment(now, "now"), read_only))

    @property
    def location(self) -> Location:
        """The files that the store is made of."""
        return self._door.location

    @property
    def actor(self) -> str | None:
        """Who acts, None for the OS user."""
        return self._door.actor

    @property
    def inboxes(self) -> Inboxes:
        """Inboxes, their channels and their tags."""
        from occ_media_cli.api.inboxes import Inboxes

        return Inboxes(self._door)

    @property
    def agents(self) -> Agents:
        """Who may send and view media, and where."""
        from occ_media_cli.api.agents import Agents

        return Agents(self._door)

    @property
    def presets(self) -> Presets:
        """Ready-made settings."""
        from occ_media_cli.api.inboxes import Presets

        return Presets(self._door)

    @property
    def ledger(self) -> Ledger:
        """What was shared: taking it in, listing, counting and proving it."""
        from occ_media_cli.api.ledger import Ledger

        return Ledger(self._door)

    @property
    def customers(self) -> Customers:
        """Which ids are one person's."""
        from occ_media_cli.api.customers import Customers

        return Customers(self._door)

    @property
    def retention(self) -> Retention:
        """When files may go, and letting them go."""
        from occ_media_cli.api.retention import Retention

        return Retention(self._door)

    @property
    def holds(self) -> Holds:
        """Files that stay whatever the retention rules say."""
        from occ_media_cli.api.holds import Holds

        return Holds(self._door)

    @property
    def library(self) -> Library:
        """The files that somebody approved."""
        from occ_media_cli.api.library import Library

        return Library(self._door)

    @property
    def rules(self) -> Rules:
        """What an audit looks for."""
        from occ_media_cli.api.audit import Rules

        return Rules(self._door)

    @property
    def store(self) -> Stores:
        """The store itself: making, describing, copying and restoring it."""
        from occ_media_cli.api.store import Stores

        return Stores(self._door)

    def doctor(self) -> tuple[DoctorCheck, ...]:
        """Whether this machine has what the program needs; nothing is changed.

        Returns the checks in order, each with its `state` (`ok`, `missing`, `problem`), `what`, `detail` and `help`.
        Raises nothing for what it finds: a store that cannot be read is a `problem` among the others.

            >>> desk.doctor()[0].what
            'program'
        """
        from occ_media_cli.decide.doctor import examine

        return tuple(examine(self.location, self._door.now(), times.wall()))
