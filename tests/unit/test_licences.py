"""The table of licences says what each extra brings."""

from __future__ import annotations

import pytest

from tools import licences

pytestmark = pytest.mark.no_cover


def test_the_page_says_what_the_packages_say() -> None:
    assert licences.wrong_rows(licences.PAGE.read_text()) == []


def test_every_direct_requirement_of_every_extra_has_a_row() -> None:
    page = licences.rows_of_page(licences.PAGE.read_text())
    for extra, some in licences.extras().items():
        for requirement in some:
            assert extra in page[licences.plain_name(requirement.name)][2].split(", "), requirement


@pytest.mark.parametrize("line", ["| `pikepdf` | MIT |", "| `nothing` | MIT |"])
def test_a_row_that_is_wrong_is_told(line: str) -> None:
    text = licences.PAGE.read_text().replace("| `pikepdf` | MPL-2.0 |", line)
    assert any("pikepdf" in each for each in licences.wrong_rows(text))


def test_no_licence_of_the_gpl_is_among_them() -> None:
    strong = [row for row in licences.rows().values() if "GPL" in row[0].replace("LGPL", "")]
    assert strong == []
