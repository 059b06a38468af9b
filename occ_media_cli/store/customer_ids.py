"""How one customer's id is read: the forms of a text by which two ways to write one person are known for one.

The canonical form is what SQL can say too (`store.migrations.m0009_people`). The bare form is what Python alone can
say: it knows the digits and the spaces of all scripts. `store.persons` keeps, for every id that is in the store and has
two forms, whose it is, so that the views know it as well.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

SEPARATORS = (
    "whatsapp:", "tel:", "+", " ", "\t", "-", ".", "(", ")", "[", "]",
    "\u00a0", "\u202f",  # no-break spaces
    "\u2010", "\u2011", "\u2012", "\u2013", "\u2212",  # hyphens, dashes and the minus sign
    "\u200e", "\u202a", "\u202c", "\u2066", "\u2069",  # marks of direction that phones put around copied numbers
)  # fmt: skip
"""What people and programs write into a telephone number beside its digits."""

FEWEST, MOST = 7, 15
"""Digits of a telephone number: an id such as `12-34` is none, and E.164 has no longer ones."""

_ASCII = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DIGITS = "0123456789"

SEPARATING = "+()[]./_,- \t\n\r\v\f\u2212\u00b7\u2022\u2044\u2215"
"""What may stand between the digits of a number, once a text is plain."""

_UNWRITTEN = frozenset("\u2800\u3164\u034f\ufe0e\ufe0f\u20e3")
"""Blanks that count as letters or marks, and what makes a digit a key on a screen; nobody sees them either."""

_SCHEME = re.compile(
    r"(?:tel|callto|sms|smsto|mms|mmsto|imessage|facetime|facetime-audio|whatsapp|wa|sip|sips|mailto|viber|signal|skype)"
    r"\s*:(?://)?(?:(?:send|chat|add)/?\?(?:[^?#]*&)?(?:phone|number)=)?",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:wa\.me/|signal\.me/#p/|(?:(?:api|web|www|chat)\.)?whatsapp\.com/send/?\?(?:[^?#]*&)?phone=)",
    re.IGNORECASE,
)
"""Pages that open a chat with a number."""
_NAMED = re.compile(r"[^<>]*<([^<>]*[@0-9][^<>]*)>")
"""`Rosa <rosa@example.com>`, as mail programs write a person."""
_QUOTES = {
    '"': '"', "'": "'", "`": "`", "<": ">", "(": ")", "[": "]",
    "\u201c": "\u201d", "\u201e": "\u201c", "\u2018": "\u2019", "\u00ab": "\u00bb", "\u2039": "\u203a",
}  # fmt: skip
"""What may stand around an id, and its end."""
_AT_END = ".,; \t\r\n\v\f\x1c\x1d\x1e\x1f"
"""What ends a sentence or stands between ids of a list."""
_PARAMETERS = re.compile(r"(?:;(?:[a-z][a-z0-9-]*(?:=[^;]*)?)?)+\Z", re.IGNORECASE)
_CONTEXT = re.compile(r";phone-context=([^;]*)", re.IGNORECASE)
"""What RFC 3966 lets stand behind a number, and the number that a local one goes on from."""
_WHATSAPP = re.compile(r"(?<=\d)(?::\d{1,3})?@(?:s\.whatsapp\.net|c\.us)\Z", re.IGNORECASE)
_TRUNK = re.compile(r"(?<=[0-9])([^0-9()]*)\(([^0-9()]*)0([^0-9()]*)\)")
"""`(0)` behind the code of a country: it is dialled within the country alone."""


def canonical_customer(text: str) -> str:
    """The form of a customer's id by which people are matched; the text as it is where it is no number and no address.

    A telephone number of 7 to 15 digits is its digits, however it is grouped, with or without `+`, `tel:` or
    `whatsapp:`; `00` before a number stands for `+`. An e-mail address is folded to lower case, without spaces around
    it. Letters other than A to Z are left alone. The view `entry` says the same in SQL.
    """
    if _whole(text) and not _prefixed(text):
        return text
    trimmed = text.strip(" ")
    if "@" in trimmed[1:-1]:
        return trimmed.translate(_ASCII)
    bare = text.translate(_ASCII)
    for separator in SEPARATORS:
        bare = bare.replace(separator, "")
    if _whole(bare):
        if _prefixed(bare) and FEWEST <= len(bare) - 2 <= MOST:
            return bare[2:]
        if FEWEST <= len(bare) <= MOST:
            return bare
    return text


def _whole(text: str) -> bool:
    """Whether a text has no character that is not a digit."""
    return not text.strip(_DIGITS)


def _prefixed(text: str) -> bool:
    return text.startswith("00") and text[2:3] in tuple(_DIGITS[1:])


class _Plain(dict[int, str]):
    """For `str.translate`: a digit of any script as one of ASCII, one kind of space and of dash, nothing unseen."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        digit, kind = unicodedata.decimal(letter, None), unicodedata.category(letter)
        if digit is not None:
            plain = str(digit)
        elif kind == "Cf" or letter in _UNWRITTEN:
            plain = ""
        else:
            plain = " " if kind in ("Zs", "Zl", "Zp") else "-" if kind == "Pd" else letter
        self[code] = plain
        return plain


