"""Proposing files: one version of a document, or many documents at once. Nobody may send them by that."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import Refused, UsageError
from occ_media_cli.library import library_rows, proposals
from occ_media_cli.library.library_documents import nameless_documents
from occ_media_cli.library.library_names import document_name, key_of, name_of, version_label
from occ_media_cli.library.library_scope import LibraryScope, scope_of
from occ_media_cli.library.library_states import NOT_ENDED
from occ_media_cli.library.proposed_files import FileLook, LookedFile, NotProposed
from occ_media_cli.settings import past
from occ_media_cli.settings.inbox_names import plain_text
from occ_media_cli.settings.second_person import refuse_unclear_approver
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.open import Store

MOST_FILES = 10_000
"""Files of one proposal: it is one event, which a person approves as a whole."""


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
    be a new version. inboxes: for which it is, None for every one; expires: until when. instead_of: the proposal of
    this name and version that waited, and that can no longer be approved; other_bytes: whether it is of other bytes."""

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
    instead_of: proposals.Proposal | None = None
    other_bytes: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there was no file at all."""
        return not (self.files or self.refused or self.unchanged)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file with the name of its document."""

    document: str
    file: LookedFile


@dataclass(frozen=True, slots=True)
class _Known:
    """What the library has of a document. number: None for a new one. current: the contents that are approved now, with
    scope and expiry; approved: the contents of each approved version, by the key of its label."""

    number: int | None
    name: str
    current: frozenset[tuple[str, tuple[int, ...], tuple[str, ...], int | None]]
    approved: dict[str, frozenset[str]]


def look_at_files(
    paths: Sequence[str | os.PathLike[str]], *, folders: bool
) -> tuple[list[LookedFile], list[NotProposed], FileLook]:
    """Look at files before a store is opened. folders: whether one may be a folder, which stands for what is below it.
    UsageError for a folder otherwise, and for too many files."""
    given = list(dict.fromkeys(os.fsencode(path) for path in paths))
    if not given:
        raise UsageError("no file to propose; nothing was changed", hint="name the files")
    for path in given:
        if not folders and os.path.isdir(path):  # noqa: PTH112 - bytes
            name = os.fsdecode(path)
            raise UsageError(f"{name} is a folder; nothing was changed", hint="propose what is in it",
                             topic=("library-add", name))  # fmt: skip
    files, unfit, looking = list[LookedFile](), list[NotProposed](), FileLook()
    for seen in looking.at(given):
        if isinstance(seen, NotProposed):
            unfit.append(seen)
        elif not _is_text(os.fsdecode(seen.path)):
            unfit.append(NotProposed(os.fsdecode(seen.path), "its name is not text", "rename it"))
        else:
            files.append(seen)
        if len(files) > MOST_FILES:
            raise UsageError(
                f"more than {MOST_FILES:,} files in one proposal; nothing was changed",
                hint="propose the folders in it one by one",
            )
    unique = {file.path: file for file in files}
    return list(unique.values()), unfit, looking


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
        known = _known(store.ledger, [name], stamp.now)
        wanted = [_Wanted(known[key_of(name)].name, file) for file in found]
        return _record(store, wanted, known, (known[key_of(name)].name, version, False), asked, stamp, result, dry_run)


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
    wanted: dict[str, _Wanted] = {}
    for file in found:
        try:
            document = name_of(f"{name}/{_below(file.path, folders)}", "its name")
        except ValueError as problem:
            unfit.append(NotProposed(os.fsdecode(file.path), str(problem), "rename it"))
            continue
        there = wanted.setdefault(key_of(document), _Wanted(document, file))
        if there.file is not file:
            why = f"it would be the same document as {os.fsdecode(there.file.path)}"
            unfit.append(NotProposed(os.fsdecode(file.path), why, "rename it"))
    with proposals.deciding(store.ledger, stamp, dry_run=dry_run) as stamp:
        known = _known(store.ledger, [each.document for each in wanted.values()], stamp.now)
        scope = scope_of(store.ledger, asked.inboxes, asked.tags, stamp.now, str(store.location.path))
        state = (scope.inboxes, scope.tags, asked.expires)
        new = [
            _Wanted(known[key].name, each.file)
            for key, each in wanted.items()
            if (each.file.sha256, *state) not in known[key].current
        ]
        version = _free_version(asked.version, new, known, stamp)
        gone = _gone(store.ledger, name, {*wanted, *_keys_of(unfit, name, folders)}, stamp.now) if folders else ()
        result = Proposed(
            name, version, None, refused=tuple(unfit), unchanged=len(wanted) - len(new), gone=gone,
            skipped_links=looking.skipped_links, skipped_system=looking.skipped_system,
        )  # fmt: skip
        if not new:
            return _with(result, nameless=_nameless(store.ledger, name, wanted.values(), known, stamp.now))
        return _record(store, new, known, (name, version, True), asked, stamp, result, dry_run)


