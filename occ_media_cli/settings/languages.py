"""Language tags as BCP 47 shapes them, with the two-letter languages that are registered.

A tag that no reader knows would hide its text for good: `German` was once taken, and no message in `de` ever found it.
"""

from __future__ import annotations

import re

_TWO_LETTERS = (
    " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw"
    " ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt"
    " my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm"
    " sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh"
    " zu "
)
"""The languages of ISO 639-1. Those of three letters are too many to carry; their shape must do."""

_TAG = (
    r"([A-Za-z]{2,3})(-[A-Za-z]{3}){0,3}"  # the language, and what extends it
    r"(-[A-Za-z]{4})?"  # the script
    r"(-(?:[A-Za-z]{2}|[0-9]{3}))?"  # the region
    r"(-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"  # variants
    r"(-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"  # extensions
    r"(-[Xx](?:-[A-Za-z0-9]{1,8})+)?"  # private use
)

LONGEST_TAG = 35
"""Characters of the longest tag that RFC 5646 asks programs to take."""


def check_language(tag: str) -> str:
    """A language tag such as `ar` or `pt-BR`, as it is; ValueError, in words for people, for anything else."""
    match = re.fullmatch(_TAG, tag, re.ASCII) if len(tag) <= LONGEST_TAG else None
    if match is None or (len(match[1]) == 2 and f" {match[1].lower()} " not in _TWO_LETTERS):
        raise ValueError(f"'{tag}' is not a language tag such as ar or pt-BR")
    return tag


_CALLED = {
    "ar": "arabic عربي", "zh": "chinese 中文", "cs": "czech čeština", "da": "danish dansk",
    "de": "german deutsch ger deu", "el": "greek", "en": "english eng", "es": "spanish español espanol spa",
    "fa": "persian farsi", "fi": "finnish suomi", "fr": "french français francais fra fre", "he": "hebrew",
    "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian italiano ita", "ja": "japanese 日本語 jp",
    "ko": "korean", "nb": "norwegian norsk", "nl": "dutch nederlands", "pl": "polish polski",
    "pt": "portuguese português portugues por", "ro": "romanian", "ru": "russian русский rus",
    "sv": "swedish svenska", "th": "thai", "tr": "turkish türkçe", "uk": "ukrainian", "ur": "urdu",
    "vi": "vietnamese",
}  # fmt: skip
"""What people call languages: their English and own names, and codes of other lists."""


def language_meant(tag: str) -> str | None:
    """The tag that was meant by one written in another way: `pt-BR` for `pt_BR` and `pt_BR.UTF-8`, `de` for `German`;
    None where nothing tells."""
    plain = tag.strip().partition(".")[0].partition("@")[0].replace("_", "-").replace(" ", "-")
    said = plain.casefold()
    found = next((code for code, names in _CALLED.items() if said in names.split()), plain)
    try:
        return check_language(found) if found != tag else None
    except ValueError:
        return None
