"""Words by which documents are marked as not for everybody, in several languages, and where they count as a marking.

`confidential` inside of a sentence is prose. A marking stands alone on its line, in large letters, or behind a word
such as "Classification:".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from occ_media_cli.safety.sensitive.codes import Confidence
from occ_media_cli.safety.sensitive.sighting import Sighting

WORDS: tuple[str, ...] = (
    # English
    "strictly confidential", "highly confidential", "company confidential", "confidential", "top secret", "secret",
    "restricted", "internal use only", "for internal use", "internal only", "not for distribution",
    "proprietary and confidential", "commercial in confidence", "attorney-client privileged", "official-sensitive",
    "do not distribute", "eyes only",
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
    return tuple(sorted({each.lower() for each in words if each.strip()}, key=lambda each: (-len(each), each)))


def find_class_words(text: str, words: Sequence[str] | None = None) -> Iterator[Sighting]:
    """Every marking of a text, in order: high behind "Classification:" or alone on its line, medium in large letters,
    and nothing for a word in a sentence. A word of the operator's own list in a sentence is low.

    words: those of the operator, at most `MOST_WORDS`; None for those built in.
    """
    own = words is not None
    lower = text.lower()
    chosen = _in_order(WORDS if words is None else tuple(words[:MOST_WORDS]))
    present = tuple(each for each in chosen if each.split(None, 1)[0] in lower)
    if not present:
        return
    searched = lower if len(lower) == len(text) else text
    for match in _pattern(present).finditer(searched):
        start, end = match.span()
        if start and (text[start - 1].isalnum()):
            continue
        confidence = _confidence(text, start, end, own=own)
        if confidence is not None:
            yield Sighting(start, end, confidence, " ".join(match.group().lower().split()), match.group().lower())


def _confidence(text: str, start: int, end: int, *, own: bool) -> Confidence | None:
    before = text[max(0, start - _REACH) : start]
    last = before.rstrip(_DRESS)[-1:]
    if not last.isalnum() and (_LEADS.search(before) is not None or _is_alone(text, start, end)):
        return "high"
    if text[start:end].isupper() and not _is_in_capitals(text, start, end):
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


def _is_in_capitals(text: str, start: int, end: int) -> bool:
    """Whether the words around are in large letters too, as in headings, where a word in them marks nothing."""
    return text[max(0, start - _REACH) : start].isupper() or text[end : end + _REACH].isupper()
