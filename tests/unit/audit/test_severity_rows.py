"""Every page of an audit has a row for each severity of a rule, and its rows add up to its headline."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import ledger as store_of

Counted = Counter[tuple[str, str]]

OWN = """-- id: {id}
-- severity: note
-- title: Mine.
-- why: Because.
-- fix: Stop.
-- message: {{name}} is large
SELECT inbox, seq, name, CASE WHEN size > 80 THEN 'error' WHEN size > 40 THEN 'warning' ELSE 'note' END AS severity
FROM entry
"""

MISMATCHES: list[dict[str, Any]] = [
    {"name": "a.jpg", "detected": "png", "size": 3, "direction": "receive"},
    {"name": "a.jpg", "declared": "image/png", "size": 3, "direction": "receive"},
]


def told(out: str, pattern: str) -> Counted:
    """Severity and rule of each row that a pattern finds, with its count."""
    found: Counted = Counter()
    for severity, rule, count in re.findall(pattern, out, re.MULTILINE):
        assert (severity, rule) not in found
        found[severity, rule] = int(count.replace(",", ""))
    return found


ROWS = {
    "table": r"^(error|warning|note) +([a-z0-9-]+) +([0-9,]+)  ",
    "markdown": r"^\| (error|warning|note) \| `([a-z0-9-]+)` \| ([0-9,]+) \|",
    "html": r'class="state">(?:<strong[^>]*>)?(error|warning|note)(?:</strong>)?</td><td role="cell" data-label="Rule"'
    r'[^>]*>([a-z0-9-]+)</td><td role="cell" data-label="Findings" class="n">([0-9,]+)<',
}
HEADINGS = {
    "table": r"^(error|warning|note) ([a-z0-9-]+): ([0-9,]+) ",
    "markdown": r"^#### ([a-z0-9-]+): ([0-9,]+) .*\n\n\*{0,2}(error|warning|note)\b",
    "html": r"<h3[^>]*>([a-z0-9-]+): ([0-9,]+)\s[^<]*</h3>\s*<p>(?:<[^>]*>)*(error|warning|note)\b",
}


@pytest.mark.parametrize("form", list(ROWS))
@pytest.mark.parametrize(
    "asked",
    [[], ["--rule", "type-mismatch"], ["--rule", "own-one.sql", "--rule", "own-two.sql", "--rule", "type-mismatch"]],
)
def test_rows_headings_and_headline_are_those_of_the_findings(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, form: str, asked: list[str]
) -> None:
    rows = [*MISMATCHES, *({"name": f"{n}.pdf", "size": n, "direction": "send"} for n in range(3, 100, 7))]
    store = store_of(tmp_path, run, rows)
    monkeypatch.chdir(tmp_path)
    for name in ("own-one", "own-two"):
        Path(f"{name}.sql").write_text(OWN.format(id=name))
    command = [*store, "--now", "2026-03-01", "audit", *asked]
    document = json.loads(run(*command, "--format", "json")[1])
    counted: Counted = Counter(
        (found["severity"], found["rule"]) for found in document["findings"] if found["suppressed"] is None
    )
    assert {("error", "type-mismatch"), ("warning", "type-mismatch")} <= set(counted)
    out = run(*command, "--format", form)[1]
    assert told(out, ROWS[form]) == counted
    by = Counter[str]()
    for (severity, _), count in counted.items():
        by[severity] += count
    said = ", ".join(f"{by[name]} {name}{'' if by[name] == 1 else 's'}" for name in ("error", "warning", "note"))
    assert said in out
    assert all(document["summary"][name] == by[name] for name in ("error", "warning", "note"))
    headings = re.findall(HEADINGS[form], out, re.MULTILINE)
    found = {tuple(parts) if form == "table" else (parts[2], parts[0], parts[1]) for parts in headings}
    wanted = {(severity, rule, str(count)) for (severity, rule), count in counted.items()}
    assert found == (wanted if asked or form != "table" else {row for row in wanted if row[0] != "note"})
