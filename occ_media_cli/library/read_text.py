"""What a document says, as far as it is needed to know it again: read by workers with limits, as every untrusted file.

A worker looks at a copy that nobody can write to, so that type, sha256 and words are of the same bytes. A text of which
any part could not be read is none: it would have a digest that says "the same" of what nobody compared.
"""

from __future__ import annotations

import os
import re
import zlib
from base64 import b64encode
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli.library.fingerprint import Fingerprint, as_lines, digest_of_words, fingerprint
from occ_media_cli.library.split_words import words_of
from occ_media_cli.media.travel import digest_of, pack, unpack
from occ_media_cli.sandbox.child import Task, Work
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores

if TYPE_CHECKING:
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.media.source import FileSource

SECONDS = 60.0
"""Wall time for one file."""

MEMORY = 512 << 20
"""Bytes of address space for it, on top of what the program has and of the file itself."""

MOST_WORDS = 2_000_000
"""Words of a document that are read: five thousand pages, in some twenty seconds."""

MOST_KEPT = 250_000
"""Words of a document that are kept to tell which of them differ in another: some 700 kB, packed."""

MOST_WORKERS = 8
MOST_AHEAD = 64

_OLD_OFFICE = frozenset(("doc", "xls", "ppt"))
"""Types of which some words are found and not all: numbers of cells and short texts are in no run of letters."""

_FOR_PDF = ("pypdfium2", "pikepdf")
_SCRIPTS = "scripts"
"""What `media.unpack.pdfs` calls the scripts of a PDF, all of them together."""

_LOOSE = re.compile(r"\d+ attachment(?:: .*)?", re.DOTALL)
"""An attachment without a name, which that room finds where no page and no list leads to it: no reader shows it, and
the next program that saves the file drops it."""

_LONGEST_LINE, _LONGEST_KEPT = 16_000_000, 64_000_000
_TOO_LONG = f"its text is longer than the {MOST_WORDS:,} words that are read"


class DocumentText(NamedTuple):
    """The text of a document: its fingerprint, and its words as they are kept, None where they are too many. type: of
    the file, where that is known: of the forms of a document it is another save of the one of its own type."""

    fingerprint: Fingerprint
    packed: bytes | None
    type: str = ""

    def words(self) -> list[str] | None:
        """The words in their order, where they are kept."""
        return None if self.packed is None else unpack_words(self.packed, self.fingerprint.digest)

    def for_record(self) -> dict[str, Any]:
        """What a proposal says of it."""
        digest, words, minhash = self.fingerprint
        return {
            "digest": digest, "words": words,
            "minhash": None if minhash is None else b64encode(minhash).decode("ascii"),
        }  # fmt: skip


class DocumentFile(NamedTuple):
    """One file. `unreadable` says why nothing is known of it; else there is a sha256, and `known` says what it is.

    text: None where there is none, for the reason in `text_missing`, which ends a sentence; both are None of a file
    whose sha256 was known already.
    """

    path: bytes
    size: int | None
    sha256: str = ""
    known: Recognition | None = None
    text: DocumentText | None = None
    text_missing: str | None = None
    unreadable: str | None = None


def read_documents(
    jobs: Iterable[Job], known: Container[str] = (), seconds: float | None = None
) -> Iterator[DocumentFile]:
    """Each open file (`media.look.Look.jobs`), in the order of the jobs; their descriptors are closed here.

    known: sha256 of files whose text is not needed. seconds: wall time for one file, None for `SECONDS`. A file that
    takes its worker down while its words are read is recognised and hashed all the same. Raises PartMissing
    without libmagic.
    """
    from occ_media_cli.media import libmagic

    libmagic.version()  # a machine without it is told at once, and the workers inherit the library
    task = Task(_make_work(known), "reading its text", SECONDS if seconds is None else seconds, MEMORY)
    with Pool(task, workers=min(cores(), MOST_WORKERS), most_ahead=MOST_AHEAD) as pool:
        held: dict[int, int] = {}
        try:
            for job, result in pool.run(_held(jobs, held)):
                number, path = job.tag
                again = held.pop(number, -1)
                try:
                    yield _document(path, job, result, again)
                finally:
                    _close(again)
        finally:
            for descriptor in held.values():  # whoever asked wants no more
                _close(descriptor)


def _held(jobs: Iterable[Job], held: dict[int, int]) -> Iterator[Job]:
    """The jobs, each with a second descriptor for when its worker fails."""
    for number, job in enumerate(jobs):
        if job.failed is None:
            held[number] = os.dup(job.fd)
        yield job._replace(tag=(number, job.tag))


def _close(descriptor: int) -> None:
    if descriptor >= 0:
        with suppress(OSError):
            os.close(descriptor)


def _document(path: bytes, job: Job, result: Any, again: int) -> DocumentFile:
    size = job.size if job.size >= 0 else None
    if isinstance(result, Failed):
        return (
            DocumentFile(path, size, unreadable=result.reason) if again < 0 else _without_text(path, job, result, again)
        )
    packed, sha256, text, missing = result
    read = None if text is None else DocumentText(Fingerprint(*text[0]), text[1])
    known = unpack(packed)
    if read is not None:
        read = read._replace(type=known.type or "")
    return DocumentFile(path, size, sha256, known, read, missing)


