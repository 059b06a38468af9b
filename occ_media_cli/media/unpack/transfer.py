"""Undoing what a mail's transfer encoding did to the bytes of a part, piece by piece, so that any length is fine."""

from __future__ import annotations

import binascii
from typing import Protocol

from occ_media_cli.media.unpack.encoded_words import NOT_BASE64
from occ_media_cli.media.unpack.uuencoded import decode_line

_AS_IT_IS = frozenset((
    "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "none", "us-ascii", "ascii", "utf-8", "utf8",
    "iso-8859-1",
))  # fmt: skip
"""What leaves bytes as they are, the wrong words for it among them that programs write."""

_UU = frozenset(("x-uuencode", "uuencode", "x-uue", "uue"))


class Decoder(Protocol):
    """Takes the encoded bytes of one part. odd: they are not what the encoding allows, so that programs differ."""

    odd: bool

    @property
    def instead(self) -> bytes | None:
        """At the end: the bytes of the part where what was decoded is nothing, None otherwise."""
        ...

    def feed(self, piece: bytes) -> bytes:
        """The decoded bytes that a further piece brings."""
        ...

    def end(self) -> bytes:
        """What is left at the end."""
        ...


def decoder_of(transfer: str) -> Decoder | None:
    """What undoes an encoding by its word in lower case; None for one that nothing here undoes."""
    if transfer in _AS_IT_IS:
        return _Plain()
    if transfer in ("base64", "base-64", "x-base64"):
        return _Base64()
    if transfer in ("quoted-printable", "quotedprintable"):
        return _Quoted()
    return _Uuencoded() if transfer in _UU else None


class _Plain:
    odd, instead = False, None

    def feed(self, piece: bytes) -> bytes:
        return piece

    def end(self) -> bytes:
        return b""


class _Base64:
    """Stray signs are passed over, and padding ends it, as in every program of note; what follows the end is odd.

    Letters of which the last one is alone are no base64: some are missing, and nobody can tell where. Then the part is
    its letters, as it would be without an encoding; of a long one, what was decoded stays.
    """

    _kept = 1 << 20

    def __init__(self) -> None:
        self.odd = False
        self.instead: bytes | None = None
        self._letters: list[bytes] | None = []
        self._length = self._pads = 0
        self._rest = b""
        self._is_over = False

    def feed(self, piece: bytes) -> bytes:
        self._length += len(piece)
        if self._letters is not None and self._length <= self._kept:
            self._letters.append(piece)
        else:
            self._letters = None
        letters = piece.translate(None, NOT_BASE64)
        if not self.odd and len(letters) != len(piece.translate(None, b"\r\n \t")):
            self.odd = True
        if self._is_over:
            self.odd = self.odd or bool(letters.strip(b"="))
            return b""
        found, length = [self._rest], len(self._rest)
        runs = letters.split(b"=")
        for number, run in enumerate(runs):
            if run:
                self.odd = self.odd or self._pads > 0
                self._pads = 0
                found.append(run)
                length += len(run)
            if number == len(runs) - 1:
                break
            self._pads += 1
            if length % 4 >= 2 and length % 4 + self._pads >= 4:
                self._is_over, self._rest = True, b""
                self.odd = self.odd or any(runs[number + 1 :])
                return binascii.a2b_base64(b"".join(found) + b"=" * (4 - length % 4))
            self.odd = self.odd or length % 4 < 2
        letters = b"".join(found)
        whole = len(letters) & ~3
        self._rest = letters[whole:]
        return binascii.a2b_base64(letters[:whole])

    def end(self) -> bytes:
        letters = self._rest
        if letters:
            self.odd = True  # the padding is missing, or a part of a sign is left over
        if len(letters) == 1:
            letters = b""
            self.instead = b"".join(self._letters).translate(None, b"\r\n") if self._letters is not None else None
        self._rest = b""
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)) if letters else b""


class _Quoted:
    """Whole lines at once, since each stands for itself."""

    odd, instead = False, None
    _longest = 1 << 16

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> bytes:
        data = self._rest + piece
        end = data.rfind(b"\n") + 1
        if not end and len(data) > self._longest:
            mark = data.rfind(b"=", len(data) - 3)
            end = mark if mark >= 0 else len(data)
        self._rest = data[end:]
        return binascii.a2b_qp(data[:end])

    def end(self) -> bytes:
        rest, self._rest = self._rest, b""
        return binascii.a2b_qp(rest)


class _Uuencoded:
    """The lines between `begin` and `end`."""

    instead = None

    def __init__(self) -> None:
        self.odd = False
        self._rest = b""
        self._begun = self._is_over = False

    def feed(self, piece: bytes) -> bytes:
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()[:1_000_000]
        return b"".join(map(self._line, lines))

    def end(self) -> bytes:
        rest, self._rest = self._rest, b""
        return self._line(rest) if rest else b""

    def _line(self, line: bytes) -> bytes:
        line = line.rstrip(b"\r")
        if not self._begun:
            self._begun = line.startswith(b"begin ")
            return b""
        if self._is_over or not line:
            return b""
        if line == b"end":
            self._is_over = True
            return b""
        content = decode_line(line)
        self.odd = self.odd or content is None
        return content or b""
