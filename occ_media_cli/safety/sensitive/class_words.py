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


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted({each.casefold() for each in words if each.strip()}, key=lambda each: (-len(each), each))
    spaced = (r"[ \t\u00a0]{1,3}".join(re.escape(word) for word in each.split()) for each in longest)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(spaced)})(?![^\W_])", re.IGNORECASE)


def find_class_words(text: str, words: Sequence[str] | None = None) -> Iterator[Sighting]:
    """Every marking of a text, in order: high behind "Classification:" or alone on its line, medium in large letters,
    and nothing for a word in a sentence. A word of the operator's own list in a sentence is low.

    words: those of the operator, at most `MOST_WORDS`; None for those built in.
    """
    own = words is not None
    chosen = tuple(words)[:MOST_WORDS] if words is not None else WORDS
    if not any(each.strip() for each in chosen):
        return
    for match in _pattern(chosen).finditer(text):
        start, end = match.span()
        confidence = _confidence(text, start, end, own=own)
        if confidence is not None:
            yield Sighting(start, end, confidence, " ".join(match.group().casefold().split()), match.group())


def _confidence(text: str, start: int, end: int, *, own: bool) -> Confidence | None:
    if _LEADS.search(text[max(0, start - _REACH) : start]) is not None:
        return "high"
    begin = max(
        text.rfind("\n", max(0, start - _LONGEST_LINE), start), text.rfind("\t", max(0, start - _LONGEST_LINE), start)
    )
    behind = min((at for at in (text.find(sign, end, end + _LONGEST_LINE) for sign in "\n\t") if at >= 0), default=-1)
    begun = begin >= 0 or start <= _LONGEST_LINE
    ended = behind >= 0 or len(text) - end <= _LONGEST_LINE
    before = text[begin + 1 if begin >= 0 else max(0, start - _LONGEST_LINE) : start]
    after = text[end : behind if behind >= 0 else end + _LONGEST_LINE]
    if begun and ended and _ALONE.fullmatch(before) and _ALONE.fullmatch(after):
        return "high"
    word = text[start:end]
    if word.isupper() and not (before.isupper() or after.isupper()):
        return "medium"
    return "low" if own else None
