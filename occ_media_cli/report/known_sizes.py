"""Sizes of files of which some are on record without one, for people and for programs."""

from __future__ import annotations

from occ_media_cli.report import words

UNKNOWN = "unknown"
"""What a page says of a size that is not on record, where programs read null."""


def known_bytes(size: int, files: int, without: int) -> int | None:
    """The bytes of some files as far as they are known, None where no size is. without: files of unknown size."""
    return None if without and without >= files else size


def known_size(number: int | None, without: int = 0) -> str:
    """`1.2 kB`, `1.2 kB and 2 of unknown size`, or `unknown`: of bytes as `known_bytes` has them."""
    if number is None:
        return UNKNOWN
    return f"{words.size(number)} and {words.count(without)} of unknown size" if without else words.size(number)


def size_cell(number: int | None, without: int) -> int | str:
    """A cell of a table for people: the bytes, or in words what of them is known."""
    return known_size(number, without) if number is None or without else number


def files_and_size(size: int, files: int, without: int) -> str:
    """`3 files, 1.2 kB`, `3 files, 1.2 kB and 1 of unknown size`, or `3 files of unknown size`."""
    known = known_bytes(size, files, without)
    many = words.plural(files, "file")
    return f"{many} of unknown size" if known is None else f"{many}, {known_size(known, without)}"
