"""Whether the page of a bundle, which people read, says what its report says.

The page is made of text that this program writes and of tables that follow from the findings. Both are made again and
must stand in it as they are: its head, where a style could hide what follows, the facts, the counts of each rule, and
the rows of every finding that was judged again. What it tells of the whole ledger (what was shared, by whom, what is
stored) follows from entries that a bundle does not enclose, and is as true as its signature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from occ_media_cli.audit import rules
from occ_media_cli.audit.engine import Audit, VerdictRow
from occ_media_cli.audit.pages import long
from occ_media_cli.report import safe, words
from occ_media_cli.report.formats.web.inline import cell_html, line_html
from occ_media_cli.report.formats.web.tables import table_html
from occ_media_cli.report.model import Table
from occ_media_cli.vocabulary import Severity

PAGE = "report.html"

LARGEST = 200_000_000
"""Bytes of a page that are looked at; a larger one is told."""

_ACTIVE = re.compile(
    rb"<\s*(?:script|iframe|object|embed|link|base|form|meta|style|template)\b|\son\w+\s*=|javascript:", re.I
)


def problems(
    audit: Audit, judged: Collection[str], head: Mapping[str, Any], records: Iterator[Mapping[str, Any]],
    lines: Callable[[str], Iterator[bytes]], names: Sequence[str],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """What of the page is not what the report says. records: its head and its findings. names: all its rules."""
    page = b"".join(lines(PAGE))
    if len(page) > LARGEST:
        yield PAGE, "is too large to be looked at"
        return
    rows = _rows(records)
    title = re.match(rb".*?</head>\n<body>\n<main>\n<h1>Media audit</h1>\n", page, re.DOTALL)
    if title is None or title[0] != _start(head):
        yield PAGE, "does not begin as the page of this report does"
        return
    if _ACTIVE.search(page, len(title[0])) is not None or page.count(b"</main>") != 1:
        yield PAGE, "holds what no page of this program holds"
    for what, text in _texts(audit, judged, head, rows, names):
        if text.encode() not in page:
            yield PAGE, f"does not say of {what} what report.json says"


def _start(head: Mapping[str, Any]) -> bytes:
    """The page up to its verdict; the counts of the report are those of its findings, which was asked before."""
    from occ_media_cli.report.formats.html import start

    totals = ", ".join(words.plural(head["summary"][each.value], each.value) for each in reversed(Severity))
    return start(f"{safe.html(totals)}: Media audit", "Media audit")


def _rows(records: Iterator[Mapping[str, Any]]) -> dict[tuple[str, Severity], VerdictRow]:
    """The findings of a report counted as its page counts them."""
    found: dict[tuple[str, Severity], VerdictRow] = {}
    next(records, None)
    for record in records:
        if record["suppressed"] is None and record["rule"] in rules.RULES:
            severity = Severity(record["severity"])
            key = (str(record["rule"]), severity)
            row = found.setdefault(key, VerdictRow(rules.load_rule(key[0]), severity))
            row.count += 1
            row.inboxes[record.get("inbox")] += 1
    return found


def _texts(
    audit: Audit, judged: Collection[str], head: Mapping[str, Any], rows: Mapping[tuple[str, Severity], VerdictRow],
    names: Sequence[str],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """What is spoken of, and the text that must stand in the page."""
    for name, kind, value in (
        ("the head", "id", head["ledger_head"]),
        ("the entries", "count", head["ledger_entries"]),
    ):
        yield name, f"<dd>{'<code>' if kind == 'id' else ''}{cell_html(value, kind)}"  # type: ignore[arg-type]  # a kind
    errors, warnings = (head["summary"][each.value] for each in (Severity.ERROR, Severity.WARNING))
    verdict = line_html(f"{words.plural(errors, 'error')}, {words.plural(warnings, 'warning')}.")
    yield "the verdict", f'<p class="verdict">{verdict}'
    yield "its rules", line_html(long.made_by(names))
    if rows and set(names) <= set(rules.RULES):  # of an own rule, the advice in the table is not enclosed
        ranked = sorted(rows.values(), key=lambda row: (-row.severity.rank, -row.count, row.rule.id))
        cells = [(row.severity.value, row.rule.id, row.count, row.where, row.rule.fix[0]) for row in ranked]
        yield "the rules", _body(Table(long.RULES, cells))
    for row in audit.rows:
        if row.rule.id in judged:
            yield row.rule.id, _body(Table(long.FINDINGS, list(long.finding_rows(audit, row))))


def _body(table: Table) -> str:
    """The rows of a table, without its heading: a caption may name a command that only its maker knows."""
    text = "".join(table_html(table, None))
    return text[text.index("<tr", text.index("</thead>")) : text.rindex("</tr>")]
