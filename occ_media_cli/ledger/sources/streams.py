"""Opening a text source: a file or `-` for standard input, plain, gzip or zstd, in blocks of whole lines."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing
from occ_media_cli.ledger.entry import LONGEST_LINE

BLOCK = 262_144
"""Bytes read at once: about 800 rows, the best batch for an ingest."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


@contextmanager
def opened(name: str, descriptor: int | None = None) -> Iterator[tuple[IO[bytes], IO[bytes], int | None]]:
    """The decompressed stream, the raw one under it, and the raw size where it is known.

    descriptor: the open file, where it was found in a folder and its name is only shown; closed afterwards.
    """
    raw: IO[bytes]
    if descriptor is not None:
        raw = os.fdopen(descriptor, "rb")
        size = os.fstat(descriptor).st_size or None
    elif name == "-":
        raw = sys.stdin.buffer
        size = None
    else:
        try:
            raw = Path(name).open("rb")  # noqa: SIM115 - closed below, as standard input is not
        except OSError as problem:
            raise Incomplete(
                f"cannot be read: {(problem.strerror or 'unknown problem').lower()}; nothing was recorded",
                file=name,
                hint="name a file that you may read, or - for standard input",
            ) from problem
        size = os.fstat(raw.fileno()).st_size or None
    try:
        with explained(name):
            peek = getattr(raw, "peek", None)
            start = peek(4)[:4] if peek else b""
            if start.startswith(_GZIP):
                import gzip

                yield cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), raw, size
            elif start == _ZSTD:
                yield _zstd(raw, name), raw, size
            else:
                yield raw, raw, size
    finally:
        if raw is not sys.stdin.buffer:
            raw.close()


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what a decompressor or the disk says into what a person can act on."""
    try:
        yield
    except (EOFError, zlib.error) as problem:
        raise _broken(name, str(problem)) from problem
    except OSError as problem:
        if problem.errno is None:  # gzip.BadGzipFile, zstd errors
            raise _broken(name, str(problem)) from problem
        raise Incomplete(
            f"cannot be read to its end: {(problem.strerror or '').lower()}; the rows before are recorded",
            file=name,
            hint="run the same command again when it is readable; what is recorded counts as duplicate",
        ) from problem


def _broken(name: str, words: str) -> MalformedInput:
    return MalformedInput(
        f"the compressed data is broken ({words.lower()}); the rows before are recorded",
        file=name,
        hint="fetch the file again, then run the same command; what is recorded counts as duplicate",
    )


def _zstd(raw: IO[bytes], name: str) -> IO[bytes]:
    from importlib import import_module

    for module in ("compression.zstd", "backports.zstd"):
        try:
            zstd = import_module(module)
        except ImportError:
            continue
        return cast("IO[bytes]", _Zstd(zstd.ZstdFile(raw), zstd.ZstdError))
    raise PartMissing(
        "zstd files need a part that is not installed", file=name, hint="pip install 'occ-media[zstd]', or unzstd first"
    )


class _Zstd:
    """A zstd stream that says what is broken as gzip does: its own error is of no kind that Python knows."""

    def __init__(self, stream: IO[bytes], error: type[Exception]) -> None:
        self._stream = stream
        self._error = error

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except self._error as problem:
            raise OSError(str(problem)) from problem


def blocks(stream: IO[bytes], longest: int = LONGEST_LINE) -> Iterator[tuple[bytes, int]]:
    """Blocks of whole lines, each with the number of lines in it, without the mark that some programs put first.

    A line longer than `longest` comes alone and cut to that length plus one byte, so that a reader can refuse it;
    the rest of it is passed over.
    """
    rest = b""
    first = True
    while data := stream.read(BLOCK):
        if first:
            data, first = data.removeprefix(b"\xef\xbb\xbf"), False
        data = rest + data
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end], data.count(b"\n", 0, end)
            rest = data[end:]
        elif len(data) <= longest:
            rest = data
        else:
            yield data[: longest + 1], 1
            rest = _after_line(stream)
    if rest:  # a last line without an end, behind whole ones where a line was passed over just before the end
        yield rest, rest.count(b"\n") + (not rest.endswith(b"\n"))


def _after_line(stream: IO[bytes]) -> bytes:
    while data := stream.read(BLOCK):
        end = data.find(b"\n") + 1
        if end:
            return data[end:]
    return b""
