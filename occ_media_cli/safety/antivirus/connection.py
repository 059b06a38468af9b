"""One session with clamd (IDSESSION): questions go out without waiting, answers come in any order, by number."""

from __future__ import annotations

import os
import socket
import struct

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


class Lost(Exception):
    """The session is over, or no longer to be trusted; the text says why, as a clause."""


class Question:
    """Bytes that clamd is asked about. fd, size: where they are.

    answer: what it said; reason: why there will be none, and help what to do about it. `settle` is called once, with
    either of them there.
    """

    __slots__ = ("answer", "fd", "reason", "size", "whole")

    def __init__(self, fd: int, size: int) -> None:
        self.fd, self.size = fd, size
        self.answer: ClamdAnswer | None = None
        self.reason: str | None = None
        self.whole = False

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

    under_way: the questions that have no answer yet, by number; bytes_under_way: theirs.
    """

    def __init__(self, address: ClamdAddress, seconds: float) -> None:
        self._seconds = seconds
        self._way: Way = "fd" if address.path is not None and hasattr(socket, "SCM_RIGHTS") else "stream"
        self._buffer = bytearray()
        self._number = 0
        self.under_way: dict[int, Question] = {}
        self.bytes_under_way = 0
        try:
            self._socket = _connected(address)
            _limit(self._socket, seconds)
            self._socket.sendall(b"zIDSESSION\0")
        except OSError as problem:
            raise Lost(f"it cannot be reached at {address.shown}: {_words(problem)}") from problem

    def close(self) -> None:
        """Give the connection back, without a word more."""
        self._socket.close()

    def ask_version(self) -> bytes:
        """What clamd answers to VERSION, while nothing else is under way."""
        self._number += 1
        try:
            self._socket.sendall(b"zVERSION\0")
        except OSError as problem:
            raise Lost(self._last_words(problem)) from problem
        while (line := self._next_line()) is None:
            self._receive()
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
        question.whole = False
        try:
            if self._way == "fd":
                self._hand_over(question.fd)
            else:
                self._write_out(question)
            question.whole = True
        except OSError as problem:
            raise Lost(self._last_words(problem)) from problem

    def _hand_over(self, fd: int) -> None:
        sent = socket.send_fds(self._socket, [b"zFILDES\0\0"], [fd])
        if sent != 9:
            self._socket.sendall(b"zFILDES\0\0"[sent:])

    def _write_out(self, question: Question) -> None:
        self._socket.sendall(b"zINSTREAM\0")
        at = 0
        while piece := os.pread(question.fd, _PIECE, at):
            self._socket.sendall(struct.pack(">L", len(piece)) + piece)
            at += len(piece)
        self._socket.sendall(b"\0\0\0\0")

    def take_answers(self) -> list[Question]:
        """Wait until clamd says something, and return the questions that it answered."""
        answered = self._understood()
        while not answered:
            self._receive()
            answered = self._understood()
        return answered

    def _receive(self) -> None:
        try:
            piece = self._socket.recv(1 << 16)
        except BlockingIOError as problem:
            raise Lost(f"it said nothing for {self._seconds:g} s") from problem
        except OSError as problem:
            raise Lost(f"the connection broke: {_words(problem)}") from problem
        if not piece:
            raise Lost("it closed the connection without an answer")
        self._buffer += piece

    def _next_line(self) -> bytes | None:
        end = self._buffer.find(b"\0")
        if end < 0:
            if len(self._buffer) > LONGEST:
                raise Lost(f"it answered {quote(bytes(self._buffer))}, without an end")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _understood(self) -> list[Question]:
        answered: list[Question] = []
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
            question.take(answer)
            answered.append(question)
        return answered

    def _last_words(self, problem: OSError) -> str:
        """What clamd still said after it closed its end: the reason, or at least answers to other questions."""
        if isinstance(problem, BlockingIOError):
            return f"it took nothing for {self._seconds:g} s"
        try:
            _limit(self._socket, _LEFT)
            while True:
                self._receive()
        except Lost:
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
