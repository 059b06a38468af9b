"""Workflow commands for GitHub Actions: each finding becomes an annotation.

GitHub makes annotations of the first 10 errors and 10 warnings of a step (docs.github.com, "REST API endpoints for
check runs") and of 50 in a job (github.com/actions/toolkit, docs/problem-matchers.md), and was seen to do the same with
notices; all lines stay in the log. So the last line but one says when there are more. At most 1,000 are written, the
worst of them, then how many more there are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from occ_media_cli.report import safe, words
from occ_media_cli.report.formats.cell_text import origin_words
from occ_media_cli.report.formats.findings import more, pick
from occ_media_cli.report.formats.plain import line_text
from occ_media_cli.report.formats.screen import OF_FILE
from occ_media_cli.report.judged import Case
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.judged import ReportFinding
    from occ_media_cli.report.model import Report

MOST_FINDINGS = 1_000
ANNOTATIONS = 10

_COMMANDS: dict[str, str] = {word: "notice" if word is Severity.NOTE else word.value for word in Severity}


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """One command a line for what was not judged or is not suppressed, then the answer as an ordinary line."""
    silent: dict[str, list[str]] | None = {} if any(rule.judged is not None for rule in report.rules) else None
    picked = pick(_open_cases(report.cases, silent), MOST_FINDINGS)
    for case in picked.failed:
        yield f"::error title={safe.github(case.name, field=True)}::{safe.github(case.in_words())}\n".encode()
    for finding in picked.shown:
        yield (_command(finding) + "\n").encode()
    counts = Counter(_COMMANDS[finding.severity.value] for finding in picked.shown)
    counts["error"] += len(picked.failed)
    over = [words.plural(number, word) for word, number in counts.items() if number > ANNOTATIONS]
    if over:
        shown = f"GitHub shows {ANNOTATIONS} of {' and of '.join(over)} as annotations; all are lines of this log"
        yield f"{shown}\n".encode()
    if picked.failures > len(picked.failed):
        text = more(picked.failures - len(picked.failed), "not judged", report.rest, plural="not judged")
        yield f"{safe.github_log(safe.terminal(text))}\n".encode()
    if picked.left_out:
        yield f"{safe.github_log(safe.terminal(more(picked.left_out, 'finding', report.rest)))}\n".encode()
    for why, names in (silent or {}).items():
        yield f"{safe.github_log(safe.terminal(f'{why}: {words.items(names)}'))}\n".encode()
    for said in (*filter(None, origin_words(report)), *report.notices):
        yield f"{safe.github_log(safe.terminal(said))}\n".encode()
    answer = report.last_line()
    if answer:
        yield f"{safe.github_log(line_text(answer, OF_FILE))}\n".encode()


def _open_cases(cases: Iterable[Case], silent: dict[str, list[str]] | None) -> Iterator[Case]:
    """The cases with what is not suppressed. silent: where rules that were skipped are noted, under the reason; None
    for files, of which there may be millions."""
    for case in cases:
        if silent is not None and case.skipped is not None and not case.failed:
            silent.setdefault(case.skipped, []).append(case.name)
        found = [finding for finding in case.findings if finding.suppressed is None]
        yield Case(case.name, found, case.skipped, failed=case.failed)


def _command(finding: ReportFinding) -> str:
    fields = [f"title={safe.github(finding.rule, field=True)}"]
    message = finding.message
    if finding.path is not None:
        fields.insert(0, f"file={safe.github(finding.path, field=True)}")
        place = finding.path
        if finding.line is not None:
            fields.insert(1, f"line={finding.line}")
            place = f"{place}:{finding.line}"
        message = f"{place}: {message}"  # in the log, only the message is shown
    else:
        message = ", ".join(part for part in (finding.inbox, finding.entry, message) if part)
    if finding.help:
        message += f"; help: {finding.help}"
    return f"::{_COMMANDS[finding.severity.value]} {','.join(fields)}::{safe.github(message)}"
