"""Words in other alphabets in the headers of mails (RFC 2047), also where the standard has none, and charsets by the
names that programs give them."""

from __future__ import annotations

import binascii

_LONGEST_WORD = 4_096
"""Letters of one word that are looked at; the standard has 75."""

_CHARSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-8-i": "iso-8859-8", "unicode-1-1-utf-7": "utf-7", "x-mac-roman": "mac-roman", "cp-850": "cp850",
    "x-gbk": "gb18030", "utf8mb4": "utf-8",
}  # fmt: skip
"""Names that mean a larger set of signs than the one of that name in Python, or none there."""


def text_of(value: bytes) -> str:
    """The text of a header: UTF-8, else Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def decode_words(text: str) -> str:
    """A text with its encoded words (RFC 2047) decoded, also those in quotes, and those that part a sign in two."""
    if "=?" not in text:
        return text
    found: list[str] = []
    charset, waiting = "", b""  # what neighbours of one charset hold is decoded together
    at = 0
    while (begin := text.find("=?", at)) >= 0:
        word = _word_at(text, begin)
        if word is None:
            found.append(decode_bytes(waiting, charset) + text[at : begin + 2])
            charset, waiting, at = "", b"", begin + 2
            continue
        own, content, end = word
        between = text[at:begin]
        if between.strip() or not charset or own != charset:
            found.append(decode_bytes(waiting, charset))
            waiting = b""
            if between.strip() or not charset:
                found.append(between)
        charset, waiting, at = own, waiting + content, end
    return "".join([*found, decode_bytes(waiting, charset), text[at:]])


def _word_at(text: str, begin: int) -> tuple[str, bytes, int] | None:
    """The charset, the bytes and the end of an encoded word that begins here."""
    parts = text[begin + 2 : begin + 64].split("?", 2)
    if len(parts) < 3 or not parts[0] or " " in parts[0] or parts[1] not in ("B", "b", "Q", "q"):
        return None
    start = begin + 2 + len(parts[0]) + 3
    end = text.find("?=", start, start + _LONGEST_WORD)
    if end < 0:
        return None
    content = text[start:end]
    charset = parts[0].partition("*")[0].lower()
    if parts[1] in "Bb":
        return charset, loose_base64(content.encode("ascii", "ignore")), end + 2
    return charset, binascii.a2b_qp(content.encode("utf-8", "replace"), header=True), end + 2


def loose_base64(letters: bytes) -> bytes:
    """The bytes of base64 without what does not belong there, and without its padding."""
    letters = letters.translate(None, NOT_BASE64 + b"=")
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


NOT_BASE64 = bytes(
    sign for sign in range(256) if not (chr(sign).isascii() and chr(sign).isalnum()) and sign not in b"+/="
)
"""Every byte that means nothing in base64."""


def decode_bytes(content: bytes, charset: str) -> str:
    """Bytes as the text that they are in a charset by its name in lower case, which may be of no charset."""
    if not content:
        return ""
    for own in (_CHARSETS.get(charset, charset), charset):
        try:
            return content.decode(own)
        except (LookupError, ValueError):  # no such charset, or bytes that are none of it
            continue
    if charset in ("utf-8", "utf8", "us-ascii", "ascii"):
        return text_of(content) if charset.endswith("ascii") else content.decode("utf-8", "replace")
    try:
        return content.decode(_CHARSETS.get(charset, charset), "replace")
    except (LookupError, ValueError):
        return text_of(content)
