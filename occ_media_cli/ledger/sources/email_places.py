"""Finding mails: in one file, in a box, in a folder of files and boxes, in a Maildir with its folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple, cast

from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing
from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources import Context
from occ_media_cli.ledger.sources.bodies import Reread
from occ_media_cli.ledger.sources.mail_folders import DRAFTS, SENT, UNSENT, says
from occ_media_cli.ledger.sources.streams import explained, opened
from occ_media_cli.media.readers.source_code import is_mail
from occ_media_cli.media.unpack.mail_boxes import begins_as_box, is_box, mails_of
from occ_media_cli.media.unpack.mail_lines import pieces_of
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, folder_below, open_below, open_root, why
from occ_media_cli.places.walk import Met, walk

_BOXES = (".mbox", ".mbx", ".mboxrd", ".mbox.gz", ".mbox.zst")
_MAILS = (".eml", ".eml.gz", ".eml.zst")
_INDEXES = (b".msf", b".mbox-index", b".cmeta", b".ibex.index", b".ev-summary")
"""Endings of what mail programs keep beside a box; no mail is in it."""

_HEAD = 4_096
"""Bytes by which a file is known whose name says nothing."""

_MOST_EMPTY = 1_000
"""Empty lines at the beginning behind which a box is looked for."""

_OF_MAILDIR = (b"cur", b"new", b"tmp")
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]{0,52})\Z", re.ASCII)


class FoundMail(NamedTuple):
    """A mail that was found.

    place: where, for people. line: of its box, 0 for a file of its own. pieces: its lines. is_sent, is_draft: what the
    folder or its flags say. mtime: milliseconds of when its file was changed, None for a mail of a box.
    """

    place: str
    line: int
    pieces: Iterator[bytes]
    is_sent: bool = False
    is_draft: bool = False
    mtime: int | None = None


Trouble = tuple[str, Unfit]
"""A place that cannot be read, and why."""


def mails_at(name: str, context: Context) -> Iterator[FoundMail | Trouble]:
    """Every mail at a path, or on standard input (`-`). What is passed over in folders is noted."""
    if name != "-" and Path(name).is_dir():
        yield from _in_folder(name, context)
        return
    words = [] if name == "-" else [_bare(Path(name).name)]
    with opened(name) as (stream, raw, size), explained(name):
        peeks = raw if stream is raw and name != "-" else None
        mtime = None if name == "-" else os.fstat(raw.fileno()).st_mtime_ns // 1_000_000
        one_mail = name.lower().endswith(_MAILS)
        for found in _in_stream(stream, peeks, name, words, one_mail=one_mail, is_named=not one_mail):
            yield found._replace(mtime=mtime if not found.line else None)
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)


def _in_stream(
    stream: IO[bytes], peeks: IO[bytes] | None, shown: str, words: Iterable[str], *, one_mail: bool, is_named: bool
) -> Iterator[FoundMail]:
    """The mails of a file. words: names of the folders that it lies in. is_named: they are those of a program for mail,
    so that what waits to be sent lies in its outbox, and not those that a person keeps files of mails in."""
    lines = pieces_of(stream.read)
    looked_at: list[bytes] = []
    for piece in lines:
        looked_at.append(piece)
        if piece.strip(b"\r\n") or len(looked_at) > _MOST_EMPTY:
            break
    pieces = chain(looked_at, lines)
    is_sent, is_draft = says(words, SENT), says(words, UNSENT if is_named else DRAFTS)
    if one_mail or not is_box(b"".join(looked_at).lstrip(b"\r\n")):
        yield FoundMail(shown, 0, pieces, is_sent, is_draft)
        return
    peek = None if peeks is None else lambda at: os.pread(peeks.fileno(), 64, at) if at >= 0 else b""
    for line, mail in mails_of(pieces, peek):
        yield FoundMail(f"{shown}, line {line - 1:,}", line - 1, mail, is_sent, is_draft)


def _in_folder(folder: str, context: Context) -> Iterator[FoundMail | Trouble]:
    try:
        root = open_root(folder)
    except OSError as problem:
        raise Incomplete(
            f"cannot be read: {why(problem).words}; nothing was recorded",
            file=folder,
            hint="name a folder that you may read",
        ) from problem
    over = {"link": 0, "other": 0, "system": 0, "index": 0}
    maildirs: dict[bytes, bool] = {}
    base = _bare(Path(folder).resolve().name)
    try:
        for met in walk(root, own=context.own):
            if met.problem is not None:
                shown = met.path.decode(errors="backslashreplace")
                yield shown, Unfit("unreadable", f"{shown}: {met.problem}")
                continue
            mailbox, last = _above(met.path)
            if last in _OF_MAILDIR and mailbox not in maildirs:
                maildirs.clear()  # they come one after the other
                maildirs[mailbox] = all(_is_there(root, mailbox, each) for each in (b"cur", b"new"))
                if maildirs[mailbox]:
                    yield from _new_mails(root, mailbox, base, context)
            kind = _kind(met, is_of_maildir=last in _OF_MAILDIR and maildirs[mailbox])
            if kind == "maildir" and last != b"cur":
                continue  # of `tmp`: still being written; of `new`: read already, since they came first
            if met.kind != "file":
                over["system" if met.kind == "system" else "link"] += 1
            elif kind is None and met.name.lower().endswith(_INDEXES):
                over["index"] += 1
            else:
                any_mail = False
                for found in _in_file(root, met.path, kind, base):
                    any_mail = True
                    yield found
                over["other"] += kind is None and not any_mail
    finally:
        os.close(root)
    for many, words in (
        (over["link"], "links and special files that were passed over"),
        (over["system"], "system files and the quarantine that were passed over"),
        (over["index"], "indexes of mail programs that were passed over"),
        (over["other"], "files that are neither .eml nor .mbox nor begin as a box of mails, and were passed over"),
    ):
        if many:
            context.notes.append(f"{words}: {many:,}")


def _above(path: bytes) -> tuple[bytes, bytes]:
    """The folder above the one that a file lies in, and the name of this."""
    mailbox, _, last = path.rpartition(b"/")[0].rpartition(b"/")
    return mailbox, last


def _kind(met: Met, *, is_of_maildir: bool) -> str | None:
    """What a file is by its name and where it lies: `maildir`, `eml`, `box`, or nothing of ours."""
    if is_of_maildir:
        return "maildir"
    name = met.name.lower()
    if name.endswith(tuple(each.encode() for each in _MAILS)):
        return "eml"
    if name.endswith(tuple(each.encode() for each in _BOXES)) or (
        name == b"mbox" and _above(met.path)[1].lower().endswith(b".mbox")  # as Mail of a Mac keeps it
    ):
        return "box"
    return None


def _new_mails(root: int, mailbox: bytes, base: str, context: Context) -> Iterator[FoundMail | Trouble]:
    """The mails of a Maildir that nobody looked at yet."""
    below = mailbox + b"/new/" if mailbox else b"new/"
    folder = folder_below(root, parts(os.fsdecode(below + b"x")) or [])
    if isinstance(folder, Kept):
        shown = below.decode(errors="backslashreplace")
        yield shown, Unfit("unreadable", f"{shown}: {folder.words}")
        return
    try:
        for met in walk(folder, own=context.own):
            if met.kind == "file" and b"/" not in met.path:
                yield from _in_file(root, below + met.path, "maildir", base)
    finally:
        os.close(folder)


def _is_there(root: int, mailbox: bytes, name: bytes) -> bool:
    try:
        os.stat(mailbox + b"/" + name if mailbox else name, dir_fd=root, follow_symlinks=False)
    except OSError:
        return False
    return True


def _in_file(root: int, path: bytes, kind: str | None, base: str) -> Iterator[FoundMail | Trouble]:
    """The mails of a file. kind: None where its name says nothing: it is a box where it begins as one, and a mail where
    its name is a number and it begins as one (a folder of MH)."""
    shown = path.decode(errors="backslashreplace")
    found = open_below(root, parts(os.fsdecode(path)))
    if isinstance(found, Kept):
        yield shown, Unfit("unreadable", f"{shown}: {found.words}")
        return
    words = [base, *_names(shown, kind or "box")]
    flags = _FLAGS.search(shown) if kind == "maildir" else None
    is_draft = flags is not None and "D" in flags[1]
    mtime = found.found.st_mtime_ns // 1_000_000
    try:
        with opened(shown, found.fd) as (stream, raw, _), explained(shown):
            peeks = raw if stream is raw else None
            if kind is None:
                head = stream.read(_HEAD)
                is_mail_of_mh = path.rpartition(b"/")[2].isdigit() and is_mail(head)
                if not is_mail_of_mh and not begins_as_box(head):
                    return
                stream, kind = cast("IO[bytes]", Reread(head, stream)), "eml" if is_mail_of_mh else "box"
            for mail in _in_stream(stream, peeks, shown, words, one_mail=kind != "box", is_named=kind != "eml"):
                yield mail._replace(is_draft=mail.is_draft or is_draft, mtime=mtime if not mail.line else None)
    except PartMissing:
        if kind is not None:
            raise
    except (Incomplete, MalformedInput) as problem:
        if kind is not None:
            yield shown, Unfit("unreadable", f"{shown}: {problem.what}")


def _names(shown: str, kind: str) -> Iterator[str]:
    """The names of the folders of mail that a file lies in, the box itself among them."""
    above = shown.split("/")
    if kind == "box":
        above[-1] = _bare(above[-1])
    else:
        above.pop()
    for each in above:
        yield each.removesuffix(".mbox").removesuffix(".sbd")
        if each.startswith("."):
            yield from each.split(".")


def _bare(name: str) -> str:
    for ending in _BOXES:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name
