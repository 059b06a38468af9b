"""What is asked of an antivirus engine, and what it answers: plain values that every engine has in common."""

from __future__ import annotations

from typing import Any, NamedTuple

from occ_media_cli.safety.found import Found
from occ_media_cli.vocabulary import AntivirusState


class Asked(NamedTuple):
    """An open file to be scanned. The descriptor stays the caller's, who closes it once the verdict is there.

    fd: opened for reading (`O_RDONLY`). type: what `media.recognise` says of it, None where it does not know. tag: the
    caller's own; it comes back with the verdict.
    """

    fd: int
    size: int
    type: str | None
    tag: Any = None


class Scanned(NamedTuple):
    """The verdict on one file.

    found: an `infected-file` for the file or for each part with malware, with its place and the signature's name.
    unread: (part, reason) for all that the engine did not see or did not judge; the file itself is the part "".
    parts: how many parts inside of the file the engine judged, nested ones too.
    state: `infected` where anything was found, `clean` where nothing was and nothing is unread, else `not-scanned`.
    """

    tag: Any
    state: AntivirusState
    found: tuple[Found, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    parts: int = 0


class EngineSetting(NamedTuple):
    """A setting of the engine that a scan rests on.

    found: its value, None where it cannot be seen. good: whether it is as it must be, None where that is not known.
    needed: without it no file is called clean. line: what to write into clamd.conf.
    """

    name: str
    found: str | None
    good: bool | None
    needed: bool
    line: str


class About(NamedTuple):
    """The engine that answered, as a scan records it.

    version: `1.4.6`. signatures: the version of its signatures, such as `27824`, None with an own folder of them.
    signatures_time: when they were made, in milliseconds; None where nobody knows. age_known: whether it is known, and
    without it no file is called clean. signature_count: how many there are, None where their folder cannot be read.
    address: where it answers, for people. warnings: what is to be said about it, such as a socket that everybody may
    write to. settings: those that a scan rests on.
    stale: why no verdict of it may be `clean` (signatures too old or of unknown age, a needed setting), None where one
    may; help: what to do then.
    """

    name: str
    version: str
    signatures: str | None
    signatures_time: int | None
    age_known: bool
    signature_count: int | None = None
    address: str = ""
    warnings: tuple[str, ...] = ()
    settings: tuple[EngineSetting, ...] = ()
    stale: str | None = None
    help: str = ""
