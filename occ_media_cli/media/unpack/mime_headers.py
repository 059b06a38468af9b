"""The headers of a mail and of its parts: fields, types with their parameters, words in other alphabets, file names.

What people send follows RFC 2045, 2047, 2183 and 2231 by and large. Where it does not, the reading is taken that keeps
a name and a type rather than the one that loses them: a field that is there twice, a value without quotes, a word that
was encoded where none may be.
Every look at a header is linear in its length.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from occ_media_cli.media.file_names import bare_name
from occ_media_cli.media.unpack.encoded_words import decode_bytes, decode_words, text_of

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_AT_START = re.compile(rb"[A-Za-z][\w-]{0,40}\*?\d{0,4}\*?=")
_TYPE = re.compile(r"\s*\"?([\w!#$&^.+-]{1,127})\s*/\s*([\w!#$&^.+-]{1,127})", re.ASCII)
_PIECE = re.compile(r"([^*]+)\*(?:(\d{1,4})(\*)?)?", re.ASCII)
_CLOSING = re.compile(r'"(?=\s*(?:;|\Z))')
_KNOWN = frozenset((
    "from", "to", "cc", "bcc", "date", "subject", "message-id", "received", "return-path", "delivered-to", "reply-to",
    "sender", "mime-version", "envelope-to", "x-original-to", "in-reply-to", "references", "resent-from",
))  # fmt: skip
_LONGEST_NAME = 4_096
"""Letters of a name that are looked at; file systems hold 255 bytes."""

_LONGEST_VALUE = 65_536
"""Letters of a field that are looked at for parameters."""


class Value(NamedTuple):
    """A field with parameters. word: what stands first, in lower case. parameters: as written, names in lower case."""

    word: str
    parameters: tuple[tuple[str, str], ...]

    def parameter(self, name: str) -> str | None:
        """A parameter in any of the forms of RFC 2231: whole, in pieces, encoded or plain; None where it is missing."""
        plain: str | None = None
        pieces: dict[int, tuple[str, bool]] = {}
        for key, value in self.parameters:
            if key == name:
                plain = plain or value
                continue
            match = _PIECE.fullmatch(key)
            if match is None or match[1] != name:
                continue
            if match[2] is None:
                return _extended([(value, True)])
            pieces.setdefault(int(match[2]), (value, match[3] is not None))
        if pieces and min(pieces) <= 1:
            ordered, number = [], min(pieces)
            while number in pieces:  # a gap ends it: what stands behind may belong to anything
                ordered.append(pieces[number])
                number += 1
            return _extended(ordered)
        return plain


class Headers:
    """The fields of a mail or of a part, in their order, each unfolded.

    odd: programs may read them differently: a line is no field, or stands where none may.
    """

    def __init__(self) -> None:
        self._fields: list[tuple[str, bytearray]] = []
        self.odd = False

    def add_line(self, line: bytes) -> bool:
        """Take one more line; False where it is no field, and no part of one."""
        if line[:1] in (b" ", b"\t"):
            if self._fields:
                self._fields[-1][1].extend(b" " + line.strip(b" \t\r\n"))
            else:
                self.odd = True
            return True
        if self._fields and self._fields[-1][1].endswith(b";") and _AT_START.match(line) is not None:
            self.odd = True  # a parameter in a line of its own, without the blank that should stand before it
            self._fields[-1][1].extend(b" " + line.strip(b" \t\r\n"))
            return True
        match = _FIELD.match(line)
        if match is None:
            return False
        self._fields.append((match[1].decode("ascii").lower(), bytearray(line[match.end() :].strip(b" \t\r\n"))))
        return True

    @property
    def are_of_mail(self) -> bool:
        """Whether there is a field among them that mails have."""
        return any(name in _KNOWN or name.startswith(("content-", "x-")) for name, _ in self._fields)

    def all(self, name: str) -> list[str]:
        """The values of all fields of a name, which is in lower case; encoded words are left as they are."""
        return [text_of(bytes(value)) for own, value in self._fields if own == name]

    def first(self, name: str) -> str | None:
        """The value of the first field of a name that has one."""
        return next((value for value in self.all(name) if value), None)

    def has(self, name: str) -> bool:
        """Whether there is a field of a name, be it empty."""
        return any(own == name for own, _ in self._fields)

    @property
    def media_type(self) -> Value | None:
        """The Content-Type: `text/plain` with its parameters."""
        found = [each for each in self._types() if each.word]
        if len(found) > 1:  # of several, the one that has parts: some programs show them
            found.sort(key=lambda each: not (each.word.startswith("multipart/") and each.parameter("boundary")))
        return found[0] if found else None

    @property
    def has_two_types(self) -> bool:
        """Whether programs may take it for two things, by two fields that differ."""
        return len({each.word for each in self._types() if each.word}) > 1

    @property
    def disposition(self) -> str | None:
        """`attachment` or `inline`; a word that nobody knows is an attachment (RFC 2183). None where nothing says."""
        words = [each.word for each in self._dispositions() if each.word]
        if not words:
            return None
        return "inline" if all(word == "inline" for word in words) else "attachment"

    @property
    def transfer(self) -> str:
        """The word of Content-Transfer-Encoding in lower case; empty where there is none."""
        return (self.first("content-transfer-encoding") or "").partition(";")[0].strip(" \t\"'").lower()

    @property
    def file_name(self) -> str | None:
        """The last part of the name that the sender gave a file, without control characters; None for none."""
        stated = [(each, "filename") for each in self._dispositions()] + [(each, "name") for each in self._types()]
        for value, parameter in stated:
            found = value.parameter(parameter)
            name = clean_name(found) if found is not None else None
            if name is not None:
                return name
        return None

    def _types(self) -> list[Value]:
        """Every Content-Type; without a word where it states none, which may have a name all the same."""
        found = []
        for text in self.all("content-type"):
            match = _TYPE.match(text)
            word = f"{match[1]}/{match[2]}".lower() if match is not None else ""
            rest = text[match.end() :] if match is not None else text.partition(";")[2]
            found.append(Value(word, tuple(_parameters(rest))))
        return found

    def _dispositions(self) -> list[Value]:
        found = []
        for text in self.all("content-disposition"):
            word, _, rest = text.partition(";")
            if "=" in word:
                word, rest = "", text
            found.append(Value(word.strip(" \t\"'").lower(), tuple(_parameters(rest))))
        return found


def clean_name(name: str) -> str | None:
    """The name of a file as a header states it, its encoded words decoded; None where no name is left."""
    return bare_name(decode_words(name[:_LONGEST_NAME]).encode("utf-8", "replace").decode("utf-8"))


def _extended(pieces: list[tuple[str, bool]]) -> str:
    """The text of RFC 2231: encoded pieces begin with a charset and a language, plain ones may stand among them."""
    first, is_encoded = pieces[0]
    charset = ""
    if is_encoded and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
        pieces = [(first, True), *pieces[1:]]
    if not any(encoded for _, encoded in pieces):
        return "".join(value for value, _ in pieces)
    content = b"".join(
        unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace") for value, encoded in pieces
    )
    return decode_bytes(content, charset.strip().lower()) if charset.strip() else text_of(content)


def _parameters(text: str) -> list[tuple[str, str]]:
    """`a=b; c="d;e"`: the parameters behind a value, whatever their quotes look like."""
    text = text[:_LONGEST_VALUE]
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        if text[at] in "; \t":
            at += 1
            continue
        end = _end_of_name(text, at)
        key = text[at:end].strip().lower()
        if end >= len(text) or text[end] == ";":
            at = end + 1
            continue
        at = end + 1
        while at < len(text) and text[at] in " \t":
            at += 1
        if text[at : at + 1] == '"':
            value, at = _quoted(text, at + 1)
        else:
            end = text.find(";", at)
            end = len(text) if end < 0 else end
            value, at = text[at:end].strip(), end
        found.append((key, value))
    return found


def _end_of_name(text: str, at: int) -> int:
    ends = [end for end in (text.find("=", at), text.find(";", at)) if end >= 0]
    return min(ends, default=len(text))


def _quoted(text: str, at: int) -> tuple[str, int]:
    """A quoted value and where it ends: at a quote that a semicolon follows, since names hold quotes of their own."""
    begin = at
    while (match := _CLOSING.search(text, at)) is not None:
        backslashes = match.start() - len(text[begin : match.start()].rstrip("\\")) - begin
        if backslashes % 2 == 0 or match.end() >= len(text.rstrip()):
            return _unescaped(text[begin : match.start()]), match.end()
        at = match.end()
    end = text.find('"', begin)
    if end < 0:
        return _unescaped(text[begin:]), len(text)
    rest = text.find(";", end)
    return _unescaped(text[begin:end]), len(text) if rest < 0 else rest


def _unescaped(value: str) -> str:
    """Only a quote and a backslash are escaped: a path of Windows stands there as it is."""
    return re.sub(r'\\(["\\])', r"\1", value)
