"""Seeded mutations of files: what a transfer, a broken program or an attacker does to bytes."""

from __future__ import annotations

from random import Random

_NUMBERS = (
    b"\0",
    b"\xff",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x80\0\0\0",
    b"\1\0\0\0",
)
_WORDS = (
    b"PK\5\6",
    b"%%EOF",
    b"moov",
    b"mdat",
    b"ftyp",
    b"OggS",
    b"\xff\xd8\xff",
    b"\xff\xd9",
    b"IEND",
    b"\xff\xfb\x90",
    b"<html>",
    b"startxref",
    b"ID3",
)


def mutated(random: Random, seeds: list[bytes]) -> bytes:
    """A seed with one to eight mutations."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(data) + 1)
        match random.randrange(9):
            case 0 if data:
                data[at % len(data)] ^= 1 << random.randrange(8)
            case 1:
                data[at : at + random.randint(1, 8)] = random.randbytes(random.randint(1, 8))
            case 2:
                del data[at : at + random.randint(1, 64)]
            case 3:
                number = random.choice(_NUMBERS)
                data[at : at + len(number)] = number
            case 4:
                data[at:at] = random.choice(_WORDS)
            case 5:
                other = random.choice(seeds)
                begin = random.randrange(len(other) + 1)
                data[at:at] = other[begin : begin + random.randint(1, 512)]
            case 6 if random.random() < 0.3:
                del data[at:]
            case 7:
                piece = data[at : at + random.randint(1, 128)]
                data[at:at] = piece * random.randint(1, 20)
            case _ if len(data) < 200_000:
                data += random.choice(seeds)[: random.randint(1, 400)]
    return bytes(data)