def _without_text(path: bytes, job: Job, failed: Failed, again: int) -> DocumentFile:
    with Pool(Task(_make_work(_Everything()))) as pool:
        for _, result in pool.run([Job(os.dup(again), job.size, job.name)]):
            if not isinstance(result, Failed):
                packed, sha256, *_ = result
                return DocumentFile(path, job.size, sha256, unpack(packed), text_missing=failed.reason)
    return DocumentFile(path, job.size, unreadable=failed.reason)


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True


def _make_work(known: Container[str]) -> Work:
    """The work of a worker, as plain values: (packed recognition, sha256, fingerprint and words, why there is none)."""

    def work(fd: int, size: int, path: str) -> tuple[Any, ...]:
        from occ_media_cli.media.recognise import MOST_BYTES, recognise
        from occ_media_cli.media.source import FileSource
        from occ_media_cli.sandbox.still import StillCopies

        name = path.rpartition("/")[2]
        if not size or size > MOST_BYTES:
            return (
                pack(recognise(fd, size, name)),
                digest_of(fd),
                None,
                "it has no bytes" if not size else "it is too large",
            )
        copies = StillCopies()
        still = copies.copy(fd, size)
        try:
            recognised, sha256 = recognise(still, size, name), digest_of(still)
            if sha256 in known:
                return pack(recognised), sha256, None, None
            source = FileSource(still, size, recognised.type)
            try:
                return pack(recognised), sha256, *_read(source, recognised.type)
            finally:
                source.close()
        finally:
            copies.close(still)

    return work


def _read(source: FileSource, kind: str | None) -> tuple[tuple[tuple[Any, ...], bytes | None] | None, str | None]:
    try:
        words = read_words_of(source, kind)
    except NoText as why:
        return None, str(why)
    except MemoryError:
        return None, "its text needs too much memory"
    except RecursionError:
        return None, "it is nested too deeply"
    except Exception as problem:  # noqa: BLE001 - whatever a hostile file provokes, it is still known by its bytes
        return None, f"its text cannot be read ({type(problem).__name__})"
    return (tuple(fingerprint(words)), pack_words(words)), None


class NoText(Exception):
    """A file has no text that can be compared; the text says why, to follow a name."""


def read_words_of(source: FileSource, kind: str | None) -> list[str]:
    """The words of a document in a fixed order, without what is said of the file itself. Raises `NoText`.

    kind: the type that `media.recognise` says.
    """
    from importlib.util import find_spec

    from occ_media_cli.media.text.passage import UnreadText
    from occ_media_cli.media.text.words import read_words

    if kind in _OLD_OFFICE:
        raise NoText(f"the text of an old Office file ({kind}) is read in part only: save it as {kind}x")
    missing = [name for name in _FOR_PDF if find_spec(name) is None] if kind == "pdf" else []
    if missing:
        raise NoText(f"its text is read with {' and '.join(missing)}: pip install 'occ-media[safety]'")
    own: list[str] = []
    inner: dict[str, list[str]] = {}
    scripts: list[list[str]] = []
    count, held = 0, ""
    into = own
    for each in read_words(source, kind):
        if isinstance(each, UnreadText):
            raise NoText(f"{each.part}: {each.reason}" if each.part else each.reason)
        if each.of_file or (kind == "pdf" and _LOOSE.fullmatch(each.inside)):
            continue
        if each.inside == _SCRIPTS and kind == "pdf":
            scripts += map(words_of, each.text.splitlines())
            continue
        if held and not each.goes_on:
            into += words_of(held)
            held = ""
        into = inner.setdefault(each.inside, []) if each.inside and kind == "pdf" else own
        text = held + each.text
        cut = text.rfind("\n") + 1  # what goes on in the next passage may be cut within a word
        found = words_of(text[:cut])
        into += found
        held = text[cut:]
        count += len(found)
        if count > MOST_WORDS or len(held) > _LONGEST_LINE:
            raise NoText(_TOO_LONG)
    into += words_of(held)
    for words in sorted(inner.values()):  # a PDF that is written anew numbers what is attached to it anew
        own += words
    for line in sorted(scripts):  # and it has its scripts in another order
        own += line
    if not own:
        raise NoText("it has no text")
    if len(own) > MOST_WORDS:
        raise NoText(_TOO_LONG)
    return own


def pack_words(words: list[str]) -> bytes | None:
    """Words as they are kept (zlib over `fingerprint.as_lines`); None where they are more than `MOST_KEPT`."""
    return zlib.compress(as_lines(words), 9) if len(words) <= MOST_KEPT else None


def unpack_words(packed: bytes, digest: str) -> list[str] | None:
    """The reverse, None where they are not the words of that digest: somebody altered them."""
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(packed, _LONGEST_KEPT)
        if reader.unconsumed_tail or reader.unused_data or not reader.eof:
            return None
        words = content.decode("utf-8", "surrogatepass").split("\n")
    except (zlib.error, UnicodeDecodeError):
        return None
    return words if digest_of_words(words) == digest else None
