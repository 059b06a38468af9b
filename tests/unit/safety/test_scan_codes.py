"""The codes of a scan in the program and on its page are the same, and each belongs to one family."""

from __future__ import annotations

from pathlib import Path

from occ_media_cli.media.codes import CODES as OF_CHECKS
from occ_media_cli.safety.codes import CODES, FAMILIES, family_of

PAGE = Path(__file__).parents[3] / "docs" / "scanning.md"


def rows() -> list[str]:
    return [
        f"| `{code}` | {about.severity} | {family_of(code) if family_of(code) != code else '-'} | {about.title} |"
        f" {about.fix or '-'} |"
        for code, about in CODES.items()
    ]


def test_the_page_lists_every_code() -> None:
    table = PAGE.read_text("utf-8").split("<!-- scan codes -->\n")[1].split("<!-- end -->")[0].splitlines()
    assert table[2:] == rows(), "\n".join(rows())


def test_what_a_check_is_told_is_a_code_of_checks() -> None:
    assert set(FAMILIES) <= set(OF_CHECKS)
    assert {family_of(code) for code in CODES} <= {*OF_CHECKS, "not-stripped"}
