"""Ask an antivirus engine about open files and all of their parts, many at once, and give one verdict for each."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator

from occ_media_cli.media.source import Changed, FileSource
from occ_media_cli.media.unpack.parts import unpack
from occ_media_cli.media.unpack.room import CAPS, Caps, InnerPart
from occ_media_cli.safety.antivirus.address import ClamdAddress, find_address, socket_warnings
from occ_media_cli.safety.antivirus.asked_file import AskedFile
from occ_media_cli.safety.antivirus.clamd import Clamd, Hello
from occ_media_cli.safety.antivirus.clamd_settings import judge_settings, read_config
from occ_media_cli.safety.antivirus.connection import Question
from occ_media_cli.safety.antivirus.model import About, Asked, Scanned
from occ_media_cli.safety.antivirus.signature_age import SignatureFolder, look_into, read_time
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.handed import Ended, Handing

SECONDS = 60.0
"""In which the engine has answered about a file or a part; what arrives meanwhile does not make it longer."""

DAY = 86_400_000
OLDEST = 7 * DAY
"""Milliseconds after which signatures are too old for a file to be called clean."""

_UNPACKING = 10.0
_MEMORY = 1 << 30
_MOST_WAITING = 128
"""Files whose verdict waits for that of an earlier one."""

_LOOKED_AGAIN = 5.0
"""Seconds after which the folder of signatures and the socket are looked at again."""


class Engine:
    """An engine that answers. Make it with `session`, and use it as a context manager."""

    def __init__(
        self, address: ClamdAddress, *, now: int, signatures: str | None, signatures_time: int | None,
        oldest: int | None, seconds: float, caps: Caps,
    ) -> None:  # fmt: skip
        self._address, self._now, self._oldest, self._caps = address, now, oldest, caps
        self._folder, self._said_time = signatures, signatures_time
        self._config = read_config(address.path)
        self._clamd = Clamd(address, seconds)
        self._hello: Hello | None = None
        self._about: About | None = None
        self._looked = 0.0
        self._handing = Handing(Task(self._unpacked, "unpacking it", _UNPACKING, _MEMORY))

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._handing.__exit__()
        self._clamd.close()

    @property
    def about(self) -> About:
        """Who answers, with which signatures. It changes when the engine loads others meanwhile."""
        hello, moment = self._clamd.hello, time.monotonic()
        if self._about is None or self._hello is not hello or moment > self._looked + _LOOKED_AGAIN:
            self._hello, self._looked, self._about = hello, moment, self._described(hello)
        return self._about

    def scan(self, files: Iterable[Asked]) -> Iterator[Scanned]:
        """One verdict for each file, in the order of the files; whatever happens, none is missing.

        Files are taken as the engine works: some dozens ahead of the verdicts at most. A descriptor must stay open
        until its verdict was given. An engine that goes away costs `not-scanned`, with the reason, and no exception.
        """
        queue: deque[AskedFile] = deque()
        questions = self._questions(files, queue)
        more = True
        while more or queue:
            while queue and queue[0].is_complete():
                yield queue.popleft().verdict()
            if more and (len(queue) <= _MOST_WAITING or not queue[-1].asked) and self._clamd.has_room():
                try:
                    question = next(questions)
                except StopIteration:
                    more = False
                else:
                    if question is not None:
                        self._clamd.ask(question)
            else:
                self._clamd.take_answers()

    def _questions(self, files: Iterable[Asked], queue: deque[AskedFile]) -> Iterator[Question | None]:
        """Every file and part that is to be judged; None between two files."""
        for asked in files:
            file = AskedFile(asked, lambda: self.about.stale)
            queue.append(file)
            if file.begins_well():
                yield file.question()
                yield from self._part_questions(asked, file)
            file.asked = True
            yield None

    def _part_questions(self, asked: Asked, file: AskedFile) -> Iterator[Question]:
        try:
            for (where, reason), fd in self._handing.work_on(asked.fd, asked.size, asked.type or ""):
                if fd is None:
                    file.pass_over(where, reason)
                else:
                    yield file.question(where, fd)
        except Ended as problem:
            file.pass_over("", str(problem))

    def _unpacked(self, fd: int, size: int, type: str) -> Iterator[tuple[tuple[str, str], bytes | None]]:  # noqa: A002 - a word of the field
        """What a process of the sandbox gives: ((place, ""), bytes) of a part, or ((place, reason), None)."""
        try:
            source = FileSource(fd, size, type or None)
        except Changed as problem:
            yield ("", str(problem)), None
            return
        try:
            for item in unpack(source, type or None, self._caps):
                yield (
                    ((item.where, ""), item.data) if isinstance(item, InnerPart) else ((item.where, item.reason), None)
                )
        finally:
            source.close()

    def _described(self, hello: Hello) -> About:
        made = read_time(hello.time) if hello.time else None
        folder = SignatureFolder(None, None)
        warnings = socket_warnings(self._address.path) if self._address.path is not None else ()
        if self._folder is not None:
            try:
                folder = look_into(self._folder)
            except OSError as problem:
                warnings += (f"its folder of signatures cannot be read: {(problem.strerror or '').lower()}",)
        if made is None:
            made = self._said_time if self._said_time is not None else folder.newest
        if made is not None and made > self._now + DAY:
            made = None
            warnings += ("its signatures are of the future, so their age is not known",)
        settings = judge_settings(self._config, hello.deep, hello.locked, streams=self._address.path is None)
        stale, advice = self._why_not_clean(made, hello)
        return About(
            "clamav", hello.version, hello.signatures, made, made is not None, folder.number, self._address.shown,
            warnings, settings, stale, advice,
        )  # fmt: skip

    def _why_not_clean(self, made: int | None, hello: Hello) -> tuple[str | None, str]:
        if not hello.tells_limits:
            return (
                "clamd says OK of what lies beyond its limits",
                "write 'AlertExceedsMax yes' into clamd.conf and start clamd again",
            )
        if made is None:
            return (
                "the age of clamd's signatures is not known",
                "run freshclam, or name the folder of your own signatures to the scan",
            )
        if self._oldest is not None and self._now - made > self._oldest:
            days = (self._now - made) // DAY
            return f"clamd's signatures are {days:,} days old", "run freshclam, then start clamd again"
        return None, ""


def session(
    address: str | None = None,
    *,
    now: int,
    allow_remote: bool = False,
    signatures: str | None = None,
    signatures_time: int | None = None,
    oldest: int | None = OLDEST,
    seconds: float = SECONDS,
    caps: Caps = CAPS,
) -> Engine:
    """A session with clamd: `with session(now=now) as engine:`.

    address: `/path/to/clamd.ctl`, `tcp://127.0.0.1:3310`, or None for OCC_MEDIA_CLAMD and then the usual sockets.
    allow_remote: let files go to another machine, unencrypted; without it only loopback is spoken to.
    signatures: the folder of an own database, whose newest file tells its age; signatures_time: that age said by the
    operator, in milliseconds. Neither is needed for the official database. oldest: milliseconds after which signatures
    are too old, None for no limit.
    Raises PartMissing (exit 14) where nothing answers or what answers is no clamd, Refused for a machine elsewhere,
    UsageError for an address that is none.
    """
    return Engine(
        find_address(address, allow_remote=allow_remote), now=now, signatures=signatures,
        signatures_time=signatures_time, oldest=oldest, seconds=seconds, caps=caps,
    )  # fmt: skip
