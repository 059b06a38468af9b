"""Proposing many files at once, each as a document of its own: of a folder, what is new in it and what is gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.library import proposals
from occ_media_cli.library.known_documents import KnownDocument, WantedFile, known_documents, nameless_beside
from occ_media_cli.library.library_names import document_name, key_of, name_of, version_label
from occ_media_cli.library.library_scope import scope_of
from occ_media_cli.library.library_states import IS_APPROVED
from occ_media_cli.library.proposed_files import NotProposed, look_at_files
from occ_media_cli.library.record_proposal import ProposalRequest, Proposed, record_proposal
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.open import Store


def propose_each(
    store: Store,
    paths: Sequence[str | os.PathLike[str]],
    asked: ProposalRequest,
    stamp: chain.Stamp,
    *,
    dry_run: bool = False,
) -> Proposed:
    """Propose each file as a document of its own, all in one proposal; below a folder, by its way in it.

    Files that may not be sent are left out and named, those that are approved as they are too. Raises what `propose`
    does.
    """  # fmt: skip
    folders = [path for path in paths if os.path.isdir(path)]  # noqa: PTH112 - as they were given
    name = document_name(asked.name if asked.name is not None else _name_of_folder(paths))
    scope_of(store.ledger, asked.inboxes, asked.tags, stamp.now, str(store.location.path))  # before files are read
    found, unfit, looking = look_at_files(paths, folders=True)
    wanted: dict[str, WantedFile] = {}
    for file in found:
        try:
            document = name_of(f"{name}/{_below(file.path, folders)}", "its name")
        except ValueError as problem:
            unfit.append(NotProposed(os.fsdecode(file.path), str(problem), "rename it"))
            continue
        there = wanted.setdefault(key_of(document), WantedFile(document, file))
        if there.file is not file:
            why = f"it would be the same document as {os.fsdecode(there.file.path)}"
            unfit.append(NotProposed(os.fsdecode(file.path), why, "rename it"))
    with proposals.deciding(store.ledger, stamp, dry_run=dry_run) as stamp:
        known = known_documents(store.ledger, [each.document for each in wanted.values()], stamp.now)
        scope = scope_of(store.ledger, asked.inboxes, asked.tags, stamp.now, str(store.location.path))
        state = (scope.inboxes, scope.tags, asked.expires)
        new = [
            WantedFile(known[key].name, each.file)
            for key, each in wanted.items()
            if (each.file.sha256, *state) not in known[key].approved_now
        ]
        version = _free_version(asked.version, new, known, stamp)
        gone = _gone(store.ledger, name, {*wanted, *_keys_of(unfit, name, folders)}, stamp.now) if folders else ()
        result = Proposed(
            name, version, None, refused=tuple(unfit), unchanged=len(wanted) - len(new), gone=gone,
            skipped_links=looking.skipped_links, skipped_system=looking.skipped_system,
        )  # fmt: skip
        if not new:
            return replace(result, nameless=nameless_beside(store.ledger, name, wanted.values(), known, stamp.now))
        return record_proposal(store, new, known, (name, version, True), asked, stamp, result, dry_run)


def _name_of_folder(paths: Sequence[str | os.PathLike[str]]) -> str:
    """The name of the folder that is given, or in which the first file lies."""
    first = os.path.abspath(os.fspath(paths[0])) if paths else ""  # noqa: PTH100 - the name as it was typed
    return os.path.basename(first if os.path.isdir(first) else os.path.dirname(first))  # noqa: PTH112, PTH119, PTH120


def _below(path: bytes, folders: Iterable[str | os.PathLike[str]]) -> str:
    """The way of a file below the folder that was given, or its name."""
    for folder in folders:
        root = os.path.abspath(os.fsencode(folder)).rstrip(b"/") + b"/"  # noqa: PTH100 - bytes
        if path.startswith(root):
            return os.fsdecode(path[len(root) :])
    return os.fsdecode(path.rpartition(b"/")[2])


def _keys_of(unfit: Iterable[NotProposed], name: str, folders: Sequence[str | os.PathLike[str]]) -> set[str]:
    """The documents of files that are there and were refused: they are not gone."""
    return {
        key_of(f"{name}/{_below(os.path.abspath(os.fsencode(each.path)), folders)}")  # noqa: PTH100 - bytes
        for each in unfit
    }


def _free_version(
    version: str | None, new: Sequence[WantedFile], known: dict[str, KnownDocument], stamp: chain.Stamp
) -> str:
    """The version that was named; else today's date, with a number where a file was approved today with other bytes."""
    if version is not None:
        return version_label(version)
    today = times.text(stamp.now)[:10]
    number = 1
    while True:
        label = today if number == 1 else f"{today}.{number}"
        if all(known[key_of(each.document)].approved.get(key_of(label), {each.file.sha256}) == {each.file.sha256}
               for each in new):  # fmt: skip
            return label
        number += 1


def _gone(connection: sqlite3.Connection, name: str, there: set[str], now: int) -> tuple[str, ...]:
    """Documents below a name that may be sent at a moment, and whose files are none of those that are there."""
    rows = connection.execute(
        "SELECT DISTINCT d.name, d.key FROM library l JOIN library_document d ON d.number = l.document"
        " WHERE substr(d.key, 1, length(:below)) = :below"
        f" AND {IS_APPROVED} ORDER BY d.key",
        {"below": key_of(name) + "/", "now": now},
    )
    return tuple(str(found) for found, key in rows if key not in there)
