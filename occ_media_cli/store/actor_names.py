"""Names of people as a person reads them: which are read alike, and which may be read as another one.

A name is what somebody types, so it proves nothing alone; what is here only sees to it that one name is not taken for
two, and that none is made to be mistaken for another.
"""

from __future__ import annotations

from occ_media_cli.errors import Refused

_ALIKE = (
    "LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "TIFINAGH", "DESERET", "OSAGE", "CANADIAN",
    "CARIAN", "LYCIAN", "LYDIAN", "GOTHIC",
)  # fmt: skip
"""Scripts with letters that look like those of another of them, as Latin and Cyrillic `a` do, Latin and Greek `o`."""

_SMALL = str.maketrans("аеіјорсѕухԁһԛԝкмтӏοανικρυτ", "aeijopcsyxdhqwkmtloavikput")  # that they look alike is the point
_LARGE = str.maketrans("АВЕЅІЈКМНОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTXYABEZHIKMNOPTYX")
"""What a person reads where a whole name is written in Cyrillic or Greek letters that look like Latin ones."""


def fold_name(name: str) -> str:
    """A name in the form in which two that stand for one person are equal: letter case, width, spaces and what is
    invisible make no second person."""
    import unicodedata

    return " ".join(unicodedata.normalize("NFKC", _shown(name).casefold()).split())


def _shown(name: str) -> str:
    import unicodedata

    return "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")


def are_read_alike(one: str, other: str) -> bool:
    """Whether a person reads two names as one: in the letters in which they are written, or folded."""
    return not _readings(one).isdisjoint(_readings(other))


def _readings(name: str) -> set[str]:
    """What a name may be read as. Some letters look like another script's as capitals alone, others when small."""
    return {fold_name(name).translate(_SMALL), fold_name(_shown(name).translate(_LARGE)).translate(_SMALL)}


def refuse_unclear_name(name: str, what: str) -> None:
    """Refused for a name that mixes scripts whose letters look alike, or that shows nothing.

    `sam` with a Cyrillic letter in the middle reads like `sam`, and would be a second person beside it. what: what the
    name is of, for the error.
    """
    if name.isascii() and name.strip():
        return
    scripts = {script for letter in fold_name(name) if (script := _script(letter)) is not None}
    if len(scripts) > 1:
        mixed = " and ".join(sorted(script.capitalize() for script in scripts))
        raise Refused(
            f"{what} {name!a} mixes {mixed} letters, which look alike; nothing was changed",
            hint="write the name in letters of one script",
        )
    if not fold_name(name):
        raise Refused(f"{what} {name!a} shows nothing; nothing was changed", hint="give a name")


def _script(letter: str) -> str | None:
    import unicodedata

    first = unicodedata.name(letter, "").split(" ")[0]
    return first if first in _ALIKE else None
