"""Sizes of which some are unknown: never read as nothing, by people or by programs."""

from __future__ import annotations

import pytest

from occ_media_cli.report import known_sizes


@pytest.mark.parametrize(
    ("size", "files", "without", "program", "people"),
    [
        (0, 0, 0, 0, "0 files, 0 bytes"),
        (1_200, 3, 0, 1_200, "3 files, 1.2 kB"),
        (1_200, 3, 1, 1_200, "3 files, 1.2 kB and 1 of unknown size"),
        (0, 3, 2, 0, "3 files, 0 bytes and 2 of unknown size"),
        (0, 1, 1, None, "1 file of unknown size"),
    ],
)
def test_what_is_known_is_said_and_what_is_not(
    size: int, files: int, without: int, program: int | None, people: str
) -> None:
    assert known_sizes.known_bytes(size, files, without) == program
    assert known_sizes.files_and_size(size, files, without) == people


def test_a_cell_is_a_number_only_where_it_is_all() -> None:
    assert known_sizes.size_cell(1_200, 0) == 1_200
    assert known_sizes.size_cell(1_200, 2_000) == "1.2 kB and 2,000 of unknown size"
    assert known_sizes.size_cell(None, 1) == known_sizes.UNKNOWN
