"""E-mail: the files in mails of an .eml file, a folder of them, a box (mbox) or a Maildir.

Every part that is a file is an entry, with the size, the hash and the type of its bytes, which are decoded, looked at
in a process of `sandbox`, and not kept. A mail without any is skipped; one that cannot be read is refused.
Id: the Message-ID, else the hash of the mail; with several files `ID#1` … `ID#n`. Where its inbox is told by an address
that the map of inboxes or a link names, the address stands before it (`support@example.com:ID`): one mail may go to two
inboxes, and is shared in each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from occ_media_cli.errors import Incomplete, OccMediaError
from occ_media_cli.ledger.capture import SECONDS, detect
from occ_media_cli.ledger.entry import Batch, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.email_entries import MailFile, ReadMail, is_draft, rows_of
from occ_media_cli.ledger.sources.email_people import OwnAddresses
from occ_media_cli.ledger.sources.email_places import FoundMail, mails_at
from occ_media_cli.media.unpack.mail_files import is_fork, why_no_file
from occ_media_cli.media.unpack.mime_headers import Headers, clean_name
from occ_media_cli.media.unpack.mime_reader import Part, UnreadableMail, read_mail
from occ_media_cli.media.unpack.transfer import Decoder, decoder_of
from occ_media_cli.media.unpack.uuencoded import UuencodedFiles
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores
from occ_media_cli.sandbox.still import Filling

BATCH = 500
_AHEAD = 24
"""Files that wait for an earlier one: each is an open descriptor."""

_HASHED = 65_536


@dataclass(slots=True)
class _Broken:
    """The source ended here, with an error."""

    problem: OccMediaError


@dataclass(slots=True)
class _Noted:
    """What is counted over all mails for the notes."""

    drafts: int = 0
    cut: int = 0
    pieces: int = 0
    unseen: int = 0
    undecoded: int = 0

    def lines(self) -> Iterator[str]:
        """A line for each that there was."""
        if self.drafts:
            yield f"drafts, which nobody sent: {self.drafts:,}"
        if self.cut:
            yield f"mails that end before their last part does; what is there was taken: {self.cut:,}"
        if self.pieces:
            yield f"pieces of mails (message/partial) and pointers to files elsewhere, which are none: {self.pieces:,}"
        if self.undecoded:
            yield f"files in an encoding that is not undone, taken without size and hash: {self.undecoded:,}"
        if self.unseen:
            yield f"files whose type could not be looked at: {self.unseen:,}"


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The files of all mails at a path."""
    noted, own = _Noted(), OwnAddresses(options.agents, options.customers)
    with Pool(Task(detect, seconds=SECONDS), workers=cores(), most_ahead=_AHEAD) as pool:
        batch = _new_batch()
        for job, result in pool.run(_jobs(name, context, noted)):
            if isinstance(job.tag, MailFile):
                job.tag.detected = None if isinstance(result, Failed) else result
                noted.unseen += isinstance(result, Failed) and job.failed is None
                continue
            if isinstance(job.tag, _Broken):
                yield batch
                raise job.tag.problem
            _take(batch, job.tag, options, context, own)
            if batch.read >= BATCH:
                yield batch
                batch = _new_batch()
        if batch.read:
            yield batch
    context.notes += noted.lines()


def _new_batch() -> Batch:
    return Batch([], [], 0, refused=[], raw=[])


def _take(batch: Batch, mail: ReadMail, options: Options, context: Context, own: OwnAddresses) -> None:
    place = mail.place.encode("utf-8", "backslashreplace")
    if mail.problem is None and not mail.files:
        batch.read += 1
        batch.skipped += 1
        return
    batch.read += max(len(mail.files), 1) if mail.problem is None else 1
    rows = rows_of(mail, options, context, own) if mail.problem is None else [mail.problem]
    for row in rows:
        if isinstance(row, Unfit):
            batch.refused.append(RowRefusal(mail.line, row.group, row.detail, place))  # type: ignore[union-attr]  # made above
            continue
        batch.items.append(row)
        batch.lines.append(mail.line)  # type: ignore[union-attr]  # made above
        batch.raw.append(place)  # type: ignore[union-attr]  # made above


def _jobs(name: str, context: Context, noted: _Noted) -> Iterator[Job]:
    """A job for each file, and behind those of a mail one that is done already and stands for the mail."""
    try:
        for found in mails_at(name, context):
            if isinstance(found, FoundMail):
                yield from _Reader(found, noted).jobs()
            else:
                place, problem = found
                yield _done(ReadMail(place, 0, Headers(), problem=problem))
    except OccMediaError as problem:  # the mails before it are taken
        yield _done(_Broken(problem))


def _done(tag: ReadMail | _Broken) -> Job:
    return Job(-1, -1, "", tag, Failed(""))


@dataclass(slots=True)
class _OpenFile:
    """A file while its bytes are read."""

    part: Part | None
    decoder: Decoder | None
    filling: Filling = field(default_factory=Filling)
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    head: bytes = b""

    def write(self, data: bytes) -> None:
        """Take bytes that are decoded."""
        if len(self.head) < 4:
            self.head += data[:4]
        self.hash.update(data)
        with _room():
            self.filling.write(data)

    def finish(self) -> int:
        """The descriptor of all bytes."""
        with _room():
            return self.filling.finish()


