"""Reading bodies that a platform sent, one after another: from a file, from standard input or from a folder.

NDJSON (one body a line), a JSON array, one body in a file, or a folder of such files (`*.json`, `*.ndjson`, `*.jsonl`,
also as logs are rotated and packed: `hooks.ndjson.1.gz`; and `*.log`, `*.txt` and files without an ending, where every
line is JSON). What a body says is the matter of its source, which takes it
apart into pieces; what is common to all stands here: how a piece is counted, and that one bad piece is refused with its
place while the rest goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec  # noqa: TID253 - imported by an ingest only

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.entry import Batch, Item, RowRefusal, SamePerson, Unfit
from occ_media_cli.ledger.sources import Context
from occ_media_cli.ledger.sources.bodies import LONGEST, FoundBody, bodies, wrong_line
from occ_media_cli.ledger.sources.body_names import is_packed, may_be_log, may_have_bodies
from occ_media_cli.ledger.sources.fields import decoded
from occ_media_cli.ledger.sources.streams import explained, opened
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, Opened, open_below, open_root, why
from occ_media_cli.places.walk import walk

BATCH = 500
_NAMED = 3
"""Files that are named where more are counted."""


class Piece(NamedTuple):
    """A message, status or event of a body, or a file in it.

    value: what it says, for the file of refused rows. make: its items, none where it carries no file; Unfit where it
    must be refused. problems: of some of its files, where the others are good. people: who is one person, as it says.
    """

    value: Any
    make: Callable[[], Sequence[Item]]
    problems: Sequence[Unfit] = ()
    people: Sequence[SamePerson] = ()


class BodyCut(NamedTuple):
    """How bodies stand in a stream. bodies: finds them. decode: what one of them says, or Unfit."""

    bodies: Callable[[IO[bytes]], Iterator[FoundBody]]
    decode: Callable[[bytes], dict[str, Any]]


def _decoded_json(data: bytes) -> dict[str, Any]:
    return decoded(data, LONGEST, "the body")


JSON = BodyCut(bodies, _decoded_json)


Pieces = Callable[[dict[str, Any]], Iterable[Piece]]
"""Takes a body apart; at least one piece."""


def nothing() -> Sequence[Item]:
    """What a piece without a file comes to."""
    return ()


def refusing(group: str, detail: str) -> Callable[[], Sequence[Item]]:
    """What a piece comes to that must be refused."""

    def refuse() -> Sequence[Item]:
        raise Unfit(group, detail)

    return refuse


def read_bodies(name: str, context: Context, pieces: Pieces, cut: BodyCut = JSON) -> Iterator[Batch]:
    """The items of all bodies of a file, of standard input (`-`) or of a folder."""
    if name != "-" and Path(name).is_dir():
        with BodyFolder(name, context) as folder:
            yield from folder.aside()
            for number, path in enumerate(folder.paths, start=1):
                yield from folder.read(path, pieces, cut)
                context.fraction = number / len(folder.paths)
        return
    with opened(name) as (stream, raw, size), explained(name):
        for batch in batches(stream, pieces, cut):
            yield batch
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)


def batches(stream: IO[bytes], pieces: Pieces, cut: BodyCut = JSON) -> Iterator[Batch]:
    """The items of the bodies of a stream."""
    batch = new_batch()
    for found in cut.bodies(stream):
        for piece in _pieces_of_body(found.data, pieces, cut):
            _take(batch, found, piece)
            if batch.read >= BATCH:
                yield batch
                batch = new_batch()
    if batch.read:
        yield batch


class _Some:
    """How many files there are of a kind, and the names of the first."""

    def __init__(self) -> None:
        self.many = 0
        self._first: list[str] = []

    def add_name(self, name: str) -> None:
        """Count one."""
        self.many += 1
        if self.many <= _NAMED:
            self._first.append(name)

    def __str__(self) -> str:
        return ", ".join(self._first)


class BodyPlace:
    """A place of many files with bodies: a folder, or an archive. paths: the files in it that may have some. others:
    how many have names of something else, and the first of them. logs: likewise of files that may be logs, of which a
    line is not JSON. One whose name says that bodies are packed in it is refused: it holds what was to be read.

    A file that cannot be read is one refused row.
    """

    def __init__(self, context: Context) -> None:
        self.paths: list[bytes] = []
        self.others = _Some()
        self.logs = _Some()
        self._aside = new_batch()
        self._context = context

    def stream(self, path: bytes) -> AbstractContextManager[IO[bytes]]:
        """The bytes of one of the files; Incomplete or MalformedInput where it cannot be read."""
        raise NotImplementedError

    def look_at(self, path: bytes) -> None:
        """Put a file where it belongs: to those with bodies, by its name or because every line of it is JSON."""
        if may_have_bodies(path):
            self.paths.append(path)
        elif may_be_log(path):
            self._look_into(path)
        elif is_packed(path):
            self._unreadable(self._aside, path, "it is packed in a way that is not undone here: unpack it")
        else:
            self.others.add_name(f"'{path.decode(errors='backslashreplace')}'")

    def _look_into(self, path: bytes) -> None:
        try:
            with self.stream(path) as stream:
                wrong = wrong_line(stream)
        except (Incomplete, MalformedInput) as problem:
            self._unreadable(self._aside, path, problem.what)
            return
        if wrong:
            shown = path.decode(errors="backslashreplace")
            self.logs.add_name(f"'{shown}' (line {wrong:,})")
        else:
            self.paths.append(path)

    def aside(self) -> Iterator[Batch]:
        """What cannot be read, and how many links and other files there are. MalformedInput where all are others: then
        nobody has meant this place, or its files are called otherwise."""
        told = [f"{self.others.many:,} of other names, such as {self.others}"] if self.others.many else []
        if self.logs.many:
            told.append(f"{self.logs.many:,} in which a line is not JSON, such as {self.logs}")
        if told:
            what = " and ".join(told)
            if not self.paths and not self._aside.read:
                raise MalformedInput(
                    f"no file in it ends in .json, .ndjson or .jsonl (or in .gz behind them), or has JSON in every line"
                    f" of a .log or .txt, but {what}; nothing was recorded",
                    hint="name one of the files itself, so that each bad line of it is told, or rename them",
                )
            self._context.notes.append(f"files that were passed over: {what}")
        if self._aside.skipped:
            self._context.notes.append(f"links and special files that were passed over: {self._aside.skipped:,}")
        if self._aside.read or self._aside.skipped:
            yield self._aside

    def read(self, path: bytes, pieces: Pieces, cut: BodyCut = JSON) -> Iterator[Batch]:
        """The items of one of the files."""
        try:
            with self.stream(path) as stream:
                yield from batches(stream, pieces, cut)
        except (Incomplete, MalformedInput) as problem:
            batch = new_batch()
            self._unreadable(batch, path, problem.what)
            yield batch

    def objects(self, path: bytes) -> Iterator[dict[str, Any]]:
        """The objects of one of the files, as far as they can be read."""
        with suppress(Incomplete, MalformedInput), self.stream(path) as stream:
            for found in bodies(stream):
                with suppress(Unfit):
                    yield decoded(found.data or b"", LONGEST, "the body")

    def _unreadable(self, batch: Batch, path: bytes, words: str) -> None:
        batch.read += 1
        shown = path.decode(errors="backslashreplace")
        _refuse(batch, FoundBody(0, None), Unfit("unreadable", f"{shown}: {words}"), shown.encode())


class BodyFolder(BodyPlace):
    """A folder, open while it is read; a link in it is passed over."""

    def __init__(self, folder: str, context: Context) -> None:
        super().__init__(context)
        try:
            self._root = open_root(folder)
        except OSError as problem:
            raise Incomplete(
                f"cannot be read: {why(problem).words}; nothing was recorded",
                file=folder,
                hint="name a folder that you may read",
            ) from problem

    def __enter__(self) -> BodyFolder:
        for met in walk(self._root, own=self._context.own):
            if met.problem is not None:
                self._unreadable(self._aside, met.path, met.problem)
            elif met.kind in ("link", "special"):
                self._aside.skipped += may_have_bodies(met.name)
            elif met.kind == "file":
                self.look_at(met.path)
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        os.close(self._root)

    @contextmanager
    def stream(self, path: bytes) -> Iterator[IO[bytes]]:
        """The bytes of one of the files; Incomplete or MalformedInput where it cannot be read."""
        shown = path.decode(errors="backslashreplace")
        found = open_below(self._root, parts(os.fsdecode(path)))
        if isinstance(found, Kept):
            raise Incomplete(found.words)
        if isinstance(found, Opened):
            with opened(shown, found.fd) as (stream, _, _), explained(shown):
                yield stream


def new_batch() -> Batch:
    """An empty batch whose items keep their text for the file of refused rows."""
    return Batch([], [], 0, refused=[], raw=[], so_far=True)


def _pieces_of_body(body: bytes | None, pieces: Pieces, cut: BodyCut) -> Iterable[Piece]:
    if body is None:
        return [Piece(None, refusing("not JSON", f"no JSON object, or one longer than {LONGEST:,} bytes"))]
    if not body:
        return [Piece(None, nothing)]
    try:
        return pieces(cut.decode(body))
    except Unfit as problem:
        return [Piece(body, refusing(problem.group, problem.detail))]


def _take(batch: Batch, found: FoundBody, piece: Piece) -> None:
    batch.read += 1
    if piece.people:
        batch.people += piece.people
    try:
        items = piece.make()
    except Unfit as problem:
        _refuse(batch, found, problem, _raw(piece.value))
        return
    rows = len(items) + len(piece.problems)
    batch.read += max(rows - 1, 0)  # several files in one message are as many rows
    batch.skipped += not rows
    for each in piece.problems:
        _refuse(batch, found, each, _raw(piece.value))
    for item in items:
        batch.items.append(item)
        batch.lines.append(found.line)  # type: ignore[union-attr]  # made as a list in new_batch
        batch.raw.append(_raw(piece.value))  # type: ignore[union-attr, arg-type]  # as above


def _raw(value: Any) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else msgspec.json.encode(value)


def _refuse(batch: Batch, found: FoundBody, problem: Unfit, raw: bytes | None) -> None:
    detail = f"element {found.item:,} of the array in it: {problem.detail}" if found.item else problem.detail
    batch.refused.append(RowRefusal(found.line, problem.group, detail, raw))  # type: ignore[union-attr]  # new_batch
