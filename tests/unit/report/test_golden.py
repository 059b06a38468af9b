"""What each format looks like, byte by byte. `OCC_MEDIA_GOLDEN=write` writes the files anew; read them before a commit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli import __version__
from occ_media_cli.report.formats import NAMES, render
from occ_media_cli.report.formats.screen import Screen
from tests.unit.report.pages import audit_page
from tests.unit.report.samples import audit

FOLDER = Path(__file__).parents[2] / "golden" / "report"

HOSTILE = "=a\x1b[31m<b>|`\u202e\n::x,\u65e5"

CASES = {
    **{name: (name, Screen(), HOSTILE) for name in NAMES if name not in {"xlsx", "html"}},
    "html": ("html", Screen(), None),
    "table-page": ("table", Screen(), None),
    "table-terminal": ("table", Screen(terminal=True, color=True, width=80), None),
    "table-terminal-40": ("table", Screen(terminal=True, width=40), HOSTILE),
    "markdown-page": ("markdown", Screen(), None),
    **{
        f"screen-{width}{'-color' if color else ''}": ("table", Screen(terminal=True, color=color, width=width), None)
        for width in (60, 80, 120, 200)
        for color in (False, True)
    },
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    format_name, screen, value = CASES[name]
    report = audit_page() if value is None else audit(value)
    made = b"".join(render(report, format_name, screen)).replace(__version__.encode(), b"VERSION")
    file = FOLDER / f"{name}.golden"
    if os.environ.get("OCC_MEDIA_GOLDEN") == "write":
        file.write_bytes(made)
    assert made.decode() == file.read_bytes().decode()
