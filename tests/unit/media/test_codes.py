"""The problem codes in the program, in the contract and in the document are the same."""

from __future__ import annotations

import re
from pathlib import Path

from occ_media_cli.media.codes import CODES

DOCS = Path(__file__).parents[3] / "docs"


def rows() -> list[str]:
    return [f"| `{code}` | {about.severity} | {about.title} | {about.fix or '-'} |" for code, about in CODES.items()]


def test_the_document_lists_every_code() -> None:
    text = (DOCS / "checking.md").read_text()
    table = text.split("<!-- problems -->\n")[1].split("<!-- end -->")[0].splitlines()
    assert table[2:] == rows(), "\n".join(rows())


def test_the_contract_has_the_same_severities() -> None:
    text = (DOCS / "contracts.md").read_text()
    section = text[text.index("## 5. ") : text.index("## 6. ")]
    for severity in ("error", "warning", "note"):
        row = next(line for line in section.splitlines() if line.startswith(f"| {severity} |"))
        stated = set(re.findall(r"`([a-z0-9-]+)`", row))
        ours = {code for code, about in CODES.items() if about.severity == severity}
        assert stated - ours <= {"trailing-data"}, stated - ours
