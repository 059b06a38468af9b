"""Words by which documents are marked as not for everybody, in several languages, and where they count as a marking.

`confidential` inside of a sentence is prose. A marking stands alone on its line, in large letters, or behind a word
such as "Classification:".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from occ_media_cli.safety.sensitive.codes import Confidence
from occ_media_cli.safety.sensitive.digits import normalise_letters
from occ_media_cli.safety.sensitive.sighting import Sighting

WORDS: tuple[str, ...] = (
    # English
    "strictly confidential", "highly confidential", "company confidential", "confidential", "top secret", "secret",
    "restricted", "internal use only", "for internal use", "internal only", "not for distribution",
    "proprietary and confidential", "commercial in confidence", "attorney-client privileged", "official-sensitive",
    "do not distribute", "eyes only", "private and confidential", "private & confidential", "personal and confidential",
    # German
    "streng vertraulich", "vertraulich", "streng geheim", "geheim", "nur für den dienstgebrauch", "nur intern",
    "nur für den internen gebrauch", "verschlusssache",
    # French
    "strictement confidentiel", "confidentiel", "très secret", "secret défense", "diffusion restreinte",
    "usage interne", "ne pas diffuser",
    # Spanish and Portuguese
    "estrictamente confidencial", "confidencial", "altamente confidencial", "uso interno", "alto secreto", "secreto",
    "difusión limitada", "estritamente confidencial", "sigiloso", "ultrassecreto",
    # Italian
    "strettamente riservato", "riservato", "confidenziale", "segretissimo", "ad uso interno",
    # Dutch, Danish, Swedish, Norwegian, Finnish
    "strikt vertrouwelijk", "vertrouwelijk", "alleen voor intern gebruik", "fortroligt", "hemlig", "konfidentiellt",
    "fortrolig", "strengt fortrolig", "luottamuksellinen", "salainen",
    # Polish, Czech, Romanian, Turkish
    "poufne", "ściśle tajne", "do użytku wewnętrznego", "důvěrné", "přísně tajné", "strict secret",
    "gizlidir", "çok gizli", "gizli", "hizmete özel",
    # Russian, Ukrainian, Greek
    "строго конфиденциально", "конфиденциально", "совершенно секретно", "секретно", "для служебного пользования",
    "конфіденційно", "εμπιστευτικό", "απόρρητο",
    # Arabic, Hebrew, Persian, Urdu
    "سري للغاية", "سري", "سرّي", "للاستخدام الداخلي", "للاستخدام الداخلي فقط", "محدود التداول", "סודי ביותר", "סודי",
    "محرمانه", "خفیہ",
    # Hindi, Chinese, Japanese, Korean, Vietnamese, Indonesian, Thai
    "गोपनीय", "机密", "機密", "绝密", "内部资料", "社外秘", "極秘", "部外秘", "대외비",
    "기밀", "mật", "tuyệt mật", "rahasia", "ลับ",
)  # fmt: skip
"""The words that are looked for where the operator has no list of their own, in small letters."""

_BEHIND_LEADS = ("internal", "intern", "interne", "interno", "interna", "private", "privat", "sensitive", "internt")
"""Words that mark a document only behind "Classification:"."""

_LEADS = re.compile(
    r"(?:classif\w*|sensitivity|marking|handling|label|tlp|distribution|klassifi\w*|einstufung|vertraulichkeit\w*"
    r"|clasificaci[oó]n|classificazione|classifica[cç][aã]o|гриф|التصنيف|تصنيف|密级|密級)"
    r"(?:\s+level)?\s*[:=\-–—]\s*[\"'\[(*]?\s*$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[\s\W_]*", re.UNICODE)
_REACH = 40
_LONGEST_LINE = 80
MOST_WORDS = 1_000


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    spaced = (r"[ \t\u00a0]{1,3}".join(map(re.escape, each.split())) for each in words)
    return re.compile(rf"(?:{'|'.join(spaced)})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=8)
def _in_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """The longest first, so that "strictly confidential" is one marking."""
    small = {_in_small(normalise_letters(each)) for each in words if each.strip()}
    return tuple(sorted(small, key=lambda each: (-len(each), each)))


def find_class_words(text: str, words: Sequence[str] | None = None) -> Iterator[Sighting]:
    """Every marking of a text, in order: high behind "Classification:" or alone on its line, medium in large letters,
    and nothing for a word in a sentence. A word of the operator's own list in a sentence is low.

    words: those of the operator, at most `MOST_WORDS`; None for those built in.
    """
    own = words is not None
    lower = _in_small(text)
    chosen = _in_order(WORDS if words is None else tuple(words[:MOST_WORDS]))
    if not own:
        chosen = (*chosen, *_BEHIND_LEADS)
    present = tuple(each for each in chosen if each.split(None, 1)[0] in lower)
    if not present:
        return
    searched = lower if len(lower) == len(text) else text
    for match in _pattern(present).finditer(searched):
        start, end = match.span()
        if start and (text[start - 1].isalnum()):
            continue
        behind_lead = not own and match.group().lower() in _BEHIND_LEADS
        if behind_lead and _LEADS.search(text[max(0, start - _REACH) : start]) is None:
            continue
        confidence = _confidence(text, start, end, own=own)
        if confidence is not None:
            yield Sighting(start, end, confidence, " ".join(match.group().lower().split()), match.group().lower())


def _confidence(text: str, start: int, end: int, *, own: bool) -> Confidence | None:
    before = text[max(0, start - _REACH) : start]
    last = before.rstrip(_DRESS)[-1:]
    if not last.isalnum() and (_LEADS.search(before) is not None or _is_alone(text, start, end)):
        return "high"
    beside = _beside(text, start, end)
    if beside is not None:
        return beside
    if text[start:end].isupper() and (_is_sure(text, start, end) or not _is_in_capitals(text, start, end)):
        return "medium"
    return "low" if own else None


_DRESS = " \t\u00a0\"'([*"


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but signs stands on the line, or in the cell, beside it."""
    begin = max(text.rfind(sign, max(0, start - _LONGEST_LINE), start) for sign in "\n\t")
    ends = [at for at in (text.find(sign, end, end + _LONGEST_LINE) for sign in "\n\t") if at >= 0]
    if (begin < 0 and start > _LONGEST_LINE) or (not ends and len(text) - end > _LONGEST_LINE):
        return False
    before, after = text[begin + 1 : start], text[end : min(ends, default=len(text))]
    return _ALONE.fullmatch(before) is not None and _ALONE.fullmatch(after) is not None


