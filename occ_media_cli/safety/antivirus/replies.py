"""What clamd says, read strictly: a line is an answer to a question, or the session is not to be trusted."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

LONGEST = 8_192
"""Bytes of a line; the longest name of a signature stays far below."""

_NUMBERED = re.compile(rb"([1-9][0-9]{0,9}): ([\x20-\x7e]{1,8000})")
_JUDGED = re.compile(rb"(fd\[[0-9]{1,10}\]|stream): (?:(OK)|([\x21-\x7e][\x20-\x7e]{0,500}) FOUND)")
_HASHED = re.compile(r"\([0-9a-f]{32,64}:[0-9]{1,20}\)\Z")
_VERSION = re.compile(
    rb"ClamAV ([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[\x21-\x2e\x30-\x7e]{0,30})(?:/([0-9]{1,9})/([\x20-\x7e]{10,40}))?"
)

Way = Literal["fd", "stream"]
"""How the bytes went to clamd: as a descriptor, or written into the connection."""


class NoAnswer(Exception):
    """What came is no answer; the text quotes it, to follow "clamd answered ": it may be anybody's."""


class ClamdAnswer(NamedTuple):
    """kind: `ok`, `found` with the name of a signature, or `error` with what clamd says."""

    kind: Literal["ok", "found", "error"]
    text: str


def read_numbered(line: bytes) -> tuple[int, bytes]:
    """(number of the question, the rest) of a whole line without its NUL. Raises `NoAnswer`."""
    match = _NUMBERED.fullmatch(line)
    if match is None:
        raise NoAnswer(quote(line))
    return int(match[1]), match[2]


def read_answer(rest: bytes, way: Way) -> ClamdAnswer:
    """What a line says of a file. Raises `NoAnswer` for everything but an exact OK, FOUND or ERROR."""
    match = _JUDGED.fullmatch(rest)
    if match is not None and match[1].startswith(way.encode()):
        return ClamdAnswer("ok", "") if match[2] else ClamdAnswer("found", _HASHED.sub("", match[3].decode("ascii")))
    if rest.endswith(b" ERROR") and b" OK" not in rest and b" FOUND" not in rest:
        text = rest.removesuffix(b" ERROR").decode("ascii")
        return ClamdAnswer("error", re.sub(r"\A(?:fd\[[0-9]+\]|stream): ", "", text)[:200])
    raise NoAnswer(quote(rest))


def read_version(rest: bytes) -> tuple[str, str | None, str | None]:
    """(version, version of the signatures, their time as clamd writes it). Raises `NoAnswer`."""
    match = _VERSION.fullmatch(rest)
    if match is None:
        raise NoAnswer(quote(rest))
    version, signatures, made = (None if each is None else each.decode("ascii") for each in match.groups())
    return version or "", signatures, made


def quote(line: bytes) -> str:
    """The beginning of what came, safe to print."""
    return ascii(line[:60].decode("latin-1")) if line else "nothing"
