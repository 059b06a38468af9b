from __future__ import annotations

import re
from pathlib import Path

from occ_media_cli.report.formats import NAMES, github, junit, sarif, xlsx
from occ_media_cli.report.formats.web import tables

TEXT = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")


def test_every_format_has_its_row_in_the_order_of_the_list() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == NAMES


def test_the_limits_are_those_of_the_program() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", TEXT, re.MULTILINE))
    limits = {
        "html": tables.MOST_ROWS,
        "sarif": sarif.MOST_RESULTS,
        "junit": junit.MOST_CASES,
        "github": github.MOST_FINDINGS,
        "xlsx": xlsx.MOST_ROWS,
    }
    for name, limit in limits.items():
        assert f"at most {limit:,}" in rows[name]
    assert f"{junit.MOST_BYTES // 1_000_000} MB" in rows["junit"]