def _is_text(path: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in path)


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


def _known(connection: sqlite3.Connection, names: Iterable[str], now: int) -> dict[str, _Known]:
    """What the library has of some documents, by key."""
    found: dict[str, _Known] = {}
    for name in names:
        key = key_of(name)
        row = connection.execute("SELECT number, name FROM library_document WHERE key = ?", (key,)).fetchone()
        if row is None:
            found[key] = _Known(None, name, frozenset(), {})
            continue
        versions: dict[str, set[str]] = {}
        current = set()
        for seq, version, sha256, expires, is_current in connection.execute(
            f"SELECT seq, version, sha256, expires_ms, {NOT_ENDED}"
            " FROM library l WHERE document = :number AND approved_seq IS NOT NULL",
            {"now": now, "number": row[0]},
        ):
            versions.setdefault(key_of(version), set()).add(sha256)
            if is_current:
                scope = connection.execute(
                    "SELECT inbox, tag FROM library_scope WHERE event = ? ORDER BY position", (seq,)
                ).fetchall()
                inboxes = tuple(inbox for inbox, _ in scope if inbox is not None)
                current.add((sha256, inboxes, tuple(tag for _, tag in scope if tag is not None), expires))
        approved = {label: frozenset(contents) for label, contents in versions.items()}
        found[key] = _Known(row[0], row[1], frozenset(current), approved)
    return found


def _free_version(version: str | None, new: Sequence[_Wanted], known: dict[str, _Known], stamp: chain.Stamp) -> str:
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
        f" AND {NOT_ENDED} ORDER BY d.key",
        {"below": key_of(name) + "/", "now": now},
    )
    return tuple(str(found) for found, key in rows if key not in there)


def _record(
    store: Store, wanted: Sequence[_Wanted], known: dict[str, _Known], label: tuple[str, str, bool],
    asked: ProposalRequest, stamp: chain.Stamp, result: Proposed, dry_run: bool,
) -> Proposed:  # fmt: skip
    """Put a proposal on record, inside the caller's transaction. label: name, version, and whether it is of several."""
    connection = store.ledger
    name, version, several = label
    refuse_unclear_approver(stamp.actor)
    if asked.backdate is not None:
        plain_text(asked.backdate, "the reason")
    if asked.expires is not None and asked.expires <= stamp.now:
        raise UsageError(
            f"the end {times.text(asked.expires)} is not after {times.text(stamp.now)}; nothing was changed",
            hint="name a later moment",
        )
    _refuse_other_bytes(wanted, known, version)
    _refuse_taken(connection, name, several=several)
    scope = scope_of(connection, asked.inboxes, asked.tags, stamp.now, str(store.location.path))
    numbers = _numbers(connection, wanted, known)
    past.refuse_events_past(
        connection, f"'{name}' was", (CHANGES_OF, (json.dumps(list(numbers.values())),)), stamp, asked.backdate
    )
    waited = [each for each in proposals.select(connection, "p.key = ?", (key_of(name),))
              if key_of(each.version) == key_of(version) and proposals.waits(each, stamp.now)]  # fmt: skip
    instead_of = waited[-1] if waited else None
    contents = {(numbers[key_of(each.document)], each.file.sha256) for each in wanted}
    body = _body(connection, wanted, numbers, label, scope, asked, stamp)
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
    return _with(
        result, version=version, proposal=body["proposal"], files=files, name=name, tags=scope.tags,
        inboxes=None if scope.is_everywhere else asked.inboxes, expires=asked.expires, instead_of=instead_of,
        other_bytes=instead_of is not None and proposals.contents_of(connection, instead_of) != contents,
        nameless=_nameless(connection, name, wanted, known, stamp.now),
    )  # fmt: skip


