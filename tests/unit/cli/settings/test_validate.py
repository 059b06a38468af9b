"""`validate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Run = Any  # the fixture `occ` of conftest.py

WRONG = '[inboxes.vip]\nrecieve = true\nsend = "of"\n[agents.x]\nrole = "boss"\n'


def test_a_valid_document_needs_no_store(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[inboxes.vip]\n[agents.x]\nrole = 'agent'\n")
    assert occ("validate", "s.toml", store="none.db").out == "s.toml is valid: 1 inbox, 1 agent\n"
    assert not (tmp_path / "none.db").exists()


def test_every_error_has_its_line_and_its_fix(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(WRONG)
    rows = occ("validate", "s.toml", code=20).out.splitlines()
    assert rows[1] == "s.toml:2  inbox 'vip': unknown key 'recieve', did you mean 'receive'?"
    assert [row.split()[0] for row in rows[1:6:2]] == ["s.toml:2", "s.toml:3", "s.toml:5"]
    assert rows[4].strip() == "help: write send = false"
    assert rows[-1] == "s.toml: 3 errors"
    found = json.loads(occ("validate", "s.toml", "--format", "json", code=20).out)
    assert (found["valid"], [error["line"] for error in found["errors"]]) == (False, [2, 3, 5])
    results = json.loads(occ("validate", "s.toml", "--format", "sarif", code=20).out)["runs"][0]["results"]
    lines = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results]
    assert lines == [2, 3, 5]
    assert "file=s.toml,line=3," in occ("validate", "s.toml", "-f", "github", code=20).out


def test_a_store_that_is_a_document(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml")
    assert "s.toml is valid" in occ("validate", "s.toml", store="s.toml").out
    (tmp_path / "s.toml").write_text(WRONG)
    assert "s.toml: 3 errors" in occ("validate", "s.toml", store="s.toml", code=20).out


def test_inboxes_of_the_store_may_be_named(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    (tmp_path / "s.toml").write_text("[agents.x]\nrole = 'agent'\ninboxes = ['vip']\n")
    assert "is valid" in occ("validate", "s.toml", store="s.db").out
    assert "no inbox 'vip'" in occ("validate", "s.toml", store="other.db", code=20).out


def test_what_cannot_be_read(occ: Run) -> None:
    assert "no such file" in occ("validate", "no.toml", code=3).err
