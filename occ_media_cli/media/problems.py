"""A problem of a file: what is wrong, how bad, and what to do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from occ_media_cli.report.words import shell_named
from occ_media_cli.vocabulary import Severity

RAISED_BY_STRICT = frozenset(("text-is-markup", "text-is-code"))


class Problem(NamedTuple):
    """One thing to say about a file.

    message: what is wrong, without the fix. help: what to type or do. channel: the profile that refuses, or None.
    """

    code: str
    severity: Severity
    message: str
    help: str = ""
    channel: str | None = None


MADE_FIT = frozenset(
    ("jpg", "png", "webp", "gif", "heic", "bmp", "tif", "ico", "pdf", "docx", "xlsx", "pptx",
     "mp3", "m4a", "aac", "amr", "ogg", "wav", "flac", "mp4", "mov", "3gp", "webm", "mkv")
)  # fmt: skip
"""Types of which `fit` can make a copy that fits; nobody is sent there with another one."""


NO_COPY_MENDS = frozenset(
    ("damaged", "cut-short", "empty-file", "macro-enabled", "password-protected", "active-content", "name-deceptive")
)
"""What is wrong with a file so that no copy is made of it: it is told, and the file is left as it is."""

_FIT = ("occ-media", "fit")


def fit_command(path: str, channel: str | None = None, most: str | None = None) -> str:
    """The command that writes a copy of a file that fits: for a channel, or of a size at most (`16 MB`)."""
    asked = ("--channel", channel) if channel else ("--max", most) if most else ()
    return shell_named(_FIT, (path,), (*asked, "--write", "fitted"))


def without_vain_copies(problems: Iterable[Problem], of_file: Iterable[Problem]) -> list[Problem]:
    """The same problems, of which none offers a copy of a file that has one which no copy mends: the help of that one
    stands there. of_file: where those are looked for."""
    found = list(problems)
    first = next((each for each in of_file if each.code in NO_COPY_MENDS), None)
    if first is None:
        return found
    vain = " ".join(_FIT) + " "
    return [each._replace(help=first.help) if each.help.startswith(vain) else each for each in found]


def strict(problems: Iterable[Problem]) -> list[Problem]:
    """Every warning, and the notes about text that is more than text, as errors."""
    return [
        problem._replace(severity=Severity.ERROR)
        if problem.severity is Severity.WARNING or problem.code in RAISED_BY_STRICT
        else problem
        for problem in problems
    ]


def worst(problems: Iterable[Problem]) -> Severity | None:
    """The gravest severity, or None where nothing is said."""
    return max((problem.severity for problem in problems), key=lambda severity: severity.rank, default=None)


def help_for_unread(why: str, path: bytes | None = None) -> str:
    """What to do about a file that could not be looked at. why: the words of `places.safe_open`, or others. path: where
    it was looked for, if a person named it: of one that is not there, the neighbour is told that was meant."""
    known = _HELP.get(why, BY_HAND)
    if path is None or known != _NOT_THERE:
        return known
    from occ_media_cli.report.meant import file_meant
    from occ_media_cli.report.words import question

    near = file_meant(os.fsdecode(path))
    return known if near is None else f"{known}{question(near)}"


BY_HAND = "look at it by hand before anyone opens it"
"""What to do about a file, or a part of one, that no program could look at."""

_NOT_THERE = "check the path"

_HELP = {
    "permission denied": "make it readable for yourself, then check again",
    "there is no such file": _NOT_THERE,
    "it is a symbolic link, which is not followed": "give the file that it points to",
    "it is a folder": "give it as a path of its own",
    "it is a FIFO": "give a regular file",
    "it is a socket": "give a regular file",
    "it is a device": "give a regular file",
}
