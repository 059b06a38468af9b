"""One session with clamd (IDSESSION): questions go out without waiting, answers come in any order, by number."""

from __future__ import annotations

import os
import socket
import struct
import time
from contextlib import suppress

from occ_media_cli.safety.antivirus.address import ClamdAddress
from occ_media_cli.safety.antivirus.replies import (
    LONGEST,
    ClamdAnswer,
    NoAnswer,
    Way,
    quote,
    read_answer,
    read_numbered,
)

CONNECTING = 5.0
"""Seconds in which a connection must be there."""

_PIECE = 1 << 18
_LEFT = 0.5
"""Seconds in which clamd says what it still has to say after it closed its end."""

_LAST = 1_000_000
"""Bytes of that."""

_ENDING = 5.0
"""Seconds in which clamd closes a session that was ended."""

_TURN = 0.5
"""Seconds after which a wait is looked at again: bytes that arrive now and then do not make it longer."""


class Lost(Exception):
    """The session is over, or no longer to be trusted; the text says why, as a clause."""


class Silent(Lost):
    """It is over because clamd did not answer in time."""


class Question:
    """Bytes that clamd is asked about. fd, size: where they are.

    answer: what it said; reason: why there will be none, and help what to do about it. `settle` is called once, with
    either of them there. since: for how long its session had been waited for when it was asked.
    """

    __slots__ = ("answer", "fd", "reason", "since", "size", "whole")

    def __init__(self, fd: int, size: int) -> None:
        self.fd, self.size = fd, size
        self.answer: ClamdAnswer | None = None
        self.reason: str | None = None
        self.whole = False
        self.since = 0.0

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come."""
        return self.answer is not None or self.reason is not None

    def take(self, answer: ClamdAnswer) -> None:
        """Keep the answer."""
        self.answer = answer
        self.settle()

    def give_up(self, reason: str) -> None:
        """Keep that there is none."""
        self.reason = reason
        self.settle()

    def settle(self) -> None:
        """What is done once nothing more is to come."""


class Connection:
    """A session. Whatever it does raises `Lost` where the session is over.

    under_way: the questions that have no answer yet, by number; bytes_under_way: theirs. said: what was answered, which
    counts once the session was ended as it should be: until then another answer to the same question may follow.
    bytes_asked: of all questions. seconds: in which each question has its answer, whatever else arrives meanwhile; only
    the time that is spent waiting for clamd counts.
    """

    def __init__(self, address: ClamdAddress, seconds: float) -> None:
        self._seconds = seconds
        self._way: Way = "fd" if address.path is not None and hasattr(socket, "SCM_RIGHTS") else "stream"
        self._buffer = bytearray()
        self._number = 0
        self.under_way: dict[int, Question] = {}
        self.bytes_under_way = self.bytes_asked = 0
        self.said: list[tuple[Question, ClamdAnswer]] = []
        self._waited = 0.0
        try:
            self._socket = _connected(address)
            _limit(self._socket, min(seconds, _TURN))
            self._socket.sendall(b"zIDSESSION\0")
        except OSError as problem:
            raise Lost(f"it cannot be reached at {address.shown}: {_words(problem)}") from problem

    def close(self) -> None:
        """Give the connection back, without a word more."""
        self._socket.close()

    def give_time(self, seconds: float) -> None:
        """Seconds in which each question that follows has its answer."""
        self._seconds = seconds

    def ask_version(self) -> bytes:
        """What clamd answers to VERSION, while nothing else is under way."""
        self._number += 1
        try:
            self._send(b"zVERSION\0", self._waited)
        except OSError as problem:
            raise Lost(self._last_words(problem)) from problem
        since = self._waited
        while (line := self._next_line()) is None:
            self._receive(since)
        try:
            number, rest = read_numbered(line)
        except NoAnswer as problem:
            raise Lost(f"it answered {problem}") from problem
        if number != self._number:
            raise Lost(f"it answered {quote(line)}")
        return rest

    def ask(self, question: Question) -> None:
        """Send a question. A connection that breaks may have given answers first: they are kept."""
        self._number += 1
        self.under_way[self._number] = question
        self.bytes_under_way += question.size
        self.bytes_asked += question.size
        question.whole, question.since = False, self._waited
        try:
            if self._way == "fd":
                self._hand_over(question)
            else:
                self._write_out(question)
            question.whole = True
        except OSError as problem:
            raise Lost(self._last_words(problem)) from problem

    def _hand_over(self, question: Question) -> None:
        while True:
            begun = time.monotonic()
            try:
                sent = socket.send_fds(self._socket, [b"zFILDES\0\0"], [question.fd])
            except BlockingIOError:
                self._count(begun, question.since, "it took nothing")
            else:
                self._send(b"zFILDES\0\0"[sent:], question.since)
                return

    def _write_out(self, question: Question) -> None:
        self._send(b"zINSTREAM\0", question.since)
        at = 0
        while piece := os.pread(question.fd, _PIECE, at):
            self._send(struct.pack(">L", len(piece)) + piece, question.since)
            at += len(piece)
        self._send(b"\0\0\0\0", question.since)

    def _send(self, data: bytes, since: float) -> None:
        """Write all of it, within what is left of the time that began at `since`."""
        rest = memoryview(data)
        while rest:
            begun = time.monotonic()
            with suppress(BlockingIOError):
                rest = rest[self._socket.send(rest) :]
            self._count(begun, since, "it took nothing")

    def take_answers(self) -> None:
        """Wait until clamd answers a question; what it says is kept in `said`."""
        while not self._understood():
            self._receive(next(iter(self.under_way.values())).since)

    def end(self) -> None:
        """End the session as clamd ends one: it says nothing more, and closes it. Else nothing that it said counts."""
        if self.under_way:
            raise Lost("it was ended before every question had its answer")
        since = self._waited = 0.0
        self._seconds = min(self._seconds, _ENDING)
        try:
            self._send(b"zEND\0", since)
        except OSError as problem:
            raise Lost(self._last_words(problem)) from problem
        if not self._buffer:
            self._receive(since, closes=True)
        if self._buffer:
            raise Lost(f"it answered {quote(bytes(self._buffer))} to what it was not asked")

    def _receive(self, since: float, *, closes: bool = False) -> None:
        """Take what arrives. closes: whether nothing may arrive any more but the end, and something is left as is."""
        while True:
            begun = time.monotonic()
            try:
                piece = self._socket.recv(1 << 16)
            except BlockingIOError:
                self._count(begun, since, "it said nothing")
                continue
            except OSError as problem:
                raise Lost(f"the connection broke: {_words(problem)}") from problem
            break
        if not piece and not closes:
            raise Lost("it closed the connection without an answer")
        self._buffer += piece
        self._count(begun, since, "it gave no answer")

    def _count(self, begun: float, since: float, what: str) -> None:
        self._waited += time.monotonic() - begun
        if self._waited - since >= self._seconds:
            raise Silent(f"{what} for {self._seconds:g} s")

    def _next_line(self) -> bytes | None:
        end = self._buffer.find(b"\0")
        if end < 0:
            if len(self._buffer) > LONGEST:
                raise Lost(f"it answered {quote(bytes(self._buffer))}, without an end")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _understood(self) -> bool:
        """Read what arrived; whether a question was answered."""
        answered = False
        while (line := self._next_line()) is not None:
            try:
                number, rest = read_numbered(line)
                answer = read_answer(rest, self._way)
            except NoAnswer as problem:
                raise Lost(f"it answered {problem}") from problem
            question = self.under_way.get(number)
            if question is None or (answer.kind == "ok" and not question.whole):
                raise Lost(f"it answered {quote(line)} to what it was not asked")  # or about bytes that it did not get
            del self.under_way[number]
            self.bytes_under_way -= question.size
            self.said.append((question, answer))
            answered = True
        return answered

    def _last_words(self, problem: OSError) -> str:
        """What clamd still said after it closed its end: the reason, or at least that something is in it."""
        end = time.monotonic() + _LEFT
        try:
            _limit(self._socket, _LEFT)
            while time.monotonic() < end and len(self._buffer) < _LAST:
                piece = self._socket.recv(1 << 16)
                if not piece:
                    break
                self._buffer += piece
        except OSError:
            pass
        try:
            self._understood()
        except Lost as said:
            return str(said)
        return f"it closed the connection: {_words(problem)}"


def _connected(address: ClamdAddress) -> socket.socket:
    if address.path is None:
        return socket.create_connection((address.host, address.port), CONNECTING)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.settimeout(CONNECTING)
        made.connect(address.path)
    except BaseException:
        made.close()
        raise
    return made


def _limit(connection: socket.socket, seconds: float) -> None:
    """Have the system end a wait after so long: with a time-out of Python's, each call would be two."""
    whole = int(seconds)
    limit = struct.pack("@ll", whole, max(1, int((seconds - whole) * 1_000_000)) if seconds > 0 else 1)
    connection.settimeout(None)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _words(problem: OSError) -> str:
    return (problem.strerror or str(problem) or "no reason given").lower()
