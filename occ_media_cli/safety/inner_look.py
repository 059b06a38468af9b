"""What a worker does with a file: it recognises and hashes it, and asks each check; it sees an open file and no path.

A check that fails costs itself, and the file its `clean`; the others still run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from occ_media_cli.media.travel import digest_of, pack
from occ_media_cli.safety.checks import CHECKS
from occ_media_cli.safety.found import Looked
from occ_media_cli.vocabulary import ScanCheck

if TYPE_CHECKING:
    from occ_media_cli.media.source import FileSource
    from occ_media_cli.safety.scan_request import ScanRequest


def make_look(request: ScanRequest) -> Callable[[int, int, str], tuple[Any, ...]]:
    """The work of a worker: recognise, hash, and each check. It returns plain values, which `judge_file` reads."""

    def look(fd: int, size: int, path: str) -> tuple[Any, ...]:
        from occ_media_cli.media.recognise import MOST_BYTES, recognise
        from occ_media_cli.media.source import FileSource

        known = recognise(fd, size, path.rpartition("/")[2])
        packed = pack(known)
        if not size or size > MOST_BYTES:
            why = "it has no bytes" if not size else "it is too large to be looked at"
            return packed, digest_of(fd), [(name, _plain(Looked(unread=(("", why),)))) for name in request.checks], None
        source = FileSource(fd, size, known.type)
        try:
            said = [(name, _plain(_checked(name, request, source, known.type, path))) for name in request.checks]
            copy = _stripped(source, known.type) if request.strip else None
        finally:
            source.close()
        return packed, digest_of(fd), said, copy

    return look


def _checked(name: ScanCheck, request: ScanRequest, source: FileSource, kind: str | None, path: str) -> Looked:
    """What one check says; one that fails costs itself, and the file its `clean`."""
    try:
        return CHECKS[name].look(request, path)(source, kind)
    except MemoryError:
        return Looked(unread=(("", "it needs too much memory"),))
    except RecursionError:
        return Looked(unread=(("", "it is nested too deeply"),))
    except Exception as problem:  # noqa: BLE001 - whatever a hostile file provokes, the other checks still run
        return Looked(unread=(("", f"it cannot be read ({type(problem).__name__})"),))


def _plain(looked: Looked) -> tuple[Any, ...]:
    """A `Looked` as `marshal` takes it."""
    return (
        [tuple(each) for each in looked.found], [tuple(each) for each in looked.unread],
        [tuple(each) for each in looked.facts],
    )  # fmt: skip


def _stripped(source: FileSource, kind: str | None) -> tuple[Any, ...] | str:
    from occ_media_cli.safety.strip import StripRefused, strip

    try:
        return tuple(strip(source, kind))
    except StripRefused as problem:
        return str(problem)
    except MemoryError:
        return "it needs too much memory"
    except Exception as problem:  # noqa: BLE001 - as of a check
        return f"it cannot be read ({type(problem).__name__})"