def _nameless(
    connection: sqlite3.Connection, name: str, wanted: Iterable[_Wanted], known: dict[str, _Known], now: int
) -> tuple[str, ...]:
    """Approved documents without a name of which files may be a new version; none that is proposed here itself."""
    numbers = {known[key_of(each.document)].number for each in wanted}
    return nameless_documents(connection, name, now, numbers, new=None in numbers)


def _with(result: Proposed, **changes: Any) -> Proposed:
    from dataclasses import replace

    return replace(result, **changes)


CHANGES_OF = """SELECT f.event FROM library_file f WHERE f.document IN (SELECT value FROM json_each(?1))
UNION SELECT a.event FROM library_file f JOIN library_approval a ON a.proposal = f.event
  WHERE f.document IN (SELECT value FROM json_each(?1))
UNION SELECT r.event FROM library_retirement r WHERE r.document IN (SELECT value FROM json_each(?1))"""
"""SQL for the events that changed some documents; its value is a JSON list of their numbers."""


def _refuse_other_bytes(wanted: Sequence[_Wanted], known: dict[str, _Known], version: str) -> None:
    found: dict[str, set[str]] = {}
    for each in wanted:
        found.setdefault(key_of(each.document), set()).add(each.file.sha256)
    for key, contents in found.items():
        approved = known[key].approved.get(key_of(version))
        if approved is not None and approved != contents:
            raise Refused(
                f"version {version} of '{known[key].name}' is approved with other bytes; nothing was changed",
                hint="give the new files another version",
                topic=("library-version",),
            )


def _refuse_taken(connection: sqlite3.Connection, name: str, *, several: bool) -> None:
    """A name is that of a document or of several together, so that an approval of it is of one thing."""
    kind = "SELECT 1 FROM library_document WHERE key = ?" if several else (
        "SELECT 1 FROM library_proposal WHERE several = 1 AND key = ?"
    )  # fmt: skip
    if connection.execute(kind, (key_of(name),)).fetchone():
        what = "one document" if several else "several documents together"
        raise UsageError(f"'{name}' is the name of {what}; nothing was changed", hint="give it another name")


def _numbers(connection: sqlite3.Connection, wanted: Sequence[_Wanted], known: dict[str, _Known]) -> dict[str, int]:
    """The number of each document, by key; new ones get the next."""
    (newest,) = connection.execute("SELECT coalesce(max(number), 0) FROM library_document").fetchone()
    found: dict[str, int] = {}
    for each in wanted:
        key = key_of(each.document)
        if key not in found:
            number = known[key].number
            if number is None:
                newest += 1
                number = newest
            found[key] = number
    return found


def _body(
    connection: sqlite3.Connection, wanted: Sequence[_Wanted], numbers: dict[str, int], label: tuple[str, str, bool],
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
    digest = proposals.digest_of(body)
    return {**body, "digest": digest, "proposal": digest[: proposals.ID_DIGITS]}


def _keep_words(connection: sqlite3.Connection, wanted: Sequence[_Wanted]) -> None:
    """The words of files, beside the chain, which has their digest."""
    connection.executemany(
        "INSERT OR IGNORE INTO library_words (digest, words) VALUES (?, ?)",
        [
            (bytes.fromhex(str(each.file.text["digest"])), each.file.packed)
            for each in wanted
            if each.file.text is not None and each.file.packed is not None
        ],
    )
