"""The places that entries come from: one module each, in an explicit list.

A source is a module of this folder with `read(name, options, context) -> Iterator[Batch]`. Its name here is the kind
that stands before an id (`whatsapp:wamid.1`), so it is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from occ_media_cli.errors import UsageError
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.vocabulary import Direction, LedgerFileTime

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.append.columns import Place
    from occ_media_cli.ledger.append.prepare import Preparer
    from occ_media_cli.ledger.entry import Batch
    from occ_media_cli.ledger.inboxes import KnownInboxes
    from occ_media_cli.places.walk import Own

SOURCES = (
    "ndjson", "csv", "parquet", "folder", "whatsapp", "messenger", "instagram", "telegram", "slack", "zendesk",
    "email", "chatwoot", "bucket",
)  # fmt: skip
"""The sources that a command may name, in the order of its help."""

TAKEN_BY = {
    "mapping": ("map", ("ndjson", "csv", "parquet")),
    "agents": ("agent", ("ndjson", "telegram", "slack", "zendesk", "email")),
    "customers": ("customer", ("ndjson", "slack", "zendesk", "email")),
    "received": ("received", ("ndjson",)),
    "ticket": ("ticket", ("zendesk",)),
    "requester": ("requester", ("zendesk",)),
    "account": ("account", ("chatwoot",)),
}
"""Options that only some sources take: the field of Options, the word for it on a command line, and the sources."""

MAPPED_ONLY = ("agents", "customers", "received")
"""Of these, what ndjson takes with a mapping alone: its rows say the rest themselves."""


@dataclass(frozen=True, slots=True)
class Options:
    """The caller's choices for a source.

    inbox, direction: for rows that do not say. time: where a folder's times come from. mapping: a TOML file that
    says which column is which field.
    agents: ids, addresses or domains of your own users; everybody else is a customer then. customers: those of
    customers, of whom a source would think otherwise. received: when bodies came that do not say it, for a mapping.
    ticket, requester: of a page of comments, which names neither. account: the number of a Chatwoot account, where a
    database has several.
    """

    inbox: str | None = None
    direction: Direction | None = None
    time: LedgerFileTime = "sidecar"
    mapping: Path | None = None
    agents: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    received: str | None = None
    ticket: str | None = None
    requester: str | None = None
    account: int | None = None

    def must_fit(self, kind: str, *, before: str | None = None) -> None:
        """UsageError for an option that a source of this kind does not take: it would do nothing, in silence.

        before: what stands before the word of an option on a command line; without it, it is called as here.
        """
        for name, (word, sources) in TAKEN_BY.items():
            if getattr(self, name) not in (None, ()) and kind not in sources:
                shown = name if before is None else f"{before}{word}"
                raise UsageError(
                    f"{kind} does not take {shown}; nothing was recorded",
                    hint=f"leave {shown} out; it is for {', '.join(sources)}",
                )
            if kind == "ndjson" and name in MAPPED_ONLY and getattr(self, name) and self.mapping is None:
                shown, needed = (name, "mapping") if before is None else (f"{before}{word}", f"{before}map")
                raise UsageError(
                    f"ndjson takes {shown} with {needed} alone; nothing was recorded",
                    hint=f"leave {shown} out: a row says itself which way it went and when",
                )


@dataclass(slots=True)
class Context:
    """The surroundings of a source while it reads: what it may look up, and where it reports.

    fraction: how much of the source is read, from 0 to 1, where that is known. notes: lines for the person.
    preparer: makes columns of rows, for a source that can have that done ahead; place: where the chain stands.
    own: which files this run writes, its store among them: none is one of a folder that is read.
    mark: source, place and number up to which it was read, for a source that the next run reads on from there.
    """

    inboxes: KnownInboxes
    connection: sqlite3.Connection
    fraction: float | None = None
    notes: list[str] = field(default_factory=list)
    mark: tuple[str, str, int] | None = None
    preparer: Preparer | None = None
    place: Callable[[], Place] | None = None
    own: Own | None = None


Read = Callable[[str, Options, Context], "Iterator[Batch]"]


class SourceModule(Protocol):
    """A module of this folder."""

    read: Read


def reader(kind: str) -> Read:
    """The reading function of a source by its kind."""
    refuse_other_words(kind, "source", SOURCES)
    return cast("SourceModule", import_module(f"occ_media_cli.ledger.sources.{kind}")).read