_PLAIN = _Plain()
_STRANGE = re.compile("[^\\x00-\\x9f\\xa1-\\xac\\xae-\\u02ff\\u0370-\\u052f]")
"""All but the letters of Latin, Greek and Cyrillic: only of such does `_PLAIN` change anything."""

_SQUEEZE = str.maketrans("", "", SEPARATING)


def plain_text(text: str) -> str:
    """A text as people read it: digits, spaces, dashes and letters of one kind, and no characters that nobody sees."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_PLAIN) if _STRANGE.search(text) else text)


def squeeze(plain: str) -> str:
    """A plain text without what may stand between digits."""
    return plain.translate(_SQUEEZE)


def without_trunk(text: str) -> str:
    """A text of the same length, with a blank in the place of the 0 of `+49 (0) 151`: nobody dials it from abroad."""
    return _TRUNK.sub(lambda found: f"{found[1]}({found[2]} {found[3]})", text) if "(" in text else text


@lru_cache(maxsize=4096)
def bare_form(text: str) -> str:
    """The form of an id without everything in which programs and people differ, whoever wrote it.

    A telephone number is its digits, whatever their script and whatever spaces, dashes, points, strokes, commas and
    characters that nobody sees stand between them, without `(0)`, `tel:`, `whatsapp:` and the like,
    `@s.whatsapp.net` and `@c.us`, and without what a link has behind it. An e-mail address is without `mailto:`,
    percent signs, unseen characters and a point at its end, in lower case. Both are without quotes and brackets around
    them, and without the name before them. Every other id is in NFC; `@lid` is one, whose digits are no telephone
    number.
    """
    plain, linked = _unwrapped(plain_text(unquote(text) if "%" in text else text).strip())
    number = canonical_customer(squeeze(without_trunk(_dialled(plain, linked=linked))))
    if is_number(number):
        return number
    if linked:
        plain = plain.partition("?")[0]
    mail = plain.rstrip(_AT_END)
    if "@" in mail[1:-1]:
        return canonical_customer(mail)
    return unicodedata.normalize("NFC", text)


def _unwrapped(plain: str) -> tuple[str, bool]:
    """A plain text without what stands around an id, and whether that was a link."""
    linked, before = False, ""
    while plain != before:
        before = plain
        if (named := _NAMED.fullmatch(plain)) is not None:
            plain = named[1]
        elif len(plain) > 2 and _QUOTES.get(plain[0]) == plain[-1]:
            plain = plain[1:-1]
        elif (link := _LINK.match(plain) or _SCHEME.match(plain)) is not None:
            plain, linked = plain[link.end() :], True
        plain = plain.strip().rstrip(_AT_END)
    return plain, linked


def _dialled(plain: str, *, linked: bool) -> str:
    """What of an id may be a number: without what a link, WhatsApp and RFC 3966 write behind one."""
    if linked:
        plain = re.split("[?#&]", plain, maxsplit=1)[0]
    number = _PARAMETERS.sub("", plain)
    behind = plain[len(number) :]
    if (context := _CONTEXT.search(behind)) is not None and not number.lstrip().startswith("+"):
        number = f"{context[1]}{number}"  # of a domain, the digits are no telephone number, and so is this text
    if linked and ";user=phone" in behind.lower():
        number = number.partition("@")[0]
    number = _WHATSAPP.sub("", number)
    return number.partition(":")[0] if linked else number


def is_number(form: str) -> bool:
    """Whether a form is that of a telephone number."""
    return FEWEST <= len(form) <= MOST and form.isascii() and form.isdigit()


@lru_cache(maxsize=20_000)
def forms_of_id(text: str) -> frozenset[str]:
    """The forms of one id, the canonical and the bare one; two ids that share one are the same person's."""
    form = canonical_customer(text)
    return frozenset((form,)) if form == text and is_number(form) else frozenset((form, bare_form(text)))


def has_two_forms(text: str) -> bool:
    """Whether the bare form of an id is another one than the canonical form, which SQL knows."""
    return len(forms_of_id(text)) > 1
