"""JUnit XML, as GitLab, Jenkins and Azure read it: one test case for each file of a check or rule of an audit.

GitLab takes files below 30 MB, 100 MB a job, and ignores a second case of the same name (docs.gitlab.com, "Unit test
reports"); an instance takes 500,000 cases unless it is set otherwise, and no text of 10 MB in one element (its issue
268035). So at most 20,000 cases, 200 findings in one case and 24 MB are written, 8 MB in one element, failed cases
before others; how many more there are is the last case, which is skipped. Names are made unique.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from occ_media_cli.report import safe
from occ_media_cli.report.formats.findings import fails, more, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.judged import Case, ReportFinding
    from occ_media_cli.report.model import Report
    from occ_media_cli.vocabulary import Severity

MOST_CASES = 20_000
MOST_FINDINGS = 200
MOST_BYTES = 24_000_000
MOST_TEXT = 8_000_000


@dataclass(slots=True)
class _Suite:
    """The cases that are written, each as text with its place in the report, and what had to stay out."""

    failed: list[tuple[int, str]] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    errors: set[int] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    size: int = 0
    remarked: int = 0
    left_out: int = 0
    remarks_left_out: int = 0

    def is_full(self, *, failed: bool) -> bool:
        """Whether another case cannot be taken, however short it is."""
        return len(self.failed) + len(self.others) >= MOST_CASES and not (failed and self.others)

    def unique(self, name: str) -> str:
        """The name, with a number behind it from the second time on."""
        self.names[name] = self.names.get(name, 0) + 1
        return name if self.names[name] == 1 else f"{name} ({self.names[name]})"

    def keep(self, place: int, text: str, *, failed: bool) -> None:
        """Take a case if there is room; a failed one may push out the last of the others."""
        while self.others and failed and not self._fits(text):
            dropped, old = self.others.pop()
            self.skipped.discard(dropped)
            self.size -= len(old)
            self.left_out += 1
        if not self._fits(text):
            self.skipped.discard(place)
            self.errors.discard(place)
            self.left_out += 1
            return
        self.size += len(text)
        (self.failed if failed else self.others).append((place, text))

    def _fits(self, text: str) -> bool:
        return len(self.failed) + len(self.others) < MOST_CASES and self.size + len(text) <= MOST_BYTES


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """One suite. A case fails for findings at or above `fail_on`; milder ones stand in system-out. One that could not
    be judged is an error."""
    suite = _Suite()
    kind = ".".join(report.schema.split("/")[:2])
    for place, case in enumerate(report.cases):
        made = _case(suite, place, case, kind, report.fail_on)
        if made is not None:
            suite.keep(place, made[0], failed=made[1])
    cases = [text for _, text in sorted(suite.failed + suite.others)]
    if suite.left_out:
        name = more(suite.left_out, "case", report.rest)
        cases.append(_wrap(name, kind, f'<skipped message="{safe.xml(name)}"/>'))
    if suite.remarks_left_out:
        suite.remarks.append(more(suite.remarks_left_out, "remark", report.rest))
    stamp = (report.made or {"at": "1970-01-01T00:00:00"})["at"][:19]
    host = (report.made or {"host": "localhost"})["host"]
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
        f'<testsuite name="{safe.xml(report.title)}" package="{safe.xml(kind)}" id="0" hostname="{safe.xml(host)}" '
        f'timestamp="{safe.xml(stamp)}" time="0" tests="{len(cases)}" '
        f'failures="{len(suite.failed) - len(suite.errors)}" errors="{len(suite.errors)}" '
        f'skipped="{len(suite.skipped) + bool(suite.left_out)}">\n'
        f"<properties>{''.join(_properties(report))}</properties>\n"
    ).encode()
    for text in cases:
        yield text.encode()
    answer = report.last_line()
    words = (
        answer if isinstance(answer, str) else "".join(part if isinstance(part, str) else part.text for part in answer)
    )
    out = "\n".join(safe.xml(line) for line in [*suite.remarks, *report.notices, words])
    yield f"<system-out>{out}</system-out>\n<system-err></system-err>\n</testsuite>\n</testsuites>\n".encode()


def _properties(report: Report) -> Iterator[str]:
    """The facts about the whole: what it is, who made it, which period it looks at, how much each rule had to judge."""
    facts: dict[str, Json] = {"schema": report.schema}
    facts |= {f"made.{name}": value for name, value in (report.made or {}).items()}
    if report.window is not None:
        facts |= report.window.as_json()
    facts |= {f"notice.{number}": notice for number, notice in enumerate(report.notices, start=1)}
    for rule in report.rules:
        facts[f"{rule.id}.judged"], facts[f"{rule.id}.not_judged"] = rule.judged, rule.not_judged
    for name, fact in facts.items():
        if fact is not None:
            yield f'<property name="{safe.xml(name)}" value="{safe.xml(str(fact))}"/>'


def _case(suite: _Suite, place: int, case: Case, kind: str, fail_on: Severity | None) -> tuple[str, bool] | None:
    failing = [finding for finding in case.findings if fails(finding, fail_on)]
    for finding in case.findings:
        if not fails(finding, fail_on):
            _remark(suite, case, finding)
    if suite.is_full(failed=bool(failing) or case.failed):
        suite.left_out += 1
        return None
    name = suite.unique(case.name)
    if case.failed:
        suite.errors.add(place)
        head = f'<error type="not-judged" message="{safe.xml(case.in_words())}">'
        return _wrap(name, kind, head + "\n".join(_lines(failing)) + "</error>"), True
    if failing:
        worst = max(failing, key=lambda finding: finding.severity.rank)
        body = "\n".join(_lines(failing))
        head = f'<failure type="{safe.xml(worst.rule)}" message="{safe.xml(worst.message)}">'
        return _wrap(name, kind, f"{head}{body}</failure>"), True
    if case.skipped is not None:
        suite.skipped.add(place)
        return _wrap(name, kind, f'<skipped message="{safe.xml(case.skipped)}"/>'), False
    return _wrap(name, kind, ""), False


def _lines(findings: Sequence[ReportFinding]) -> Iterator[str]:
    size = 0
    for place, finding in enumerate(findings):
        text = safe.xml(f"{finding.severity.value} {finding.rule}: {place_of(finding)}: {finding.message}")
        if finding.help:
            text += "\n  " + safe.xml(f"help: {finding.help}")
        size += len(text) + 1
        if place >= MOST_FINDINGS or size > MOST_TEXT:
            yield safe.xml(more(len(findings) - place, "finding", None))
            return
        yield text


def _remark(suite: _Suite, case: Case, finding: ReportFinding) -> None:
    state = f" (suppressed: {finding.suppressed})" if finding.suppressed is not None else ""
    place = place_of(finding)
    where = "" if place in ("", case.name) else f" {place}:"  # a case that is a file has its path as its name
    text = f"{case.name}: {finding.severity.value} {finding.rule}:{where} {finding.message}{state}"
    size = len(safe.xml(text)) + 1
    fits = suite.size + size <= MOST_BYTES and suite.remarked + size <= MOST_TEXT
    if len(suite.remarks) >= MOST_CASES or not fits:
        suite.remarks_left_out += 1
        return
    suite.size += size
    suite.remarked += size
    suite.remarks.append(text)


def _wrap(name: str, kind: str, body: str) -> str:
    return f'<testcase name="{safe.xml(name)}" classname="{safe.xml(kind)}" time="0">{body}</testcase>\n'
