"""Which of a few words a mistyped one stands for, by what people mean by it before what its letters are near to.

The one home of that question, for options, arguments and documents alike: `no` is nearer to `on` than to `off`, and
`not send` to `send`, so a guess by letters alone would tell people to do the opposite of what they want. Where nothing
tells, nothing is guessed: then an error offers every word.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path

from occ_media_cli.report.words import is_numbered_apart, is_one_letter_away, nearest, or_words, question

YES = frozenset(
    [
        "yes", "y", "yep", "yeah", "true", "t", "1", "on", "enable", "enabled", "allow", "allowed", "active", "always",
        "ja", "j", "an", "ein", "wahr", "oui", "vrai", "o.k", "ok", "activé", "sí", "si", "s", "sim",
        "activado", "verdadero", "да", "вкл", "истина", "はい", "オン", "有効", "نعم", "تشغيل", "tak", "ano", "igen",
        "kyllä", "evet", "hai", "是", "是的", "예", "네", "sì", "ναι", "हाँ",
    ]
)  # fmt: skip
NO = frozenset(
    [
        "no", "n", "nope", "nah", "false", "f", "0", "off", "disable", "disabled", "deny", "denied", "none",
        "never", "nothing", "inactive", "nein", "aus", "falsch", "kein", "keine", "non", "faux", "désactivé",
        "nee", "não", "nao", "nada", "ninguno", "desactivado", "falso", "нет", "выкл", "ложь", "いいえ", "オフ",
        "無効", "لا", "إيقاف", "nie", "ne", "nem", "ei", "hayır", "否", "不", "不是", "아니요", "아니오", "όχι", "नहीं",
    ]
)  # fmt: skip
"""Words that people write for on and off in several languages. They are no values; what is meant is told by them."""

_NEGATIVE = frozenset(("off", "never", "none", "no"))
"""Words of a set that say no."""

_NOT = frozenset(
    [
        "not", "no", "non", "nor", "never", "without", "dont", "don't", "nicht", "kein", "keine", "ohne", "pas",
        "sin", "sans", "не", "нет",
    ]
)  # fmt: skip
"""Words that turn round what stands beside them."""

_GLUED = ("not", "non", "no", "un", "dis")

_OTHER_WORDS = {
    "send": ("out", "outgoing", "outbound", "sent", "agent", "agents"),
    "receive": ("in", "incoming", "inbound", "customer", "customers"),
    "image": ("photo", "photos", "picture", "pictures", "pic"),
    "audio": ("sound", "voice", "music"),
    "video": ("movie", "film"),
    "markdown": ("md",),
    "ndjson": ("jsonl", "jsonlines"),
    "xlsx": ("excel", "xls"),
    "table": ("text", "txt"),
    "none": ("unlimited", "no limit", "infinite", "infinity", "endless"),
}
"""What else the words of our sets are called."""

_MANY = 4
"""More words than this are listed; fewer are each written out as they are to be typed."""


def choices_meant(word: str, choices: Sequence[str]) -> tuple[str, ...]:
    """The words of a set that a mistyped one may stand for, in the order of the set; empty where nothing tells."""
    plain = unicodedata.normalize("NFKC", word).strip().strip(".,;:!?\"'。！")
    said = " ".join(re.split(r"[\s_-]+", plain.casefold().strip("-_ ")))
    found = _by_meaning(said, choices)
    if found is None:
        found = _by_letters(said, word.strip(), choices)
    return tuple(each for each in choices if each in found)


def _by_meaning(said: str, choices: Sequence[str]) -> frozenset[str] | None:
    """What the words mean, whatever their letters; None where they mean nothing that is known."""
    plain = {each.casefold().replace("-", " "): each for each in choices}
    if said in plain:
        return frozenset((plain[said],))
    called = frozenset(each for each in choices if said in _OTHER_WORDS.get(each, ()))
    if called:
        return called
    negative = _NEGATIVE.intersection(choices)
    if said in NO:
        return negative
    if said in YES:
        return frozenset(choices) - negative if negative else frozenset()
    glued = (said.removeprefix(prefix) for prefix in _GLUED if said.startswith(prefix))
    denied = next((rest for rest in glued if rest in plain), None)
    if denied is not None:
        return _others(denied, choices)
    own = nearest(said.replace(" ", "-"), [each for each in choices if each.partition("-")[0] in _NOT and "-" in each])
    if own is not None:  # a word of ours that begins with `not-` denies nothing
        return frozenset((own,))
    first, _, rest = said.partition(" ")
    if rest and first in _NOT:
        return _others(rest, choices)
    before, _, last = said.rpartition(" ")
    return _others(before, choices) if before and last in _NOT else None


def _others(said: str, choices: Sequence[str]) -> frozenset[str]:
    """What is left when some of the words are denied; nothing where that says nothing."""
    denied = frozenset(choices_meant(said, choices))
    return frozenset(choices) - denied if denied else frozenset()


def _by_letters(said: str, word: str, choices: Sequence[str]) -> frozenset[str]:
    if len(said) < 2:  # one letter is near to everything
        return frozenset()
    near = nearest(word, choices) or nearest(said, choices)
    if near is not None:
        return frozenset((near,))
    begun = frozenset(each for each in choices if each.casefold().startswith(said) or said in each.split("-"))
    if begun:  # or a part of its own: `send` of `cannot-send`
        return begun
    stems = {each: each.casefold()[: -1 if len(each) > 5 else None] for each in choices if len(each) > 3}
    longer = frozenset(each for each, stem in stems.items() if said.startswith(stem))
    if longer:  # `sending`, `receiving`
        return longer
    negative = _NEGATIVE.intersection(choices)
    if negative and len(said) > 3:
        slip = nearest(said, (other for other in (*YES, *NO) if len(other) > 2))
        if slip is not None:
            return _by_meaning(slip, choices) or frozenset()
    return frozenset()


_OTHER_ENDINGS = frozenset(
    ["jsonl", "json5", "jsonc", "jsonld", "htm", "shtml", "xhtml", "xls", "xlsm", "xlsb", "xltx", "yaml", "cs", "ts"]
)
"""Endings of other kinds of file that are near to ours, and no slips."""

_SHORT_ENDING = 3


def endings_meant(name: str, endings: Sequence[str], *, capitals: bool = False) -> tuple[str, ...]:
    """The name with each ending that a mistyped one may stand for: `x.csv` for `x.cvs`; none where it is no slip.

    Of a short ending letters in another order are one, a letter twice, and of three letters one too few: `.tsv` and
    `.db3` are no `.csv` and `.db`. endings: with their dots. capitals: whether those are a slip too.
    """
    stem, dot, last = name.rpartition(".")
    if not stem or not dot or name in endings or last.casefold() in _OTHER_ENDINGS:
        return ()
    said = last.casefold()
    if f".{said}" in endings:
        return (f"{stem}.{said}",) if capitals else ()
    return tuple(f"{stem}{each}" for each in endings if _is_slip_of_ending(said, each[1:]))


def _is_slip_of_ending(said: str, ending: str) -> bool:
    if sorted(said) == sorted(ending):
        return True
    if not is_one_letter_away(said, ending):
        return False
    return (
        len(ending) > _SHORT_ENDING
        or (len(said) < len(ending) == _SHORT_ENDING)
        or (len(said) > len(ending) and any(first == second for first, second in pairwise(said)))
    )


def file_meant(path: str) -> str | None:
    """The one file or folder beside a path that is not there whose name is one slip away; None where there is none."""
    place = Path(path)
    try:
        names = [each.name for each in islice(place.parent.iterdir(), _MOST_BESIDE)]
    except (OSError, ValueError):
        return None
    near = [
        name for name in names
        if len(name) >= _SHORTEST_NAME and is_one_letter_away(place.name, name)
        and not is_numbered_apart(place.name, name)
    ]  # fmt: skip
    return os.path.join(os.path.dirname(path), near[0]) if len(near) == 1 else None  # noqa: PTH118, PTH120  # as typed


_MOST_BESIDE = 10_000
_SHORTEST_NAME = 4


def offer(found: Sequence[str], lead: str = "") -> str:
    """Help that says what to write: each word behind its lead, an option or `key = `; many words behind one."""
    if len(found) > _MANY:
        return f"write {lead}one of {or_words(found)}"
    return f"write {' or '.join(lead + each for each in found)}"


def is_none_of(choices: Sequence[str]) -> str:
    """`is neither on nor off`, or `is none of a, b, c`."""
    return f"is neither {choices[0]} nor {choices[1]}" if len(choices) == 2 else f"is none of {', '.join(choices)}"


def refuse_other_words(word: str, what: str, choices: Sequence[str]) -> None:
    """UsageError, with the words that may be meant, for one that is not among a few."""
    if word in choices:
        return
    from occ_media_cli.errors import UsageError

    found = choices_meant(word, choices)
    raise UsageError(f"{what} '{word}' {is_none_of(choices)}{question(*found)}", hint=offer(found or choices))