@contextmanager
def _room() -> Iterator[None]:
    """Tell what a person can do where there is no room for a file while it is looked at."""
    try:
        yield
    except OSError as problem:
        raise Incomplete(
            f"there is no room for the files of mails while they are looked at: {(problem.strerror or '').lower()};"
            " the rows before are recorded",
            hint="make room in the temporary folder, or name another one in TMPDIR, then run the same command again",
        ) from problem


@dataclass(slots=True)
class _Words:
    """The text of a mail while it is read: a file may stand in it, uuencoded."""

    part: Part
    decoder: Decoder
    files: UuencodedFiles = field(default_factory=UuencodedFiles)
    inside: _OpenFile | None = None


class _Reader:
    """Reads one mail: a job for each file in it, and one for the mail at its end."""

    def __init__(self, found: FoundMail, noted: _Noted) -> None:
        self._found, self._noted = found, noted
        self._mail = ReadMail(
            found.place, found.line, Headers(), is_sent=found.is_sent, is_draft=found.is_draft, mtime=found.mtime
        )
        self._is_cut = False

    def jobs(self) -> Iterator[Job]:
        mail, content = self._mail, hashlib.sha256()
        try:
            yield from self._files(_hashed(self._found.pieces, content))
        except UnreadableMail as problem:
            mail.problem = Unfit("unreadable mail", f"{mail.place}: the mail {problem}")
        if mail.problem is not None or mail.is_draft:
            mail.files.clear()
        if mail.is_draft and mail.problem is None:
            self._noted.drafts += 1
        self._noted.cut += self._is_cut
        mail.sha256 = content.hexdigest()
        yield _done(mail)

    def _files(self, pieces: Iterable[bytes]) -> Iterator[Job]:
        mail = self._mail
        current: _OpenFile | _Words | None = None
        try:
            for part, data in read_mail(pieces):
                if data is None:
                    self._is_cut = self._is_cut or part.cut
                    if part.unsplit:
                        raise UnreadableMail(f"should have parts ({part.media_type[:60]}), and none is found")
                    if current is not None and current.part is part:
                        ended, current = current, None
                        if isinstance(ended, _Words):
                            yield from self._in_words(ended, ended.files.feed(ended.decoder.end()))
                            yield from self._in_words(ended, ended.files.finish())
                        else:
                            yield from self._end(ended, part)
                elif not data:
                    if part.number == 0:
                        mail.headers = part.headers
                        mail.is_draft = mail.is_draft or is_draft(part.headers)
                    current = self._begin(part)
                elif current is None or current.part is not part or current.decoder is None:
                    continue
                elif isinstance(current, _Words):
                    yield from self._in_words(current, current.files.feed(current.decoder.feed(data)))
                else:
                    current.write(current.decoder.feed(data))
        finally:
            if isinstance(current, _Words):
                current = current.inside
            if current is not None:
                current.filling.drop()

    def _begin(self, part: Part) -> _OpenFile | _Words | None:
        if part.holds_parts or self._mail.is_draft:
            return None
        why = why_no_file(part)
        if why is not None:
            decoder = decoder_of(part.headers.transfer)
            if part.media_type == "text/plain" and decoder is not None:
                return _Words(part, decoder)
            self._noted.pieces += why in ("a piece of a mail", "a pointer")
            return None
        return _OpenFile(part, decoder_of(part.headers.transfer))

    def _in_words(self, words: _Words, found: Iterable[tuple[str, bytes | None]]) -> Iterator[Job]:
        """The files that stand in a text."""
        for name, data in found:
            if data is not None:
                words.inside = words.inside or _OpenFile(None, None)
                words.inside.write(data)
            elif words.inside is not None:
                inside, words.inside = words.inside, None
                yield self._add(inside, MailFile(clean_name(name), None))

    def _add(self, ended: _OpenFile, file: MailFile) -> Job:
        self._mail.files.append(file)
        file.size, file.sha256 = ended.filling.size, ended.hash.hexdigest()
        return Job(ended.finish(), file.size, file.name or "", file)

    def _end(self, ended: _OpenFile, part: Part) -> Iterator[Job]:
        if ended.decoder is not None:
            ended.write(ended.decoder.end())
            instead = ended.decoder.instead
            if instead is not None:
                ended.filling.drop()
                ended = _OpenFile(part, ended.decoder)
                ended.write(instead)
        if is_fork(part, ended.head):
            ended.filling.drop()
            return
        file = MailFile(part.headers.file_name, part.media_type)
        if ended.decoder is None:
            self._mail.files.append(file)
            self._noted.undecoded += 1
            ended.filling.drop()
            return
        yield self._add(ended, file)


def _hashed(pieces: Iterable[bytes], content: hashlib._Hash) -> Iterator[bytes]:
    """The same pieces, all of which go into a hash, some at a time."""
    waiting: list[bytes] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= _HASHED:
            content.update(b"".join(waiting))
            waiting.clear()
            length = 0
        yield piece
    content.update(b"".join(waiting))
