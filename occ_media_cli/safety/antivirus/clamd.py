"""clamd as a whole: sessions that are begun again when one is lost, and what is asked of it before a file is.

Some dozens of questions are under way in one session. When it is lost, they are asked again one by one, each in a
session of its own, so that one file that brings clamd down costs no other one its verdict.
"""

from __future__ import annotations

import os
import time

from occ_media_cli import log
from occ_media_cli.errors import PartMissing
from occ_media_cli.safety.antivirus import probes
from occ_media_cli.safety.antivirus.address import ClamdAddress
from occ_media_cli.safety.antivirus.connection import Connection, Lost, Question
from occ_media_cli.safety.antivirus.replies import NoAnswer, read_version
from occ_media_cli.sandbox.handed import hold_in_memory

UNDER_WAY = 32
"""Questions that are asked before the first is answered; clamd's queue (MaxQueue) holds 100. Once there are so many,
half of them are waited for: both sides then work in batches, instead of taking turns file by file."""

_BYTES_UNDER_WAY = 128_000_000
"""Their bytes in memory, which bound what a scan takes; a larger question goes by itself."""

_SESSION = 2_000
"""Questions of one session; the next one asks for the version of the signatures and the two probes again."""

_PAUSES = (0.1, 0.4, 1.5)
"""Seconds to wait before a connection is tried again: whoever supervises clamd may be starting it."""

_MOST_LOSSES = 3
"""Sessions that are lost one after the other without an answer, until clamd is taken to be gone."""


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
        self.deep, self.locked = (question.answer for question in questions)

    @property
    def tells_limits(self) -> bool:
        """Whether it says so of a file that it did not look into to the end."""
        return self.deep is not None and self.deep.kind == "found" and self.deep.text.startswith("Heuristics.Limits.")


class Clamd:
    """Asks questions and settles each of them, whatever becomes of clamd. Raises PartMissing when it begins alone.

    hello: what it said last.
    """

    def __init__(self, address: ClamdAddress, seconds: float) -> None:
        self._address, self._seconds = address, seconds
        self._connection: Connection | None = None
        self._losses = 0
        self._gone: str | None = None
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
        if self._connection is not None:
            self._connection.close()
            for question in self._connection.under_way.values():
                question.give_up("the scan was stopped")
            self._connection = None

    @property
    def under_way(self) -> bool:
        """Whether any question waits for its answer."""
        return self._connection is not None and bool(self._connection.under_way)

    def has_room(self) -> bool:
        """Whether another question may be asked before answers are taken."""
        connection = self._connection
        number = len(connection.under_way) if connection is not None else 0
        if connection is None or not number:
            self._filling = True
        elif number >= UNDER_WAY or connection.bytes_under_way >= _BYTES_UNDER_WAY or self._asked >= _SESSION:
            self._filling = False
        elif number <= UNDER_WAY // 2 and connection.bytes_under_way < _BYTES_UNDER_WAY // 2:
            self._filling = self._asked < _SESSION
        return self._filling

    def ask(self, question: Question) -> None:
        """Ask it; it is settled some time later, or at once where clamd is gone."""
        if self._gone is not None:
            question.give_up(self._gone)
            return
        if self._asked >= _SESSION:
            self.close()
        try:
            if self._connection is None:
                self._connection, self.hello = self._begin()
                self._asked = 0
        except Lost as problem:
            self._count_loss(str(problem))
            question.give_up(f"clamd cannot be asked: {problem}")
            return
        self._asked += 1
        try:
            self._connection.ask(question)
        except Lost as problem:
            self._again(problem)

    def take_answers(self) -> None:
        """Wait for answers; questions of a session that is lost meanwhile are asked again one by one."""
        if self._connection is None or not self._connection.under_way:
            return
        try:
            self._connection.take_answers()
            self._losses = 0
        except Lost as problem:
            self._again(problem)

    def _begin(self) -> tuple[Connection, Hello]:
        connection = Connection(self._address, self._seconds)
        try:
            return connection, Hello(connection)
        except OSError as problem:  # of the two files that are asked about, not of the connection
            connection.close()
            raise Lost(f"it cannot be asked: {(problem.strerror or 'no reason given').lower()}") from problem
        except BaseException:
            connection.close()
            raise

    def _again(self, problem: Lost) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.close()
        waiting = [each for each in connection.under_way.values() if not each.settled]
        log.note("antivirus", "a session with clamd was lost; {} files are asked again", len(waiting))
        for question in waiting:
            if self._gone is None:
                self._ask_alone(question)
            else:
                question.give_up(self._gone)

    def _ask_alone(self, question: Question) -> None:
        try:
            connection, self.hello = self._begun_patiently()
        except Lost as problem:
            self._count_loss(str(problem))
            question.give_up(f"clamd cannot be asked: {problem}")
            return
        try:
            connection.ask(question)
            while not question.settled:
                connection.take_answers()
            self._losses = 0
        except Lost as problem:
            if not question.settled:
                self._count_loss(str(problem))
                question.give_up(f"clamd gave no answer, twice: {problem}")
        finally:
            connection.close()

    def _begun_patiently(self) -> tuple[Connection, Hello]:
        for pause in _PAUSES:
            try:
                return self._begin()
            except Lost:
                time.sleep(pause)
        return self._begin()

    def _count_loss(self, why: str) -> None:
        self._losses += 1
        if self._losses >= _MOST_LOSSES:
            self._gone = f"clamd is gone: {why}"
