"""clamd as a whole: sessions that are begun again when one is lost, and what is asked of it before a file is.

Some dozens of questions are under way in one session. What it answers counts once the session came to its end, each
question answered once and nothing else said. When it is lost, all of them are asked again one by one, each in a session
of its own, so that one file that brings clamd down costs no other one its verdict.
"""

from __future__ import annotations

import os
import time

from occ_media_cli import log
from occ_media_cli.errors import PartMissing
from occ_media_cli.safety.antivirus import probes
from occ_media_cli.safety.antivirus.address import ClamdAddress
from occ_media_cli.safety.antivirus.connection import Connection, Lost, Question, Silent
from occ_media_cli.safety.antivirus.replies import NoAnswer, read_version
from occ_media_cli.sandbox.still import hold_in_memory

UNDER_WAY = 32
"""Questions that are asked before the first is answered; clamd's queue (MaxQueue) holds 100. Once there are so many,
half of them are waited for: both sides then work in batches, instead of taking turns file by file."""

_BYTES_UNDER_WAY = 128_000_000
"""Their bytes in memory, which bound what a scan takes; a larger question goes by itself."""

_SESSION = 256
"""Questions of one session; the next one asks for the version of the signatures and the two probes again."""

_GREETING = 10.0
"""Seconds in which clamd says who it is when a session begins."""

_PAUSES = (0.1, 0.4, 1.5)
"""Seconds to wait before a connection is tried again: whoever supervises clamd may be starting it."""

_MOST_LOSSES = 3
_MOST_SILENCES = 2
"""Sessions that are lost one after the other without an answer, or in which clamd says nothing until the time is over,
until clamd is taken to be gone."""

_AWAY = 5.0
"""Seconds in which clamd is not asked again once it is gone: what is to be asked meanwhile gets no answer at once."""


class Hello:
    """What clamd said of itself when a session began: its version, that of its signatures, their time, two probes."""

    __slots__ = ("deep", "locked", "signatures", "time", "version")

    def __init__(self, connection: Connection) -> None:
        try:
            self.version, self.signatures, self.time = read_version(connection.ask_version())
        except NoAnswer as problem:
            raise Lost(f"it answered {problem} when it was asked for its version") from problem
        questions = []
        for content in (probes.too_deep(), probes.encrypted()):
            question = Question(hold_in_memory(content), len(content))
            questions.append(question)
        try:
            for question in questions:
                connection.ask(question)
            while connection.under_way:
                connection.take_answers()
        finally:
            for question in questions:
                os.close(question.fd)
        said = {id(question): answer for question, answer in connection.said}
        self.deep, self.locked = (said[id(question)] for question in questions)
        connection.said.clear()

    @property
    def tells_limits(self) -> bool:
        """Whether it says so of a file that it did not look into to the end."""
        return self.deep.kind == "found" and self.deep.text.startswith("Heuristics.Limits.")


