from __future__ import annotations

import gzip
import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from occ_media_cli.report import safe
from occ_media_cli.report.formats import junit, render, sarif
from occ_media_cli.report.formats.findings import pick
from occ_media_cli.report.formats.screen import Screen
from occ_media_cli.report.judged import Case, ReportFinding, RuleInfo
from occ_media_cli.report.model import Report
from occ_media_cli.vocabulary import Severity
from tests.unit.report.readers import needs_schemas, read_github, read_junit, read_sarif
from tests.unit.report.samples import audit

if TYPE_CHECKING:
    from collections.abc import Sequence


def finding(number: int, severity: Severity = Severity.ERROR, suppressed: str | None = None) -> ReportFinding:
    text = f"file {number} is over the limit"
    path = f"outbox/{number:064x}.mp4"
    return ReportFinding("over-limit", severity, text, path=path, fingerprint=f"{number:032x}", suppressed=suppressed)


def report(cases: Sequence[Case], *, fail_on: Severity | None = Severity.ERROR, source: str | None = None) -> Report:
    rest = "occ-media check --format json"
    return Report("occ-media/check/1", "Check", answer="done", cases=cases, rest=rest, fail_on=fail_on, source=source)


def made(name: str, of: Report) -> bytes:
    return b"".join(render(of, name, Screen()))


def test_the_worst_are_kept_and_stand_in_the_order_of_the_report() -> None:
    findings = [
        finding(0, Severity.NOTE),
        finding(1, Severity.ERROR, suppressed="known"),
        finding(2, Severity.WARNING),
        finding(3, Severity.ERROR),
        finding(4, Severity.ERROR),
    ]
    picked = pick([Case("x", findings[:2]), Case("y", findings[2:])], 3)
    assert picked.shown == findings[2:]
    assert (picked.total, picked.left_out) == (5, 2)
    assert pick([Case("x", findings)], 9).shown == findings


def test_sarif_holds_what_github_takes_and_says_what_is_missing() -> None:
    count = sarif.MOST_RESULTS + 7
    data = made(
        "sarif", report([Case("over-limit", [finding(n, Severity.NOTE) for n in range(count)] + [finding(count)])])
    )
    run = json.loads(data)["runs"][0]
    assert len(run["results"]) == 25_000
    assert [result["level"] for result in run["results"][:2]] == ["error", "note"]  # worst first: GitLab reads 5,000
    assert run["properties"] == {"total": count + 1, "notShown": 8}
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"] == "8 more findings; all: occ-media check --format json"
    assert len(gzip.compress(data)) < 10_000_000


