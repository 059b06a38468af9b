"""A period against the one before, counted by hand."""

from __future__ import annotations

import json

import pytest

from occ_media_cli.audit import ask
from occ_media_cli.audit.audit_scope import AuditScope
from tests.unit.audit.build import Ledger, Run, T

MARCH = ("--since", "2026-03-01", "--until", "2026-04-01")


def filled(ledger: Ledger) -> None:
    """One error of two entries in February, three of four in March, one warning in each; kept past their retention."""
    ledger.inbox("vip", "2026-01-01", receive=False, message="call us")
    ledger.section("retention", [{"remove_after": "30d"}])
    for day in ("2026-02-03", "2026-03-03", "2026-03-04", "2026-03-05"):
        ledger.entry("vip", day)
    for day in ("2026-02-04", "2026-03-06"):
        ledger.entry("vip", day, direction="send", declared="image/jpeg")


def test_the_period_before_is_as_long_and_ends_where_this_begins(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    document = json.loads(run("audit", *MARCH, "--compare", "previous", "--format", "json")[1])
    before = document["compare"]
    assert before["window"] == {"since": "2026-01-29T00:00:00.000Z", "until": "2026-03-01T00:00:00.000Z", "zone": "UTC"}
    assert (before["entries"], before["incomplete"], document["entries"]) == (2, False, 4)
    assert [(part["error"], part["suppressed"]) for part in (before, document["summary"])] == [(1, 0), (3, 0)]
    rows = [
        {row["rule"]: (row["error"], row["judged"]) for row in part["by_rule"]}
        for part in (before, document["summary"])
    ]
    assert [part["received-while-off"] for part in rows] == [(1, 1), (3, 3)]
    assert json.loads(run("audit", *MARCH, "--format", "json")[1])["compare"] is None


def test_pages_show_the_differences(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    out = run("audit", *MARCH, "--compare", "2026-02-01..2026-03-01")[1]
    lines = [line.split() for line in out.splitlines()]
    title = "Compared with 2026-02-01T00:00:00.000Z to 2026-03-01T00:00:00.000Z, until excluded (UTC)"
    assert title in out.splitlines()
    assert ["error", "received-while-off", "1", "3", "+2", "1", "3"] in lines
    assert ["warning", "type-mismatch", "1", "1", "0", "1", "1"] in lines
    assert "4 entries, 2 before; 750.0 errors to 1,000 entries, 500.0 before" in out.splitlines()
    assert not [row for row in lines if row[:2] == ["warning", "past-retention"] and len(row) == 7], (
        "it grows with time"
    )
    assert "past-retention, suppression-expired" in out
    for format_name in ("markdown", "html"):
        page = run("audit", *MARCH, "--compare", "2026-02-01..2026-03-01", "--format", format_name)[1]
        assert "Against another period" in page
        assert "+2" in page


def test_a_large_ledger_is_compared_alike(run: Run, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.audit.engines import candidates

    filled(ledger)
    command = ("audit", *MARCH, "--compare", "previous")
    out = run(*command)[1]
    monkeypatch.setattr(candidates, "SMALLEST", 1)
    assert run(*command)[1] == out


def test_python_callers_get_both_periods(ledger: Ledger) -> None:
    from occ_media_cli.api import OccMedia

    filled(ledger)
    desk = OccMedia(ledger.location.path, now="2026-11-24T00:00:00Z")
    found = desk.audit(since="2026-03-01", until="2026-04-01", compare="previous", rules=["received-while-off"])
    assert found.before is not None
    assert (found.counts["error"], found.before.counts["error"]) == (3, 1)
    assert (found.judged, found.before.judged) == ({"received-while-off": 3}, {"received-while-off": 1})
    assert (found.before.until, found.before.before) == (found.since, None)


def test_an_open_end_is_the_moment_of_the_audit() -> None:
    scope = AuditScope(now=T("2026-03-11"), since=T("2026-03-01"))
    other = ask.other_scope(scope, "previous")
    assert (other.since, other.until, other.now) == (T("2026-02-19"), T("2026-03-01"), scope.now)


@pytest.mark.parametrize(
    ("window", "wanted"),
    [((), "previous"), (MARCH, "before"), (MARCH, "2026-01-01.."), (MARCH, "2026-02-01..2026-01-01"), (MARCH, "a..b")],
)
def test_what_is_no_period_is_refused(run: Run, ledger: Ledger, window: tuple[str, ...], wanted: str) -> None:
    filled(ledger)
    code, out, err = run("audit", *window, "--compare", wanted)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "\nhelp: " in err
