"""One file whose verdict is put together out of what the engine says of it and of each of its parts."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from occ_media_cli.safety.antivirus.connection import Question
from occ_media_cli.safety.antivirus.model import Asked, Scanned
from occ_media_cli.safety.found import Found
from occ_media_cli.vocabulary import AntivirusState

_MOST_TOLD = 100
"""Findings and unread parts of one file that are told; what is left out is counted in one more."""

_DELETE = "delete it, and tell whoever sent it"


class AskedFile:
    """A file whose verdict is being put together.

    asked: whether all of it was asked about. stale: why the engine, as it stands, may call no file clean.
    """

    def __init__(self, asked: Asked, stale: Callable[[], str | None]) -> None:
        self._it, self._stale = asked, stale
        self.asked = False
        self._open = self._parts = 0
        self._found: list[tuple[int, Found]] = []
        self._number = 0
        self._unread: dict[tuple[str, str], None] = {}  # in their order, each once
        self._stamp: tuple[int, int, int] | None = None

    def begins_well(self) -> bool:
        """Whether there is anything to ask about; else the reason is kept."""
        reason: str | None = None
        try:
            found = os.fstat(self._it.fd)
        except OSError as problem:
            reason = (problem.strerror or "it cannot be read").lower()
        else:
            self._stamp = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            if not stat.S_ISREG(found.st_mode):
                reason = "it is no regular file"
            elif not _is_readable(self._it.fd):
                reason = "it was not opened for reading"
            elif found.st_size != self._it.size:
                reason = "it was changed while it was looked at"
            elif found.st_size == 0:
                reason = "it is empty: there is nothing to scan"
        if reason is not None:
            self.pass_over("", reason)
        return reason is None

    def question(self, where: str = "", fd: int | None = None) -> Question:
        """A question about the file, or about a part of it in a descriptor that is closed once it is settled."""
        size = self._it.size if fd is None else os.fstat(fd).st_size
        self._open += 1
        self._number += 1
        return _Asking(
            self, self._number, where, self._it.fd if fd is None else fd, size if fd is not None else 0, fd is not None
        )

    def pass_over(self, where: str, reason: str) -> None:
        """Keep that a part was not seen."""
        self._unread[where, reason] = None

    def settle(self, question: _Asking) -> None:
        """Keep what was said of the file or of a part."""
        self._open -= 1
        answer = question.answer
        if answer is None:
            self.pass_over(question.where, question.reason or "it was not asked about")
        elif answer.kind == "error":
            self.pass_over(question.where, f"clamd says: {answer.text}")
        elif answer.kind == "found" and answer.text.startswith("Heuristics.Limits."):
            self.pass_over(question.where, f"it lies beyond a limit of clamd ({answer.text})")
        elif answer.kind == "found" and answer.text.startswith("Heuristics.Encrypted."):
            self.pass_over(question.where, f"it is encrypted ({answer.text})")
        else:
            self._trust()
            self._parts += bool(question.where)
            if answer.kind == "found":
                found = Found("infected-file", "error", f"malware: {answer.text}", question.where, _DELETE)
                self._found.append((question.number, found))

    def is_complete(self) -> bool:
        """Whether all was asked, and all of it answered."""
        return self.asked and not self._open

    def _trust(self) -> None:
        """Keep why an engine, as it stands at the moment of its answer, may not call a file clean."""
        why = self._stale()
        if why is not None:
            self.pass_over("", why)

    def verdict(self) -> Scanned:
        """The verdict, once it is complete."""
        self._look_again()
        self._trust()
        state: AntivirusState = "infected" if self._found else "not-scanned" if self._unread else "clean"
        return Scanned(
            self._it.tag, state, *_bounded([found for _, found in sorted(self._found)], list(self._unread)), self._parts
        )

    def _look_again(self) -> None:
        """Whether it is still the file that was unpacked and judged."""
        try:
            found = os.fstat(self._it.fd)
        except OSError:
            self.pass_over("", "it was closed while it was scanned")
            return
        if self._stamp is not None and self._stamp != (found.st_size, found.st_mtime_ns, found.st_ctime_ns):
            self.pass_over("", "it was changed while it was scanned")


class _Asking(Question):
    """A question about a file or a part, which tells its file what came of it."""

    __slots__ = ("_file", "_own", "number", "where")

    def __init__(self, file: AskedFile, number: int, where: str, fd: int, size: int, own: bool) -> None:
        super().__init__(fd, size)
        self._file, self.number, self.where, self._own = file, number, where, own

    def settle(self) -> None:
        """Close what was made for it, and tell its file."""
        if self._own:
            os.close(self.fd)
        self._file.settle(self)


def _bounded(
    found: list[Found], unread: list[tuple[str, str]]
) -> tuple[tuple[Found, ...], tuple[tuple[str, str], ...]]:
    """As many as are told, each once, with how many are not."""
    if len(unread) > _MOST_TOLD:
        unread[_MOST_TOLD:] = [("", f"{len(unread) - _MOST_TOLD:,} more parts were not scanned")]
    if len(found) > _MOST_TOLD:
        more = f"malware in {len(found) - _MOST_TOLD:,} more parts"
        found[_MOST_TOLD:] = [Found("infected-file", "error", more, "", _DELETE)]
    return tuple(found), tuple(unread)


def _is_readable(fd: int) -> bool:
    """Whether a descriptor lets its bytes be read; of one that is a path alone (O_PATH), clamd says OK."""
    import fcntl

    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    return not flags & getattr(os, "O_PATH", 0) and flags & os.O_ACCMODE in (os.O_RDONLY, os.O_RDWR)
