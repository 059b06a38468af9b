"""Putting a proposal on record: what is asked, the event with the bytes, the scope and the end, and what came of it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.library import library_rows, proposals
from occ_media_cli.library.known_documents import (
    KnownDocument,
    WantedFile,
    nameless_beside,
    number_documents,
    refuse_other_bytes,
    refuse_taken_name,
)
from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_scope import LibraryScope, scope_of
from occ_media_cli.library.names_alike import AlikeName, names_alike
from occ_media_cli.library.proposed_files import NotProposed
from occ_media_cli.library.same_bytes import StoppedBytes, stopped_before
from occ_media_cli.settings import past
from occ_media_cli.settings.second_person import refuse_unclear_approver
from occ_media_cli.store import chain
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.open import Store

_CHANGES_OF = """SELECT f.event FROM library_file f WHERE f.document IN (SELECT value FROM json_each(?1))
UNION SELECT a.event FROM library_file f JOIN library_approval a ON a.proposal = f.event
  WHERE f.document IN (SELECT value FROM json_each(?1))
UNION SELECT r.event FROM library_retirement r WHERE r.document IN (SELECT value FROM json_each(?1))"""
"""SQL for the events that changed some documents; its value is a JSON list of their numbers."""


@dataclass(frozen=True, slots=True)
class ProposalRequest:
    """What is to be proposed, beside the files. name: of the document, or of several together, None for that of the
    folder. version: None for today's date. expires: milliseconds, None for never."""

    name: str | None = None
    version: str | None = None
    inboxes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    expires: int | None = None
    backdate: str | None = None


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A file that was proposed. renews: its bytes are approved under this name and version already."""

    document: str
    path: str
    sha256: str
    size: int
    type: str
    renews: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of proposing. proposal: its id, None where nothing was proposed. refused: files that may not be sent or
    could not be looked at. unchanged: files that are approved as they are. gone: approved documents below the name of
    the folder whose file is not in it. nameless: approved documents whose names an erasure took and of which these may
    be a new version. inboxes: for which it is, None for every one; expires: until when. displaced: proposals of
    this name and version that waited and have a document of this one, so that they can no longer be approved;
    other_bytes: whether one is of other bytes; left_out: documents of them that this one is without. beside: those that
    wait on, as they are of other documents. stopped: under which names these bytes were retired or replaced before.
    alike: names and versions on record that are read like these."""

    name: str
    version: str
    proposal: str | None
    files: tuple[ProposedFile, ...] = ()
    refused: tuple[NotProposed, ...] = ()
    unchanged: int = 0
    gone: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    skipped_links: int = 0
    skipped_system: int = 0
    inboxes: tuple[str, ...] | None = None
    tags: tuple[str, ...] = ()
    expires: int | None = None
    displaced: tuple[proposals.Proposal, ...] = ()
    other_bytes: bool = False
    left_out: tuple[str, ...] = ()
    beside: tuple[proposals.Proposal, ...] = ()
    stopped: tuple[StoppedBytes, ...] = ()
    alike: tuple[AlikeName, ...] = ()

    @property
    def instead_of(self) -> proposals.Proposal | None:
        """The newest proposal whose place it takes."""
        return self.displaced[-1] if self.displaced else None

    @property
    def is_empty(self) -> bool:
        """Whether there was no file at all."""
        return not (self.files or self.refused or self.unchanged)