class Clamd:
    """Asks questions and settles each of them, whatever becomes of clamd. Raises PartMissing when it begins alone.

    hello: what it said last.
    """

    def __init__(self, address: ClamdAddress, seconds: float) -> None:
        self._address, self._seconds = address, seconds
        self._connection: Connection | None = None
        self._losses = self._silences = 0
        self._gone: str | None = None
        self._back = 0.0
        self._asked = 0
        self._filling = True
        try:
            self._connection, self.hello = self._begin()
        except Lost as problem:
            raise PartMissing(
                f"clamd at {address.shown} does not answer as clamd does: {problem}",
                hint="look whether it runs: systemctl status clamav-daemon",
            ) from problem

    def close(self) -> None:
        """Close the session. What waits for an answer gets none."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            for question in (*connection.under_way.values(), *(each for each, _ in connection.said)):
                question.give_up("the scan was stopped")

    def has_room(self) -> bool:
        """Whether another question may be asked before answers are taken."""
        connection = self._connection
        number = len(connection.under_way) if connection is not None else 0
        if connection is None or not number:
            self._filling = True
        elif number >= UNDER_WAY or connection.bytes_under_way >= _BYTES_UNDER_WAY or self._is_full(connection):
            self._filling = False
        elif number <= UNDER_WAY // 2 and connection.bytes_under_way < _BYTES_UNDER_WAY // 2:
            self._filling = not self._is_full(connection)
        return self._filling

    def _is_full(self, connection: Connection) -> bool:
        """Whether a session has as many questions as one may: what they are about is held until it ended."""
        return self._asked >= _SESSION or connection.bytes_asked >= _BYTES_UNDER_WAY

    def ask(self, question: Question) -> None:
        """Ask it; it is settled some time later, or at once where clamd is gone."""
        if self._connection is not None and not self._connection.under_way and self._is_full(self._connection):
            self._end()
        if self._is_away():
            question.give_up(self._gone or "clamd is gone")
            return
        try:
            if self._connection is None:
                self._connection, self.hello = self._begin()
                self._asked = 0
        except Lost as problem:
            self._count_loss(problem)
            question.give_up(f"clamd cannot be asked: {problem}")
            return
        self._asked += 1
        try:
            self._connection.ask(question)
        except Lost as problem:
            self._again(problem)

    def take_answers(self) -> None:
        """Wait for answers, or end the session where it has them all, so that they count."""
        if self._connection is None:
            return
        if not self._connection.under_way:
            self._end()
            return
        try:
            self._connection.take_answers()
        except Lost as problem:
            self._again(problem)

    def _end(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            connection.end()
        except Lost as problem:
            self._again(problem)
            return
        self._connection = None
        connection.close()
        self._believe(connection)

    def _believe(self, connection: Connection) -> None:
        """Settle what was answered in a session that ended as it should."""
        if connection.said:
            self._losses = self._silences = 0
        for question, answer in connection.said:
            question.take(answer)

    def _begin(self) -> tuple[Connection, Hello]:
        connection = Connection(self._address, min(self._seconds, _GREETING))
        try:
            hello = Hello(connection)
        except OSError as problem:  # of the two files that are asked about, not of the connection
            connection.close()
            raise Lost(f"it cannot be asked: {(problem.strerror or 'no reason given').lower()}") from problem
        except BaseException:
            connection.close()
            raise
        connection.give_time(self._seconds)
        return connection, hello

    def _again(self, problem: Lost) -> None:
        """Ask again what a lost session was asked. What it found stays; that it found nothing counts for nothing."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.close()
        waiting = list(connection.under_way.values())
        for question, answer in connection.said:
            if answer.kind == "found":
                question.take(answer)
            else:
                waiting.append(question)
        if isinstance(problem, Silent):
            self._count_loss(problem)
            waiting.append(waiting.pop(0))  # the oldest may be what clamd is at: it comes last
        log.note("antivirus", "a session with clamd was lost; {} files are asked again", len(waiting))
        for question in waiting:
            if self._is_away():
                question.give_up(self._gone or "clamd is gone")
            else:
                self._ask_alone(question)

    def _ask_alone(self, question: Question) -> None:
        try:
            connection, self.hello = self._begun_patiently()
        except Lost as problem:
            self._count_loss(problem)
            question.give_up(f"clamd cannot be asked: {problem}")
            return
        try:
            connection.ask(question)
            while connection.under_way:
                connection.take_answers()
            connection.end()
        except Lost as problem:
            said = next((answer for _, answer in connection.said if answer.kind != "ok"), None)
            self._count_loss(problem)
            if said is not None:
                question.take(said)
            else:
                question.give_up(f"clamd gave no answer, twice: {problem}")
        else:
            self._believe(connection)
        finally:
            connection.close()

    def _begun_patiently(self) -> tuple[Connection, Hello]:
        for pause in _PAUSES:
            try:
                return self._begin()
            except Silent:
                raise
            except Lost:
                time.sleep(pause)
        return self._begin()

    def _count_loss(self, why: Lost) -> None:
        self._losses += 1
        self._silences += isinstance(why, Silent)
        if self._losses >= _MOST_LOSSES or self._silences >= _MOST_SILENCES:
            self._gone, self._back = f"clamd is gone: {why}", time.monotonic() + _AWAY

    def _is_away(self) -> bool:
        """Whether clamd is taken to be gone. After some seconds it is tried again, once."""
        if self._gone is not None and time.monotonic() >= self._back:
            self._gone = None
            self._losses, self._silences = _MOST_LOSSES - 1, _MOST_SILENCES - 1
        return self._gone is not None
