"""What coarse pseudonyms leave, and what a page says of the others."""

from __future__ import annotations

import re
from pathlib import Path

from occ_media_cli.audit.pseudonyms import veil
from occ_media_cli.audit.reports import TABLES
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.pseudonyms.hidden_ledgers import EXACT, bytes_of, exact


def test_coarse_pseudonyms_leave_nothing_that_finds_a_file_again(
    run: Run, ledger: Ledger, key: Path, tmp_path: Path
) -> None:
    exact(ledger)
    asked = ("--pseudonymise", "--key-file", str(key))
    file = tmp_path / "b.zip"
    run("audit", "--bundle", str(file))
    assert all(value in bytes_of(file).decode() for value in EXACT[:2])
    run("audit", *asked, "--coarse", "--bundle", str(file))
    texts = bytes_of(file).decode()
    assert [value for value in EXACT if value in texts] == []
    assert veil.from_file(str(key)).name("content", EXACT[0]) in texts  # one content stays one
    assert "2026-02-03T10:00:00.000Z" in texts
    assert run("audit", "verify", str(file))[0] == 0
    for format_name in ("table", "json", "csv", "html", "markdown", "sarif"):
        for command in (("audit",), *(("report", name) for name in TABLES)):
            if command == ("audit",) or format_name != "sarif":
                out = run(*command, *asked, "--coarse", "--format", format_name)[1]
                assert [value for value in EXACT if value in out] == [], (command, format_name)


def test_the_page_says_what_finds_somebody_again(run: Run, ledger: Ledger, key: Path) -> None:
    exact(ledger)
    page = run("audit", "--pseudonymise", "--key-file", str(key), "--format", "html")[1]
    assert "sha256 and md5, sizes, and times to the millisecond" in re.sub(r"<[^>]*>", "", page).replace("\xa0", " ")
    page = run("audit", "--pseudonymise", "--coarse", "--key-file", str(key), "--format", "html")[1]
    assert "may still single out somebody" in page
    code, _, err = run("audit", "--coarse")
    assert (code, "--pseudonymise" in err) == (2, True)
