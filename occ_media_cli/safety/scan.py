"""One file, every check that is asked for: a verdict that says clean only where each of them saw every part.

What a file holds is looked at in processes with limits, which see an open file and no path; the antivirus is asked from
here about the same open files. A process that a file takes down, a part that somebody passed over, and an engine that
does not answer make a file `not-scanned`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli import log
from occ_media_cli.errors import PartMissing
from occ_media_cli.media.problems import BY_HAND, help_for_unread
from occ_media_cli.media.travel import digest_of, pack, unpack
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.safety.codes import FAMILIES, LOCATION, UNSEEN, family_of
from occ_media_cli.safety.found import Found, Looked
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores
from occ_media_cli.values import EMPTY, value
from occ_media_cli.vocabulary import (
    ANTIVIRUS_WISHES,
    SCAN_CHECKS,
    SEVERITIES,
    AntivirusWish,
    ScanCheck,
    ScanVerdict,
)

if TYPE_CHECKING:
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.media.source import FileSource
    from occ_media_cli.safety.antivirus import About, Asked, Engine, Scanned
    from occ_media_cli.safety.sensitive.look import OwnLabel
    from occ_media_cli.safety.sensitive.own import OwnPattern
    from occ_media_cli.safety.strip import Stripped

LIBRARIES = ("olefile", "pikepdf", "pypdfium2")
"""What the extra `safety` brings; without it nothing is scanned."""

SECONDS = 60.0
"""Wall time for all checks of one file."""

MEMORY = 512 << 20
"""Bytes of address space for it, on top of what the program has and of the file itself."""

MOST_WORKERS = 8
"""Each keeps up to two dozen files open, and so does the antivirus."""

MOST_UNSEEN = 20
"""So many parts of a file that nobody looked at are named; the rest is counted."""

_WORDS = dict(zip(SCAN_CHECKS, ("active content", "sensitive text", "metadata"), strict=True))


class ScanRequest(NamedTuple):
    """What to ask of files.

    checks: of `SCAN_CHECKS`. antivirus: of `ANTIVIRUS_WISHES`. clamd: its address, None for where it usually is.
    allow_remote: let files go to another machine. signatures: the folder of an own database of signatures, which tells
    how old they are. strip: also make copies without metadata. words: those that mark a document as not for everybody,
    None for those that are built in; patterns and labels: what else an operator looks for in texts.
    """

    checks: Sequence[ScanCheck] = SCAN_CHECKS
    antivirus: AntivirusWish = "auto"
    clamd: str | None = None
    allow_remote: bool = False
    signatures: str | None = None
    strip: bool = False
    words: tuple[str, ...] | None = None
    patterns: tuple[OwnPattern, ...] = ()
    labels: Mapping[str, OwnLabel] = EMPTY

    def for_record(self) -> ScanRequest:
        """The same for results that go on record: without an antivirus they are no scan, so one is asked for."""
        return self._replace(antivirus="required") if self.antivirus == "auto" else self


def request_of(
    only: Sequence[str] = (), antivirus: str | None = None, clamd: str | None = None, *, allow_remote: bool = False,
    signatures: str | None = None, strip: bool = False,
) -> ScanRequest:  # fmt: skip
    """What somebody chose. Some checks alone leave the antivirus out, unless it is asked for too. UsageError for a word
    that is none."""
    refuse_other_words(antivirus or "auto", "antivirus", ANTIVIRUS_WISHES)
    for name in only:
        refuse_other_words(name, "only", SCAN_CHECKS)
    checks = tuple(name for name in SCAN_CHECKS if not only or name in only)
    wish = antivirus or ("off" if only and clamd is None else "auto")
    return ScanRequest(checks, wish, clamd, allow_remote, signatures, strip)  # type: ignore[arg-type]  # just asked


@value
class FileScan:
    """What a scan says of one file.

    tag: whoever asked for it, such as a path. verdict: of `SCAN_VERDICTS`. antivirus: `clean`, `infected`,
    `not-scanned` or `off`. parts: how many parts inside the antivirus judged. found: worst first, with a `not-scanned`
    for each part that somebody passed over. metadata: facts that it tells of itself, never values. labels: names of
    sensitivity labels. known: what it was recognised as, None where it could not be read. stripped: its copy without
    metadata, where one was asked for; refused: why there is none. fd: its descriptor, open until the next file is asked
    for, -1 where it has none.
    """

    tag: Any
    verdict: ScanVerdict
    antivirus: str
    type: str | None = None
    size: int | None = None
    sha256: str | None = None
    parts: int = 0
    found: tuple[Found, ...] = ()
    metadata: Mapping[str, bool | int | str] = EMPTY
    labels: tuple[str, ...] = ()
    known: Recognition | None = None
    stripped: Stripped | None = None
    refused: str | None = None
    fd: int = -1

    @property
    def unseen(self) -> tuple[Found, ...]:
        """What nobody looked at."""
        return tuple(each for each in self.found if each.code in UNSEEN)

    def families(self) -> Mapping[str, tuple[Found, ...]]:
        """What was found, by what a gate and an audit know it as; harmless kinds of active content and unsure text are
        left out."""
        found: dict[str, tuple[Found, ...]] = {}
        for each in self.found:
            family = family_of(each.code)
            if family in FAMILIES and (each.severity != "note" or family == LOCATION):
                found[family] = (*found.get(family, ()), each)
        return found


class _Item:
    """A file on its way: who asked for it, its descriptor for those who look at it after the workers did, and what
    these said."""

    __slots__ = ("fd", "result", "size", "tag")

    def __init__(self, tag: object, fd: int, size: int) -> None:
        self.tag, self.fd, self.size = tag, fd, size
        self.result: Any = None

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class Scanner:
    """Scans files; use it as a context manager.

    wall: this machine's clock in milliseconds, by which the age of signatures is told. Raises PartMissing without the
    libraries, or where an antivirus that is asked for does not answer.
    """

    def __init__(self, request: ScanRequest, wall: int) -> None:
        self.request = request
        self.absent: str | None = None
        """Why no antivirus is asked, in words, where one was wanted if there is any."""
        self._wall = wall
        self._open = ExitStack()
        self._engine: Engine | None = None
        self._pool: Pool

    def __enter__(self) -> Scanner:
        from occ_media_cli.media import libmagic

        libmagic.version()  # a machine without it is told at once, and the workers inherit the library
        need_libraries()
        if self.request.antivirus != "off":
            self._ask_for_engine()
        task = Task(_work(self.request), "looking inside", SECONDS, MEMORY)
        self._pool = self._open.enter_context(Pool(task, workers=min(cores(), MOST_WORKERS)))
        return self

    def __exit__(self, *problem: object) -> None:
        self._open.__exit__(*problem)  # type: ignore[arg-type]  # as they came

    def _ask_for_engine(self) -> None:
        from occ_media_cli.safety.antivirus import session
        from occ_media_cli.safety.antivirus.address import find_address

        asked = self.request
        try:
            find_address(asked.clamd, allow_remote=asked.allow_remote)
        except PartMissing as problem:
            if asked.antivirus == "required":
                raise
            self.absent = problem.what
            return
        self._engine = self._open.enter_context(
            session(asked.clamd, now=self._wall, allow_remote=asked.allow_remote, signatures=asked.signatures)
        )
        log.note("safety", "{} answers", engine_text(self._engine.about))

    @property
    def about(self) -> About | None:
        """The antivirus that answers, None where none is asked."""
        return None if self._engine is None else self._engine.about

    @property
    def left_out(self) -> str | None:
        """Which checks are not asked, in words; None where all are."""
        missing = [_WORDS[name] for name in SCAN_CHECKS if name not in self.request.checks]
        return f"nobody looked for {' and '.join(missing)}" if missing else None

    def engine_text(self) -> str | None:
        """The antivirus with its signatures as one word, which is another one when these are newer."""
        return None if self.about is None else engine_text(self.about)

    def scan(self, jobs: Iterable[Job]) -> Iterator[FileScan]:
        """What each file holds, in the order of the jobs. Their descriptors are closed here."""
        items = self._looked(jobs)
        yield from self._alone(items) if self._engine is None else self._asked(items, self._engine)

    def _looked(self, jobs: Iterable[Job]) -> Iterator[_Item]:
        begun: deque[_Item] = deque()
        try:
            for job, result in self._pool.run(_kept(jobs, begun)):
                begun.popleft()
                job.tag.result = result
                yield job.tag
        finally:
            for item in begun:  # whoever asked wants no more
                item.close()

    def _alone(self, items: Iterator[_Item]) -> Iterator[FileScan]:
        for item in items:
            try:
                yield _file_scan(item, None, "off")
            finally:
                item.close()

    def _asked(self, items: Iterator[_Item], engine: Engine) -> Iterator[FileScan]:
        """The files in their order, those of which the antivirus has no say among them."""
        from occ_media_cli.safety.antivirus import Asked

        waiting: deque[_Item] = deque()

        def files() -> Iterator[Asked]:
            for item in items:
                waiting.append(item)
                if item.fd >= 0:
                    yield Asked(item.fd, item.size, _type_of(item.result), item)

        try:
            for verdict in engine.scan(files()):
                while waiting[0] is not verdict.tag:
                    yield _file_scan(waiting.popleft(), None, "not-scanned")
                yield _file_scan(waiting[0], verdict, verdict.state)
                waiting.popleft().close()
            while waiting:
                yield _file_scan(waiting.popleft(), None, "not-scanned")
        finally:
            for item in waiting:
                item.close()


def need_libraries() -> None:
    """PartMissing where the extra `safety` is not installed."""
    from importlib.util import find_spec

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise PartMissing(
            f"a scan needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            hint="pip install 'occ-media[safety]'",
        )


def engine_text(about: About) -> str:
    """An engine as one word: name, version, and its signatures with their time."""
    from occ_media_cli import times

    parts = [f"{about.name} {about.version}", about.signatures, times.optional_text(about.signatures_time)]
    return "/".join(part for part in parts if part)


def _kept(jobs: Iterable[Job], begun: deque[_Item]) -> Iterator[Job]:
    """Jobs whose files stay open, under a descriptor of their own, after the workers are done with them."""
    for job in jobs:
        item = _Item(job.tag, os.dup(job.fd) if job.failed is None else -1, job.size)
        begun.append(item)
        yield job._replace(tag=item)


def _type_of(result: object) -> str | None:
    return None if isinstance(result, Failed) else result[0][0]  # type: ignore[index]  # of _work


# In a worker


def _work(request: ScanRequest) -> Callable[[int, int, str], tuple[Any, ...]]:
    """The work of a worker: recognise, hash, and each check. It returns plain values."""

    def look(fd: int, size: int, path: str) -> tuple[Any, ...]:
        from occ_media_cli.media.recognise import MOST_BYTES, recognise
        from occ_media_cli.media.source import FileSource

        known = recognise(fd, size, path.rpartition("/")[2])
        packed = pack(known)
        if not size or size > MOST_BYTES:
            why = "it has no bytes" if not size else "it is too large to be looked at"
            return packed, digest_of(fd), [(name, _plain(Looked(unread=(("", why),)))) for name in request.checks], None
        source = FileSource(fd, size, known.type)
        try:
            said = [(name, _plain(_checked(name, request, source, known.type))) for name in request.checks]
            copy = _stripped(source, known.type) if request.strip else None
        finally:
            source.close()
        return packed, digest_of(fd), said, copy

    return look


def _checked(name: ScanCheck, request: ScanRequest, source: FileSource, kind: str | None) -> Looked:
    """What one check says; one that fails costs itself, and the file its `clean`."""
    try:
        return _check(name, request)(source, kind)
    except MemoryError:
        return Looked(unread=(("", "it needs too much memory"),))
    except RecursionError:
        return Looked(unread=(("", "it is nested too deeply"),))
    except Exception as problem:  # noqa: BLE001 - whatever a hostile file provokes, the other checks still run
        return Looked(unread=(("", f"it cannot be read ({type(problem).__name__})"),))


def _check(name: ScanCheck, request: ScanRequest) -> Callable[[FileSource, str | None], Looked]:
    if name == "active":
        from occ_media_cli.safety.active.look import active_content

        return active_content
    if name == "sensitive":
        from occ_media_cli.safety.sensitive.look import sensitive_text

        return partial(sensitive_text, words=request.words, patterns=request.patterns, labels=request.labels)
    from occ_media_cli.safety.metadata import metadata

    return metadata


def _plain(looked: Looked) -> tuple[Any, ...]:
    """A `Looked` as `marshal` takes it."""
    return (
        [tuple(each) for each in looked.found], [tuple(each) for each in looked.unread],
        [tuple(each) for each in looked.facts],
    )  # fmt: skip


def _stripped(source: FileSource, kind: str | None) -> tuple[Any, ...] | str:
    from occ_media_cli.safety.strip import StripRefused, strip

    try:
        return tuple(strip(source, kind))
    except StripRefused as problem:
        return str(problem)
    except MemoryError:
        return "it needs too much memory"
    except Exception as problem:  # noqa: BLE001 - as of a check
        return f"it cannot be read ({type(problem).__name__})"


# At home


def _file_scan(item: _Item, verdict: Scanned | None, antivirus: str) -> FileScan:
    """What all checks together say of a file. verdict: of the antivirus, None where it was not asked."""
    found = list(verdict.found) if verdict is not None else []
    unread = [("antivirus", *each) for each in verdict.unread] if verdict is not None else []
    size = item.size if item.size >= 0 else None
    if isinstance(item.result, Failed):
        code = "unreadable" if item.fd < 0 else "not-scanned"
        found.append(Found(code, "error", item.result.reason, "", help_for_unread(item.result.reason)))
        return FileScan(
            item.tag, "infected" if antivirus == "infected" else "not-scanned",
            "not-scanned" if antivirus == "clean" else antivirus,
            size=size, parts=verdict.parts if verdict else 0, found=_in_order([*found, *_unseen(unread)]),
        )  # fmt: skip
    packed, sha256, said, copy = item.result
    known = unpack(packed)
    metadata: dict[str, bool | int | str] = {}
    labels: tuple[str, ...] = ()
    for name, (some, missed, facts) in said:
        found += [_worded(Found(*each)) for each in some]
        unread += [(_WORDS[name], *each) for each in missed]
        if name == "metadata":
            metadata |= dict(facts)
        elif name == "sensitive":
            labels = tuple(str(dict(facts).get("labels") or "").splitlines())
    found += _unseen(unread)
    return FileScan(
        item.tag, _verdict(antivirus, found), antivirus, known.type, size, sha256,
        verdict.parts if verdict is not None else 0, _in_order(found), metadata, labels, known,
        _copy_of(copy), copy if isinstance(copy, str) else None, item.fd,
    )  # fmt: skip


def _worded(found: Found) -> Found:
    """A find whose help reads as that of every problem does: no capital, no full stop."""
    first = found.help[:2]
    begin = found.help[:1].lower() if first[1:2].islower() or len(first) == 1 else found.help[:1]
    return found._replace(help=f"{begin}{found.help[1:].removesuffix('.')}")


def _copy_of(copy: tuple[Any, ...] | str | None) -> Stripped | None:
    if copy is None or isinstance(copy, str):
        return None
    from occ_media_cli.safety.strip import Stripped

    return Stripped(*copy)


def _verdict(antivirus: str, found: Sequence[Found]) -> ScanVerdict:
    if antivirus == "infected" or any(each.code == "infected-file" for each in found):
        return "infected"
    if antivirus == "not-scanned" or any(each.code in UNSEEN for each in found):
        return "not-scanned"
    return "flagged" if any(each.severity != "note" for each in found) else "clean"


def _unseen(unread: Sequence[tuple[str, str, str]]) -> list[Found]:
    """What nobody looked at, as problems: each part once, whoever passed over it."""
    by_place: dict[str, tuple[str, str]] = {}
    for who, where, reason in unread:
        by_place.setdefault(where, (who, reason))
    found = [
        Found("not-scanned", "error", f"{who}: {reason}", where, BY_HAND)
        for where, (who, reason) in list(by_place.items())[:MOST_UNSEEN]
    ]
    if len(by_place) > MOST_UNSEEN:
        found.append(Found("not-scanned", "error", f"{len(by_place) - MOST_UNSEEN:,} parts more", "", BY_HAND))
    return found


def _in_order(found: Sequence[Found]) -> tuple[Found, ...]:
    """Worst first, as they were found within a severity; malware before all."""
    return tuple(sorted(found, key=lambda each: (each.code != "infected-file", -SEVERITIES.index(each.severity))))
