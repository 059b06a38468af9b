"""Proposing one version of a document, which may be several files. Nobody may send them by that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.library import proposals
from occ_media_cli.library.known_documents import WantedFile, known_documents
from occ_media_cli.library.library_names import document_name, key_of, version_label
from occ_media_cli.library.library_scope import scope_of
from occ_media_cli.library.proposed_files import look_at_files
from occ_media_cli.library.record_proposal import ProposalRequest, Proposed, record_proposal
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import os

    from occ_media_cli.store.open import Store


def propose(
    store: Store,
    files: Sequence[str | os.PathLike[str]],
    asked: ProposalRequest,
    stamp: chain.Stamp,
    *,
    dry_run: bool = False,
) -> Proposed:
    """Propose one version of one document: its files, which may be several forms of it.

    Where one of them may not be sent, nothing is proposed. Raises UsageError for a name or version that is none and an
    end that is past, NotFound for an inbox or a tag that is not there, Refused for a version that is approved with
    other bytes and for a change of the past without its reason.
    """  # fmt: skip
    name = document_name(asked.name or "")
    version = version_label(asked.version or times.text(stamp.now)[:10])
    scope_of(store.ledger, asked.inboxes, asked.tags, stamp.now, str(store.location.path))  # before files are read
    found, unfit, _ = look_at_files(files, folders=False)
    result = Proposed(name, version, None, refused=tuple(unfit))
    if unfit:
        return result
    with proposals.deciding(store.ledger, stamp, dry_run=dry_run) as stamp:
        known = known_documents(store.ledger, [name], stamp.now)
        wanted = [WantedFile(known[key_of(name)].name, file) for file in found]
        return record_proposal(
            store, wanted, known, (known[key_of(name)].name, version, False), asked, stamp, result, dry_run
        )
