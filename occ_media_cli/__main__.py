"""The entry point, and the only place that turns an error into an exit code."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing is loaded by the commands that need it
if TYPE_CHECKING:
    from occ_media_cli.errors import OccMediaError

MACHINE_FORMATS = ("json", "ndjson", "csv", "sarif", "junit", "github", "xlsx", "parquet")
"""With one of these an error is a JSON object on stderr; the formats for people get words."""


_FULL_TABLES = (23, 24)
"""ENFILE and EMFILE: there is no descriptor left on the machine or in this process."""

_FILES = "this process may not open as many files as it needs; what was recorded before is kept"
_MEMORY = "there is not enough memory for this command; what was recorded before is kept"
_LIMITS = "raise what ulimit -n and ulimit -v allow, or run it where more is free"


LEAST_ADDRESSES = 40 * 1024 * 1024
"""Bytes of addresses (`ulimit -v`) below which nothing is begun: the smallest command takes about 30 MB, and where even
the interpreter's own work finds no room, CPython 3.11 may turn in a circle for ever instead of failing."""


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _reopen()
    if arguments == ["--version"]:
        from occ_media_cli import __version__

        try:
            print(f"occ-media {__version__}", flush=True)  # noqa: T201  # the answer, before anything else is loaded
        except OSError as problem:
            return _machine_trouble(problem, arguments)
        return 0
    if arguments[:1] == ["__complete"]:
        from occ_media_cli.cli.completed_names import print_names

        return print_names(arguments[1:])
    if _is_short_of_addresses():
        return _bare(MemoryError())
    try:
        code = run(arguments)
    except (MemoryError, OSError, ImportError, SystemError) as problem:
        # Even what explains an error could not be loaded: what is said here needs no memory and no file any more.
        return _bare(problem)
    _end_output()
    return code


def _is_short_of_addresses() -> bool:
    try:
        import resource
    except ImportError:  # not a Unix, and there are no such limits
        return False
    least: int = resource.getrlimit(resource.RLIMIT_AS)[0]
    return 0 <= least < LEAST_ADDRESSES


def _bare(problem: Exception) -> int:
    """Say in one line, with nothing but what is loaded, that this process may not have what it needs."""
    import os

    what = _FILES if getattr(problem, "errno", None) in _FULL_TABLES else _MEMORY
    try:  # noqa: SIM105  # contextlib may be what could not be loaded
        os.write(2, f"error: {what}\nhelp: {_LIMITS}\n".encode())
    except OSError:
        pass
    _drop_output()
    return 3


def _reopen() -> None:
    """Give a stream that the caller closed (`>&-`) the null device, or the next file opened takes its number."""
    import os

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115  # a descriptor, for as long as the program runs


def run(arguments: list[str]) -> int:
    """Run a command and explain whatever stops it."""
    import gc

    from occ_media_cli import log

    log.begin(log.OFF)
    gc.set_threshold(50_000, 20, 20)  # imports make many objects and no rubbish: looking for it costs 5 ms
    code = _run(arguments)
    log.note("cli", "exit code {}", code)
    return code


def _run(arguments: list[str]) -> int:
    from occ_media_cli import errors

    try:
        from occ_media_cli.cli.app import dispatch

        code = dispatch(arguments)
        sys.stdout.flush()
    except errors.OccMediaError as problem:
        _explain(problem, arguments)
        return problem.code
    except (KeyboardInterrupt, errors.Interrupted) as problem:
        words = str(problem)
        _say(f"interrupted: {words}" if words else "interrupted")
        return errors.EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away, like `head` does: no error of ours, and nothing may be written any more.
        _drop_output()
        return errors.EXIT_DONE
    except OSError as problem:
        return _machine_trouble(problem, arguments)
    except MemoryError:
        return _short_of(_MEMORY, arguments)
    except SystemError as problem:
        if not _may_lack_memory():
            return _bug(problem, arguments)
        return _short_of(_MEMORY, arguments)  # what the interpreter's own C code says where it gets none
    except ImportError as problem:
        if "shared object" not in str(problem):  # a library that the loader could not map or open
            return _bug(problem, arguments)
        return _short_of(_FILES if "open files" in str(problem) else _MEMORY, arguments)
    except Exception as problem:  # noqa: BLE001  # the last resort: a bug is told in one line, never as a traceback
        return _bug(problem, arguments)
    return code


