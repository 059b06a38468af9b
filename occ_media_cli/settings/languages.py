"""Language tags as BCP 47 shapes them, with the two-letter languages that are registered.

A tag that no reader knows would hide its text for good: `German` was once taken, and no message in `de` ever found it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_TWO_LETTERS = (
    " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw"
    " ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt"
    " my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm"
    " sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh"
    " zu "
)
"""The languages of ISO 639-1. Those with a code of three letters alone are too many to carry; its shape must do."""

_SHORTER = (
    "aar aa abk ab afr af aka ak alb sq amh am ara ar arg an arm hy asm as ava av ave ae aym ay aze az bak ba bam"
    " bm baq eu bel be ben bn bih bh bis bi bod bo bos bs bre br bul bg bur my cat ca ces cs cha ch che ce chi zh"
    " chu cu chv cv cor kw cos co cre cr cym cy cze cs dan da deu de div dv dut nl dzo dz ell el eng en epo eo est"
    " et eus eu ewe ee fao fo fas fa fij fj fin fi fra fr fre fr fry fy ful ff geo ka ger de gla gd gle ga glg gl"
    " glv gv gre el grn gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr hun hu hye hy ibo ig ice is ido"
    " io iii ii iku iu ile ie ina ia ind id ipk ik isl is ita it jav jv jpn ja kal kl kan kn kas ks kat ka kau kr"
    " kaz kk khm km kik ki kin rw kir ky kom kv kon kg kor ko kua kj kur ku lao lo lat la lav lv lim li lin ln lit"
    " lt ltz lb lub lu lug lg mac mk mah mh mal ml mao mi mar mr may ms mkd mk mlg mg mlt mt mon mn mri mi msa ms"
    " mya my nau na nav nv nbl nr nde nd ndo ng nep ne nld nl nno nn nob nb nor no nya ny oci oc oji oj ori or orm"
    " om oss os pan pa per fa pli pi pol pl por pt pus ps que qu roh rm ron ro rum ro run rn rus ru sag sg san sa"
    " sin si slk sk slo sk slv sl sme se smo sm sna sn snd sd som so sot st spa es sqi sq srd sc srp sr ssw ss sun"
    " su swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tib bo tir ti ton to tsn tn tso ts tuk tk"
    " tur tr twi tw uig ug ukr uk urd ur uzb uz ven ve vie vi vol vo wel cy wln wa wol wo xho xh yid yi yor yo zha"
    " za zho zh zul zu"
)
"""Codes of three letters for languages that have one of two, behind each: a tag has the shorter one."""

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
    if match is None or (len(match[1]) == 2 and f" {match[1].lower()} " not in _TWO_LETTERS) or _shorter(match[1]):
        raise ValueError(f"'{tag}' is not a language tag such as ar or pt-BR")
    return tag


def _shorter(language: str) -> str | None:
    words = _SHORTER.split() if len(language) == 3 else []
    codes = dict(zip(words[::2], words[1::2], strict=True))
    return codes.get(language.lower())


def choose_language(tag: str | None, there: Collection[str]) -> str | None:
    """The language of those that are there in which somebody is answered who asks for one; None for the main text.

    The same one, else what it is a kind of (`pt` for `pt-BR`, as RFC 4647 looks up), else the only kind of it.
    """
    if not tag or not there:
        return None
    by_word = {other.casefold(): other for other in there}
    wanted = tag.replace("_", "-").casefold()
    parts = wanted.split("-")
    for length in range(len(parts), 0, -1):
        found = by_word.get("-".join(parts[:length]))
        if found is not None:
            return found
    kinds = [other for word, other in by_word.items() if word.startswith(f"{wanted}-")]
    return kinds[0] if len(kinds) == 1 else None


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
    language, dash, rest = found.partition("-")
    found = f"{_shorter(language) or language}{dash}{rest}"
    try:
        return check_language(found) if found != tag else None
    except ValueError:
        return None
