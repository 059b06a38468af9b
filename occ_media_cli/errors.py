"""Everything that can stop a command, and the exit code of each.

    OccMediaError
    ├── Unproved          1   what a command rests on does not match what was kept elsewhere
    ├── UsageError        2   the command line cannot be understood
    ├── Incomplete        3   some input could not be read or was refused
    ├── StoreInvalid     10   a store or settings document breaks its format (with file and line)
    ├── NotFound         11   no such store, inbox, entry, plan or hold
    ├── StoreBusy        12   another writer held the store past the time-out
    ├── Refused          13   a policy says no: read-only, not approved, the same person twice, …
    ├── PartMissing      14   an extra or a service is not installed or not running
    └── MalformedInput   20   an input file is broken

`__main__` is the only place that turns one of these into an exit code. Findings are no errors: a command that
finds something returns `EXIT_FINDINGS`.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class Slip(NamedTuple):
    """A word that was mistyped, and what was meant: `cli.app`, which alone has seen the command line whole, makes the
    command of it that should have been typed.

    typed: what stands in the command line. meant: what should stand there, one word or some. options: the forms of the
    option whose value it is, or its name, where a room says it; none for a word that stands by itself, or that any
    option may have. instead: words by themselves that what was meant says too, and that go.
    """

    typed: str
    meant: tuple[str, ...]
    options: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


class OccMediaError(Exception):
    """A reason to stop, in the words that the user reads.

    what: lower case, one clause, no full stop, names the thing that is wrong.
    file, line, column: where, when a file is at fault.
    hint: what to type or do next; it is printed after `help:`.
    excerpt: source lines with a pointer, shown on terminals only.
    topic: what a command could do about it, as a key and its words, where the room that raises it knows no command;
    `cli.advice` makes a whole command of it.
    slip: the word that was mistyped, where it is known what was meant.
    more: what else is wrong in the same file, so that all of it can be mended at once.
    """

    code: ClassVar[int] = EXIT_BUG

    def __init__(
        self,
        what: str,
        *,
        hint: str | None = None,
        file: str | None = None,
        line: int | None = None,
        excerpt: tuple[str, ...] = (),
        topic: tuple[str, ...] = (),
        slip: Slip | None = None,
        more: tuple[OccMediaError, ...] = (),
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.file = file
        self.line = line
        self.excerpt = excerpt
        self.topic = topic
        self.slip = slip
        self.more = more

    @property
    def where(self) -> str:
        """`FILE:LINE: `, `FILE: ` or nothing, ready to stand before the text."""
        if self.file is None:
            return ""
        return f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "


class Interrupted(BaseException):
    """Ctrl-C, with what was kept and how to go on. Typer turns a KeyboardInterrupt into a bare exit code."""


class Unproved(OccMediaError):
    """A verification that a command rests on does not match: a ledger that a checkpoint is not of, a false stamp."""

    code = EXIT_FINDINGS


class UsageError(OccMediaError):
    """The command line cannot be understood."""

    code = EXIT_USAGE


class WrongWord(UsageError):
    """A word of the command line is misspelt; the rest as in `Slip`. meant: None where nothing tells, and then the hint
    stays."""

    def __init__(
        self, what: str, *, typed: str, meant: tuple[str, ...] | None, hint: str, options: tuple[str, ...] = (),
        instead: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(what, hint=hint, slip=None if meant is None else Slip(typed, meant, options, instead))


class Incomplete(OccMediaError):
    """Some input could not be read or was refused."""

    code = EXIT_INCOMPLETE


class StoreInvalid(OccMediaError):
    """A store or settings document breaks its format."""

    code = 10


class NotFound(OccMediaError):
    """No such store, inbox, entry, plan or hold."""

    code = 11


class StoreBusy(OccMediaError):
    """Another writer held the store past the time-out."""

    code = 12


class Refused(OccMediaError):
    """A policy says no; nothing was changed."""

    code = 13


class PartMissing(OccMediaError):
    """An extra or a service is missing; the hint says how to get it."""

    code = 14


class MalformedInput(OccMediaError):
    """An input file is broken."""

    code = 20


def unreachable(problem: OSError) -> Incomplete | None:
    """The error of this program for a path that cannot be reached, wherever it was tried; None for any other."""
    from errno import EACCES, ELOOP, ENAMETOOLONG, EPERM

    if not problem.filename or problem.errno not in (EACCES, EPERM, ENAMETOOLONG, ELOOP):
        return None
    reason = str(problem.strerror).lower()
    return Incomplete(reason, file=str(problem.filename), hint="check the path, and who may read it")