def noise(number: int, length: int) -> str:
    """Text that no packer makes much smaller."""
    return "".join(sha256(f"{number}/{part}".encode()).hexdigest() for part in range(length // 64))


def test_sarif_stays_below_what_github_and_gitlab_take_however_little_it_can_be_packed() -> None:
    items = [ReportFinding("r", Severity.NOTE, "m", path="p", evidence={"e": noise(n, 4_096)}) for n in range(5_000)]
    worst = ReportFinding("r", Severity.ERROR, "the worst", path="q")
    huge = ReportFinding("r", Severity.ERROR, "huge", path="q", evidence={"e": noise(0, 1_000_000)})
    data = made("sarif", report([Case("r", [*items, huge, worst])]))
    assert 8_000_000 < len(gzip.compress(data)) < 10_000_000
    (run,) = json.loads(data)["runs"]
    assert run["results"][0]["message"]["text"] == "the worst"
    assert run["properties"]["notShown"] == 5_002 - len(run["results"]) > 0
    assert all(len(result["locations"]) == 1 for result in run["results"])


@needs_schemas
@pytest.mark.parametrize("character", ["x", "{", "\x1b", "\U000e0041", "\u65e5"])
def test_sarif_texts_are_as_long_as_gitlab_takes_and_end_in_no_half_escape(character: str) -> None:
    long = character * 5_000
    rule = RuleInfo("r", Severity.ERROR, long, long, long)
    of = Report(
        "occ-media/x/1", "X", rules=[rule], cases=[Case("r", [ReportFinding("r", Severity.ERROR, long, path="p")])]
    )
    run = read_sarif(made("sarif", of))["runs"][0]
    described = run["tool"]["driver"]["rules"][0]
    for text, room in ((run["results"][0]["message"]["text"], 2_048), (described["fullDescription"]["text"], 2_048),
                       (described["shortDescription"]["text"], 1_024)):  # fmt: skip
        assert room - 40 < len(text) <= room
        assert text.endswith("…")
        shown = safe.sarif(character)
        assert text[:-1] == shown * ((len(text) - 1) // len(shown))


@needs_schemas
def test_sarif_with_a_notification_is_valid() -> None:
    several = report([Case("x", [finding(1), finding(2)])])
    sarif_cap, sarif.MOST_RESULTS = sarif.MOST_RESULTS, 1
    try:
        read_sarif(made("sarif", several))
    finally:
        sarif.MOST_RESULTS = sarif_cap


def test_sarif_keeps_suppressed_findings_with_their_reason() -> None:
    run = read_sarif(made("sarif", audit()))["runs"][0]
    by_rule = {result["ruleId"]: result for result in run["results"]}
    (suppression,) = by_rule["over-limit"]["suppressions"]
    assert suppression == {"kind": "external", "status": "accepted", "justification": "migration receipt.pdf"}
    assert by_rule["received-while-off"]["suppressions"] == []


def test_sarif_puts_findings_of_the_ledger_on_the_store_and_names_the_entry() -> None:
    of_ledger = ReportFinding("r", Severity.ERROR, "m", inbox="vip", entry="ndjson:1")
    (result,) = read_sarif(made("sarif", report([Case("r", [of_ledger])], source="a store.toml")))["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "a%20store.toml"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "vip/ndjson:1"


@pytest.mark.parametrize(
    ("message", "text"), [("[x](http://e) {0}", "\\[x\\](http://e) {{0}}"), ("[1] a{b}", "[1] a{{b}}")]
)
def test_sarif_messages_hold_no_link_and_no_placeholder(message: str, text: str) -> None:
    item = ReportFinding("r", Severity.ERROR, message, path="a")
    (result,) = read_sarif(made("sarif", report([Case("r", [item])])))["runs"][0]["results"]
    assert result["message"]["text"] == text


def test_junit_fails_from_the_severity_that_fails_the_command() -> None:
    cases = [
        Case("error", [finding(1)]),
        Case("warning", [finding(2, Severity.WARNING)]),
        Case("suppressed", [finding(3, suppressed="known")]),
        Case("skipped", skipped="unreadable"),
        Case("clean"),
    ]

    def failed(fail_on: Severity | None) -> list[str]:
        (suite,) = read_junit(made("junit", report(cases, fail_on=fail_on)))
        return [case.attrib["name"] for case in suite.findall("testcase") if case.find("failure") is not None]

    assert failed(Severity.ERROR) == ["error"]
    assert failed(Severity.WARNING) == ["error", "warning"]
    assert failed(None) == []


def test_junit_says_mild_and_suppressed_findings_beside_the_cases() -> None:
    cases = [Case("a", [finding(2, Severity.WARNING), finding(3, suppressed="known")])]
    (suite,) = read_junit(made("junit", report(cases)))
    out = suite.findtext("system-out") or ""
    assert "a: warning over-limit: " in out
    assert "(suppressed: known)" in out
    assert out.endswith("\ndone")


def test_junit_names_a_file_once_in_a_line() -> None:
    mild = [ReportFinding("r", Severity.NOTE, "it is fine", path=path) for path in ("a.pdf", "b.pdf")]
    (suite,) = read_junit(made("junit", report([Case("a.pdf", mild)])))
    lines = (suite.findtext("system-out") or "").splitlines()
    assert lines[:2] == ["a.pdf: note r: it is fine", "a.pdf: note r: b.pdf: it is fine"]


def test_junit_names_are_unique_since_readers_drop_a_second_one() -> None:
    (suite,) = read_junit(made("junit", report([Case("a.pdf"), Case("a.pdf"), Case("a.pdf")])))
    assert [case.attrib["name"] for case in suite.findall("testcase")] == ["a.pdf", "a.pdf (2)", "a.pdf (3)"]


def test_junit_is_capped_by_cases_failed_ones_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MOST_CASES", 3)
    cases = [
        Case("ok1"),
        Case("skip", skipped="why"),
        Case("ok2"),
        Case("bad1", [finding(1)]),
        Case("bad2", [finding(2)]),
    ]
    (suite,) = read_junit(made("junit", report(cases)))
    names = [case.attrib["name"] for case in suite.findall("testcase")]
    assert names == ["ok1", "bad1", "bad2", "2 more cases; all: occ-media check --format json"]
    assert suite.attrib["skipped"] == "1"


def test_junit_stays_below_what_gitlab_takes() -> None:
    long = "x" * 100_000
    items = [Case(f"c{n}", [ReportFinding("r", Severity.ERROR, long, path=f"p{n}")]) for n in range(300)]
    data = made(
        "junit",
        report([*items, *(Case(f"w{n}", [ReportFinding("r", Severity.NOTE, long, path="p")]) for n in range(300))]),
    )
    assert len(data) < 30_000_000
    assert b"more cases; all: " in data
    assert b"more remarks; all: " in data


def test_junit_has_no_text_that_a_parser_of_xml_refuses() -> None:
    long = "x" * 100_000
    many = [ReportFinding("r", Severity.ERROR, long, path="p") for _ in range(150)]
    mild = [ReportFinding("r", Severity.NOTE, "\x1b" * 25_000, path="p") for _ in range(150)]
    (suite,) = read_junit(made("junit", report([Case("bad", many), Case("mild", mild)])))
    failure, out = suite.findtext("testcase/failure") or "", suite.findtext("system-out") or ""
    assert 7_000_000 < len(failure) < 10_000_000
    assert re.search(r"\n\d+ more findings; all: [^\n]*$", failure)
    assert 7_000_000 < len(out) < 10_000_000


def test_junit_lists_so_many_findings_of_one_case() -> None:
    (suite,) = read_junit(made("junit", report([Case("rule", [finding(n) for n in range(junit.MOST_FINDINGS + 5)])])))
    lines = (suite.findtext("testcase/failure") or "").splitlines()
    assert len(lines) == junit.MOST_FINDINGS + 1
    assert lines[-1].startswith("5 more findings")


def test_github_leaves_suppressed_findings_out_and_names_files_and_entries() -> None:
    cases = [
        Case("a", [finding(1, suppressed="known"), finding(2, Severity.NOTE)]),
        Case("b", [ReportFinding("r", Severity.WARNING, "50% of it", help="a\nb", inbox="vip", entry="e1")]),
    ]
    commands = read_github(made("github", report(cases)))
    path = f"outbox/{2:064x}.mp4"
    assert commands == [
        ("notice", {"file": path, "title": "over-limit"}, f"{path}: file 2 is over the limit"),
        ("warning", {"title": "r"}, "vip, e1, 50%25 of it; help: a\\nb"),
    ]
    assert made("github", report(cases)).decode().endswith("\ndone\n")


def test_github_says_that_it_shows_only_some_of_them() -> None:
    cases = [Case("a", [finding(n) for n in range(11)] + [finding(n, Severity.WARNING) for n in range(10)]
                  + [finding(n, Severity.NOTE) for n in range(12)])]  # fmt: skip
    lines = made("github", report(cases)).decode().splitlines()
    assert lines[-2:] == [
        "GitHub shows 10 of 11 errors and of 12 notices as annotations; all are lines of this log",
        "done",
    ]
    few = made("github", report([Case("a", [finding(n) for n in range(10)])])).decode()
    assert "GitHub shows" not in few


def test_github_says_how_many_more_there_are() -> None:
    data = made("github", report([Case("a", [finding(n) for n in range(1_003)])]))
    assert len(read_github(data)) == 1_000
    assert "3 more findings; all: occ-media check --format json\n" in data.decode()


FAILED = Case("own-rule", [finding(1)], skipped="no such column: nope", failed=True)


def test_what_could_not_be_judged_is_no_clean_run() -> None:
    """A rule of scope that was left out is none of them: it was not asked."""
    cases = [Case("clean"), Case("whole-only", skipped="judged over the whole ledger only"), FAILED]
    rules = [RuleInfo("own-rule", Severity.ERROR, "Own.")]
    (run,) = read_sarif(made("sarif", Report("occ-media/audit/1", "Audit", cases=cases, rules=rules)))["runs"]
    assert run["invocations"] == [{
        "executionSuccessful": False,
        "toolExecutionNotifications": [{
            "level": "error",
            "message": {"text": "not judged: own-rule: no such column: nope"},
            "associatedRule": {"id": "own-rule", "index": 0},
        }],
    }]  # fmt: skip
    (suite,) = read_junit(made("junit", report(cases)))
    assert [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["3", "0", "1", "1"]
    (error,) = suite.findall("testcase/error")
    assert error.attrib["message"] == "not judged: own-rule: no such column: nope"
    assert finding(1).message in (error.text or "")
    lines = made("github", report(cases)).decode().splitlines()
    assert lines[0] == "::error title=own-rule::not judged: own-rule: no such column: nope"
    assert len(lines) == 3  # the finding that came before, and the answer


@pytest.mark.parametrize("many", [101, 150])
def test_of_many_that_could_not_be_judged_some_are_named_and_all_are_counted(many: int) -> None:
    cases = [Case(f"a{n}", skipped="unreadable", failed=True) for n in range(many)]
    (run,) = read_sarif(made("sarif", report(cases)))["runs"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    rest = f"{many - 100} more not judged; all: "
    assert (len(notes), notes[-1]["message"]["text"].startswith(rest)) == (101, True)
    github = made("github", report(cases)).decode()
    assert (github.count("::error "), rest in github) == (100, True)
    (suite,) = read_junit(made("junit", report(cases)))
    assert suite.attrib["errors"] == str(many)