def _may_lack_memory() -> bool:
    """Whether this process may take so much memory only."""
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _short_of(what: str, arguments: list[str]) -> int:
    """A limit of this process that is too low for the command."""
    from occ_media_cli import errors

    _drop_output()
    trouble = errors.Incomplete(what, hint=_LIMITS)
    _explain(trouble, arguments)
    return trouble.code


def _machine_trouble(problem: OSError, arguments: list[str]) -> int:
    """A disk or an output that takes no more, or a path that cannot be reached: nobody's bug, as any other would be."""
    import errno

    from occ_media_cli import errors

    trouble = errors.unreachable(problem)
    if problem.errno in _FULL_TABLES:
        return _short_of(_FILES, arguments)
    if problem.errno == errno.ENOMEM:
        return _short_of(_MEMORY, arguments)
    if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG):
        _drop_output()
        trouble = errors.Incomplete(
            f"{problem.filename or 'the output'}: {str(problem.strerror).lower()}; what was recorded before is kept",
            hint="make room, then look at the store: occ-media doctor",
        )
    elif trouble is None:
        return _bug(problem, arguments)
    _explain(trouble, arguments)
    return trouble.code


def _end_output() -> None:
    """Write what is held back; where that cannot be, let it go: the exit code is that of what went before."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            _drop_output(number)


def _drop_output(number: int = 1) -> None:
    """Let nothing more be written: the interpreter's own flush at the end would fail again."""
    import os

    try:
        null = os.open(os.devnull, os.O_WRONLY)
    except OSError:  # no descriptor is left: without one the interpreter has nothing to write to either
        os.close(number)
        return
    os.dup2(null, number)
    os.close(null)


def _bug(problem: Exception, arguments: list[str]) -> int:
    import os

    from occ_media_cli import errors

    if os.environ.get("OCC_MEDIA_DEBUG") == "1":
        import traceback

        traceback.print_exc()
    last = problem.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f" at {last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last is not None else ""
    bug = errors.OccMediaError(
        f"a bug in occ-media: {type(problem).__name__}{place}: {problem}",
        hint="report it with the command that you typed; OCC_MEDIA_DEBUG=1 prints a trace",
    )
    _explain(bug, arguments)
    return errors.EXIT_BUG


def _machine(arguments: list[str]) -> bool:
    for position, argument in enumerate(arguments):
        if argument.startswith("--format="):
            return argument.partition("=")[2] in MACHINE_FORMATS
        if argument in ("--format", "-f") and position + 1 < len(arguments):
            return arguments[position + 1] in MACHINE_FORMATS
        if argument.startswith("-f") and argument[2:] in MACHINE_FORMATS:
            return True
    return False


def _explain(problem: OccMediaError, arguments: list[str]) -> None:
    for each in (problem, *problem.more):
        if each.hint and "occ-media " in each.hint:
            from occ_media_cli.cli.typed_right import at_store

            each.hint = at_store(each.hint, arguments)
    if _machine(arguments):
        import json

        more = {"more": [_members(other) for other in problem.more]} if problem.more else {}
        _say(json.dumps({"schema": "occ-media/error/1", "code": problem.code, **_members(problem), **more}))
        return
    from occ_media_cli.report.safe import terminal

    for each in (problem, *problem.more):
        _say(f"error: {terminal(each.where + each.what)}")
        if sys.stderr.isatty():
            for line in each.excerpt:
                _say(terminal(line))
        if each.hint:
            _say(f"help: {terminal(each.hint)}")


def _members(problem: OccMediaError) -> dict[str, str | int | None]:
    """What a program reads of an error."""
    return {"error": problem.what, "file": problem.file, "line": problem.line, "help": problem.hint}


def _say(line: str) -> None:
    from contextlib import suppress

    with suppress(OSError):  # stderr is closed: there is nobody left to tell
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