def record_proposal(
    store: Store, wanted: Sequence[WantedFile], known: dict[str, KnownDocument], label: tuple[str, str, bool],
    asked: ProposalRequest, stamp: chain.Stamp, result: Proposed, dry_run: bool,
) -> Proposed:  # fmt: skip
    """Put a proposal on record, inside the caller's transaction. label: name, version, and whether it is of several."""
    connection = store.ledger
    name, version, several = label
    refuse_unclear_approver(stamp.actor)
    refuse_unfit(asked.backdate)
    if asked.expires is not None and asked.expires <= stamp.now:
        raise UsageError(
            f"the end {times.text(asked.expires)} is not after {times.text(stamp.now)}; nothing was changed",
            hint="name a later moment",
        )
    refuse_other_bytes(wanted, known, version)
    refuse_taken_name(connection, name, several=several)
    scope = scope_of(connection, asked.inboxes, asked.tags, stamp.now, str(store.location.path))
    numbers = number_documents(connection, wanted, known)
    past.refuse_events_past(
        connection, f"'{name}' was", (_CHANGES_OF, (json.dumps(list(numbers.values())),)), stamp, asked.backdate,
        library_rows.HOLDS_FROM,
    )  # fmt: skip
    displaced, beside = proposals.displaced_by(connection, name, version, set(numbers.values()))
    waited = tuple(each for each in displaced if proposals.waits(each, stamp.now))
    contents = {(numbers[key_of(each.document)], each.file.sha256) for each in wanted}
    stopped = stopped_before(connection, {each.file.sha256 for each in wanted}, set(numbers.values()), stamp.now, but=0)
    alike = names_alike(connection, [(each, version) for each in (name, *(one.document for one in wanted))], stamp.now)
    body = _body(connection, wanted, numbers, label, scope, asked, stamp)
    if displaced:
        body["instead_of"] = [each.event for each in displaced]
    if not dry_run:
        seq = library_rows.record(connection, chain.Event(library_rows.PROPOSE, body, stamp.now), stamp)
        _keep_words(connection, wanted)
        proposals.refuse_altered(connection, proposals.select(connection, "p.event = ?", (seq,))[0])
    files = tuple(
        ProposedFile(
            each.document, os.fsdecode(each.file.path), each.file.sha256, each.file.size, each.file.type,
            each.file.sha256 in known[key_of(each.document)].approved.get(key_of(version), ()),
        )
        for each in wanted
    )  # fmt: skip
    return replace(
        result, version=version, proposal=body["proposal"], files=files, name=name, tags=scope.tags,
        inboxes=None if scope.is_everywhere else asked.inboxes, expires=asked.expires, displaced=waited,
        other_bytes=any(proposals.contents_of(connection, each) != contents for each in waited),
        nameless=nameless_beside(connection, name, wanted, known, stamp.now),
        left_out=proposals.documents_without(connection, waited, set(numbers.values())),
        beside=tuple(each for each in beside if proposals.waits(each, stamp.now)), stopped=stopped, alike=alike,
    )  # fmt: skip


def _body(
    connection: sqlite3.Connection, wanted: Sequence[WantedFile], numbers: dict[str, int], label: tuple[str, str, bool],
    scope: LibraryScope, asked: ProposalRequest, stamp: chain.Stamp,
) -> dict[str, Any]:  # fmt: skip
    name, version, several = label
    seq, state = chain.head(connection)
    body: dict[str, Any] = {
        "name": name, "version": version, "several": several, "inboxes": list(scope.inboxes), "tags": list(scope.tags),
        "expires": asked.expires, "created": stamp.now, "actor": stamp.actor, "after": [seq, state.hex()],
        "files": [
            {
                "document": numbers[key_of(each.document)], "name": each.document, "sha256": each.file.sha256,
                "size": each.file.size, "type": each.file.type, "path": os.fsdecode(each.file.path),
                "text": each.file.text, "text_missing": each.file.text_missing,
            }
            for each in wanted
        ],
        **past.recorded(asked.backdate),
    }  # fmt: skip
    digest = proposals.digest_of_proposal(body)
    return {**body, "digest": digest, "proposal": digest[: proposals.ID_DIGITS]}


def _keep_words(connection: sqlite3.Connection, wanted: Sequence[WantedFile]) -> None:
    """The words of files, beside the chain, which has their digest."""
    connection.executemany(
        "INSERT OR IGNORE INTO library_words (digest, words) VALUES (?, ?)",
        [
            (bytes.fromhex(str(each.file.text["digest"])), each.file.packed)
            for each in wanted
            if each.file.text is not None and each.file.packed is not None
        ],
    )