_SIGNS = re.compile(r"\s+[-/]+\s+|[|·•–—:()\[\]]+|\s{3,}")
"""What parts a marking from a page's number, a name or a second marking on its line."""
_COMPANIONS = frozenset((
    "draft", "document", "copy", "version", "final", "page", "data", "information", "report", "file", "material",
    "entwurf", "dokument", "unterlage", "projet", "brouillon", "documento", "borrador", "rascunho", "bozza", "concept",
    "utkast", "luonnos", "projekt", "belge", "taslak", "проект", "документ", "έγγραφο", "this", "is", "dieses", "ist",
    "este", "es", "é", "ce", "est", "questo", "è", "dit",
))  # fmt: skip
"""Words that stand beside a marking and say only what is marked."""
_SURE = ("confid", "vertraul", "vertrouw", "конфіден", "конфиден", "fortrol", "konfiden", "luottamuks", "poufn")
_MOST_BESIDE = 3


def _is_sure(text: str, start: int, end: int) -> bool:
    """Whether a word means nothing but a marking, unlike "secret" and "restricted", which name many things."""
    word = text[start:end].lower()
    return any(each in word for each in _SURE)


def _beside(text: str, start: int, end: int) -> Confidence | None:
    """The confidence of a marking with other words on its short line: high as a piece of its own (`Page 1 | Secret`),
    with words that say what is marked (`CONFIDENTIAL DRAFT`), or with a name where it cannot be anything else
    (`ACME Confidential - Internal`); None for what is a sentence."""
    begin = max(text.rfind(sign, max(0, start - _LONGEST_LINE), start) for sign in "\n\t") + 1
    stop = min((at for at in (text.find(sign, end, end + _LONGEST_LINE) for sign in "\n\t") if at >= 0), default=-1)
    if (not begin and start > _LONGEST_LINE) or (stop < 0 and len(text) - end > _LONGEST_LINE):
        return None
    stop = len(text) if stop < 0 else stop
    line = text[begin:stop]
    if stop - begin > _LONGEST_LINE or line.rstrip().endswith((",", ";")):
        return None
    before = _SIGNS.split(text[begin:start])[-1]
    after = _SIGNS.split(text[end:stop])[0]
    words = _WORD.findall(f"{before} {after}")
    if not words:
        return "high" if text[start].isupper() or text[start].lower() == text[start].upper() else None
    if all(each.lower() in _COMPANIONS for each in words):
        return "high"
    if len(words) > _MOST_BESIDE or not text[start].isupper() or line.rstrip().endswith("."):
        return None
    if not all(each[0].isupper() or each.isdigit() for each in words):
        return None
    several = len(before) < start - begin or len(after) < stop - end
    return "high" if several and _is_sure(text, start, end) else "medium" if _is_sure(text, start, end) else None


_WORD = re.compile(r"[^\W_]+")


def _in_small(text: str) -> str:
    """In small letters, the Turkish capital with its dot as one letter."""
    return text.replace("\u0130", "i").lower()


def _is_in_capitals(text: str, start: int, end: int) -> bool:
    """Whether the words around are in large letters too, as in headings, where a word in them marks nothing."""
    return text[max(0, start - _REACH) : start].isupper() or text[end : end + _REACH].isupper()
