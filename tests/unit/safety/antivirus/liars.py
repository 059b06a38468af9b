"""A server that answers as clamd until a file is asked about, and then whatever it likes."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from types import TracebackType

PROBES = (b"fd[9]: Heuristics.Limits.Exceeded.MaxRecursion FOUND", b"fd[9]: Heuristics.Encrypted.Zip FOUND")
"""What clamd answers to the two files that are asked about when a session begins."""

VERSION = b"ClamAV 1.4.6/27824/Sun Nov 29 08:00:00 2026"

Reply = Callable[[int], bytes]
"""(number of the question) -> what is written into the connection."""


class Liar:
    """It serves one connection after the other. reply: what it says to each file; None closes the connection.

    honest: whether it knows what clamd says of the two probes. at_the_end: what it says once the session is ended.
    drips: whether it says the first thing again and again, now and then.
    """

    def __init__(
        self,
        reply: Callable[[int], bytes | None],
        *,
        honest: bool = True,
        at_the_end: Callable[[], bytes] = bytes,
        drips: bool = False,
    ) -> None:
        self._reply, self.honest, self._at_the_end, self._drips = reply, honest, at_the_end, drips
        self._folder = tempfile.TemporaryDirectory(prefix="liar-")
        self.address = str(Path(self._folder.name) / "ctl")
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(self.address)
        self._server.listen(64)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Liar:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)
        self._folder.cleanup()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        number, buffer = 0, b""
        with connection:
            while True:
                try:
                    piece, handed, _, _ = socket.recv_fds(connection, 4096, 16)
                except OSError:
                    return
                for fd in handed:
                    os.close(fd)
                if not piece:
                    return
                buffer = (buffer + piece).replace(b"\0\0", b"\0").removeprefix(b"zIDSESSION\0")
                *commands, buffer = buffer.split(b"\0")
                for command in commands:
                    if not command:
                        continue
                    if command == b"zEND":
                        with suppress(OSError):
                            connection.sendall(self._at_the_end())
                        return
                    number += 1
                    said = self._says(number, command)
                    if said is None:
                        return
                    try:
                        connection.sendall(said)
                        while self._drips and number > 3:
                            time.sleep(0.05)
                            connection.sendall(said)
                    except OSError:
                        return

    def _says(self, number: int, command: bytes) -> bytes | None:
        if command == b"zVERSION":
            return b"%d: %s\0" % (number, VERSION)
        if self.honest and number in (2, 3):
            return b"%d: %s\0" % (number, PROBES[number - 2])
        return self._reply(number)


def exact(number: int) -> bytes:
    """The only answer that may make a file clean."""
    return b"%d: fd[11]: OK\0" % number


def fuzzed(random: Random) -> Callable[[int], bytes | None]:
    """Anything but that answer: pieces of it, changed, repeated, cut, of another number, and bytes of no meaning."""

    def reply(number: int) -> bytes | None:
        while True:
            said = _made(number, random)
            if said is None or not _holds_exact(said, number):
                return said

    return reply


def more_than_exact(random: Random) -> Callable[[int], bytes]:
    """That answer, and something besides: another one to the same question, or to one that was not asked."""

    def reply(number: int) -> bytes:
        other = random.choice((number, number + random.randrange(200, 1000), max(1, number - 1), 10**9))
        words = random.choice((b"fd[11]: OK", b"fd[11]: Own.Test FOUND", b"fd[11]: No way. ERROR", b"OK", b""))
        return exact(number) + b"%d: %s\0" % (other, words)

    return reply


def _holds_exact(said: bytes, number: int) -> bool:
    """Whether what is said gives that answer to this or to another question, or may once more is said."""
    import re

    return re.search(rb"(?:\A|\0)[0-9]+: fd\[[0-9]{1,10}\]: OK(?:\0|\Z)", said) is not None or said[-1:].isdigit()


def _made(number: int, random: Random) -> bytes | None:
    answer = bytearray(exact(number))
    kind = random.randrange(14)
    if kind == 0:
        return None
    if kind == 1:
        return random.randbytes(random.randrange(1, 200))
    if kind == 2:
        answer[random.randrange(len(answer))] = random.randrange(256)
        return bytes(answer)
    if kind == 3:
        at = random.randrange(len(answer))
        return bytes(answer[:at] + random.randbytes(random.randrange(1, 4)) + answer[at:])
    if kind == 4:
        return bytes(answer[: random.randrange(len(answer))]) + b"\0"
    if kind == 5:
        return b"%d: fd[11]: OK\0" % (number + random.choice((-2, -1, 1, 2, 1000)))
    if kind == 6:
        return random.choice(
            (b"OK\0", b"fd[11]: OK\0", b"stream: OK\0", b"\0", b"\0\0\0", b"OK\n", b"UNKNOWN COMMAND\0")
        )
    if kind == 7:
        words = (b"OK ERROR", b"ok", b" OK", b"OK ", b"OK\n", b"OK FOUND OK", b"Empty file", b"lstat() failed", b"OKAY")
        return b"%d: fd[11]: %s\0" % (number, random.choice(words))
    if kind == 8:
        places = (
            b"stream",
            b"/tmp/a.txt",
            b"fd[]",
            b"fd[x]",
            b"fd 11",
            b"FD[11]",
            b"fd[11]: fd[11]",
            b"instream(local)",
        )
        return b"%d: %s: OK\0" % (number, random.choice(places))
    if kind == 9:
        return b"%d: fd[11]: OK" % number + random.choice((b"\n", b"\r\n\0", b" \0", b"\x00\x01" * 5000, b"." * 20_000))
    if kind == 10:
        return b"%s: fd[11]: OK\0" % random.choice((b"-1", b"0", b"01", b"+1", b" 1", b"1.0", b"1e0", b"\xd9\xa1"))
    if kind == 11:
        return b"%d: fd[11]: %s ERROR\0" % (number, random.choice((b"No file descriptor received.", b"OK", b"x", b"")))
    if kind == 12:
        return b"%d: %s FOUND\0" % (
            number,
            random.choice((b"fd[11]:", b"fd[11]: ", b"x", b"fd[11]: Heuristics.Limits.Exceeded")),
        )
    return b"%d: fd[11]: O" % number + b"\0" + b"K\0"
