"""Where bytes go: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def to_stdout(chunks: Iterable[bytes]) -> None:
    """Write and flush. A reader that has seen enough (`| head`) is no error; a full disk raises Incomplete."""
    sys.stdout.flush()
    stream = sys.stdout.buffer
    try:
        for chunk in chunks:
            with _writing("the output"):
                stream.write(chunk)
        with _writing("the output"):
            stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # so that the interpreter's own flush at the end finds no broken pipe
        os.close(nowhere)


def to_file(output: str, chunks: Iterable[bytes]) -> None:
    """Write a file with mode 0600 that replaces an older one in one step.

    The bytes go to a temporary file in the same folder, are synced, and then take the name. Whatever stops this, an
    interrupt included, the old file stays and nothing half-written is left. Raises UsageError for a place that cannot
    be written to, Incomplete when the disk is full or fails.
    """
    target = _file_behind(output)
    temporary = target.with_name(f".{os.urandom(8).hex()}.partial")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(temporary, flags, 0o600)
    except OSError as error:
        raise _no_place(output, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                with _writing(output):
                    file.write(chunk)
            with _writing(output):
                file.flush()
                os.fsync(file.fileno())
        with _writing(output):
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


@contextmanager
def _writing(where: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "it cannot be written"
        hint = "free some space, then run the same command again" if error.errno == errno.ENOSPC else None
        raise Incomplete(f"{where}: {reason}; nothing was written", hint=hint) from error


def _file_behind(output: str) -> Path:
    """The file to replace: a link stays and its target is replaced, a device is never turned into a file."""
    try:
        target = Path(output).resolve()
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target
    except (OSError, ValueError, RuntimeError) as error:
        raise _no_place(output, error) from error
    if stat.S_ISDIR(mode):
        raise UsageError("is a folder; nothing was written", file=output or ".", hint="--output takes a file's name")
    if not stat.S_ISREG(mode):
        hint = "leave --output away and redirect standard output"
        raise UsageError("is not a regular file; nothing was written", file=output, hint=hint)
    return target


def _no_place(output: str, error: Exception) -> UsageError:
    if isinstance(error, FileNotFoundError):
        return UsageError("its folder does not exist; nothing was written", file=output, hint="make the folder first")
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number).lower() if number else "is no file name"
    return UsageError(f"{reason}; nothing was written", file=output, hint="--output takes a file that you may write")


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the file system knows how."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
