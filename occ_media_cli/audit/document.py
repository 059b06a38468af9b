"""An audit as a report: the document for programs (contracts.md §7) and the page for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from occ_media_cli import times
from occ_media_cli.audit.engine import EXAMPLES, Audit, Verdict
from occ_media_cli.audit.finding import Finding
from occ_media_cli.audit.rule import Rule
from occ_media_cli.report import model, words
from occ_media_cli.report.model import (
    Block,
    Case,
    Cell,
    Column,
    Json,
    Line,
    Lines,
    Report,
    Severity,
    Span,
    Table,
)

SCHEMA = "occ-media/audit/1"

COLUMNS = (
    Column("severity", "Severity", "state"),
    Column("rule", "Rule", "id"),
    Column("findings", "Findings", "count"),
    Column("where", "Where", "text"),
)

SHEET = (
    Column("rule", "Rule", "id"),
    Column("severity", "Severity", "state"),
    Column("inbox", "Inbox", "id"),
    Column("time", "Time", "time"),
    Column("entry", "Entry", "id"),
    Column("source", "Source", "id"),
    Column("file", "File", "path"),
    Column("setting_version", "Setting version", "count"),
    Column("message", "Message", "text"),
    Column("suppressed", "Suppressed", "text"),
    Column("uncertain", "Uncertain", "state"),
    Column("fingerprint", "Fingerprint", "id"),
    Column("evidence", "Evidence", "text"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as it was typed: for the words of the period and for the commands that a page names.

    rules: ids that `--rule` named, which are then listed whole. command: how this audit is called. counts_last: the
    last line is the counts, for formats that go to a file and leave only that line on the screen.
    """

    since: str | None = None
    until: str | None = None
    rules: Sequence[str] = ()
    fail_on: Severity | None = Severity.ERROR
    command: Sequence[str] = field(default=("occ-media", "audit"))
    source: str | None = None
    counts_last: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The long page of an audit, made by `pages`. made: when, in words."""

    blocks: Sequence[Block]
    verdict: Line
    about: Sequence[Line]
    made: str


def document(audit: Audit, asked: Asked, page: Page | None = None) -> Report:
    """The report of an audit, in every format. page: what a format with headings shows, instead of the short page."""
    return Report(
        schema=SCHEMA,
        title="Media audit",
        head={
            "since": times.optional_text(audit.scope.since),
            "until": times.optional_text(audit.scope.until),
            "inboxes": list(audit.scope.inboxes) or None,
            "ledger_head": audit.head.state,
            "ledger_entries": audit.head.entries,
            "verified_head": audit.head.verified,
            "entries": audit.people.entries,
            "incomplete": audit.incomplete,
            "summary": summary(audit),
            "skipped": [{"rule": v.rule.id, "reason": v.skipped} for v in audit.verdicts if v.skipped is not None],
        },
        records_key="findings",
        records=(found.record() for found in audit.findings),
        blocks=short_page(audit, asked) if page is None else page.blocks,
        answer=totals(audit) if page is not None or asked.counts_last else f"ledger head {audit.head.state}",
        hints=("help: occ-media rules explain RULE says why and how to fix",) if _any(audit) else (),
        cases=cases(audit),
        rules=[model_rule(verdict.rule) for verdict in audit.verdicts],
        sheet=Table(SHEET, (_sheet_row(found) for found in audit.findings)),
        fail_on=asked.fail_on,
        source=asked.source,
        rest=words.shell(*asked.command, "--format", "csv"),
        made=page.made if page is not None else None,
        about=page.about if page is not None else (),
        verdict=page.verdict if page is not None else None,
    )


def summary(audit: Audit) -> dict[str, Json]:
    """The counts of the document."""
    return {
        "error": audit.count(Severity.ERROR),
        "warning": audit.count(Severity.WARNING),
        "note": audit.count(Severity.NOTE),
        "suppressed": audit.suppressed,
        "unjudged": audit.people.unjudged,
    }


def _any(audit: Audit) -> bool:
    return any(verdict.count for verdict in audit.verdicts)


def model_rule(rule: Rule) -> model.Rule:
    """A rule as the formats of CI systems name it."""
    return model.Rule(rule.id, rule.severity, rule.title, rule.why, " ".join(rule.fix))


def model_finding(found: Finding, rule: Rule) -> model.Finding:
    """A finding as the formats of CI systems show it."""
    entry = f"{found.source}:{found.entry}" if found.source and found.entry is not None else found.entry
    return model.Finding(
        rule=found.rule,
        severity=found.severity,
        message=found.message,
        help=rule.fix[0] if rule.fix else "",
        path=found.path,
        inbox=found.inbox if found.inbox is not None or found.path or entry else "ledger",
        entry=entry,
        time=times.optional_text(found.time),
        fingerprint=found.fingerprint,
        evidence=found.evidence,
        suppressed=str(found.suppressed["reason"]) if found.suppressed is not None else None,
    )


class _Findings(Sequence[model.Finding]):
    """A rule's findings, read from the spool each time they are asked for."""

    def __init__(self, audit: Audit, verdict: Verdict) -> None:
        self._audit, self._verdict = audit, verdict

    def __len__(self) -> int:
        return self._verdict.count + self._verdict.suppressed

    def __iter__(self) -> Iterator[model.Finding]:
        rule = self._verdict.rule
        return (model_finding(found, rule) for found in self._audit.findings.of(rule.id))

    def __getitem__(self, index: int) -> model.Finding:  # type: ignore[override]  # formats only go through them
        from itertools import islice

        return next(islice(iter(self), index, None))


def cases(audit: Audit) -> Iterator[Case]:
    """One case a rule."""
    for verdict in audit.verdicts:
        yield Case(verdict.rule.id, _Findings(audit, verdict), verdict.skipped)


def _sheet_row(found: Finding) -> tuple[Cell, ...]:
    from occ_media_cli.report import safe

    return (
        found.rule, found.severity.value, found.inbox, times.optional_text(found.time), found.entry, found.source,
        found.path, found.setting_version, found.message,
        str(found.suppressed["reason"]) if found.suppressed is not None else None, found.uncertain, found.fingerprint,
        safe.json(found.evidence),
    )  # fmt: skip


def period(audit: Audit, asked: Asked) -> str:
    """The window as people read it: bounds that were given as dates stay dates."""
    since, until = _bound(audit.scope.since, asked.since), _bound(audit.scope.until, asked.until)
    if since and until:
        return f"{since} to {until}"
    return f"from {since}" if since else f"until {until}" if until else "the whole ledger"


def _bound(moment: int | None, typed: str | None) -> str | None:
    if moment is None:
        return None
    text = times.text(moment)
    return text[:10] if text.endswith("T00:00:00.000Z") else text


def looked_at(audit: Audit, asked: Asked) -> str:
    """`48,210 entries in 5 inboxes, 2026-01-01 to 2026-04-01`."""
    people = audit.people
    boxes = words.plural(len(people.inboxes), "inbox", "inboxes")
    return f"{words.plural(people.entries, 'entry')} in {boxes}, {period(audit, asked)}"


def short_page(audit: Audit, asked: Asked) -> list[Block]:
    """What people read: how much was looked at, a row a rule, examples of each, the counts."""
    found = sorted((v for v in audit.verdicts if v.count), key=lambda v: (-v.worst.rank, -v.count, v.rule.id))
    blocks: list[Block] = []
    if not audit.people.entries:
        blocks.append(Lines([_nothing(audit, asked)]))
    elif found:
        blocks.append(Lines([looked_at(audit, asked)]))
    if found:
        blocks.append(Table(COLUMNS, [_row(verdict) for verdict in found]))
        listed = [v for v in found if v.worst is not Severity.NOTE or asked.rules]
        blocks += [Lines(["", *_examples(audit, verdict, asked)]) if not asked.rules else _all(audit, verdict)
                   for verdict in listed]  # fmt: skip
    elif audit.people.entries:
        judged = sum(not verdict.failed for verdict in audit.verdicts)
        none = f"No findings by {judged:,} of {words.plural(len(audit.verdicts), 'rule')}"
        blocks.append(Lines([f"{none if audit.incomplete else 'No findings'} in {looked_at(audit, asked)}"]))
    blocks += _own_line(audit)
    blocks.append(Lines(["", *_totals(audit)] if found else _totals(audit)))
    return blocks


def _nothing(audit: Audit, asked: Asked) -> str:
    """An empty period is no clean one, and never reads like it."""
    people, span = audit.people, period(audit, asked)
    inside = f" in {words.items(audit.scope.inboxes)}" if audit.scope.inboxes else ""
    if people.first is None or people.last is None:
        return "No entries: nothing was judged; the ledger has none yet"
    when = "" if span == "the whole ledger" else f" {span}" if span.startswith(("from", "until")) else f" from {span}"
    has = f"the ledger has {times.text(people.first)[:10]} to {times.text(people.last)[:10]}"
    return f"No entries{inside}{when}: nothing was judged; {has}"


def _row(verdict: Verdict) -> tuple[Cell, ...]:
    ranked = sorted(verdict.inboxes.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    places = [f"{name if name is not None else '-'} {number:,}" for name, number in ranked]
    shown = places if len(places) <= EXAMPLES else [*places[:2], f"{len(places) - 2} more"]
    return (verdict.worst.value, verdict.rule.id, verdict.count, ", ".join(shown))


def _heading(verdict: Verdict) -> Line:
    style: model.Style = {"error": "error", "warning": "warning"}.get(verdict.worst.value, "plain")  # type: ignore[assignment]  # both are styles
    words_ = verdict.rule.heading(verdict.count)
    return (Span(verdict.worst.value, style), " ", Span(verdict.rule.id, "bold"), f": {words_}")


def _place(found: Finding) -> str:
    return ", ".join(part for part in (found.inbox, found.group) if part)


def _examples(audit: Audit, verdict: Verdict, asked: Asked) -> Iterator[Line]:
    yield _heading(verdict)
    yield from _grouped(verdict.examples)
    more = verdict.count - len(verdict.examples)
    if more > 0:
        yield f"  {more:,} more: add --rule {verdict.rule.id}"


def _all(audit: Audit, verdict: Verdict) -> Lines:
    """Every finding of a rule that was asked for, as they come."""

    def lines() -> Iterator[Line]:
        yield ""
        yield _heading(verdict)
        yield from _grouped(found for found in audit.findings.of(verdict.rule.id) if found.suppressed is None)

    return Lines(lines())


def _grouped(findings: Iterable[Finding]) -> Iterator[Line]:
    """Findings under the inbox and setting that they share: the setting on every row would hide the files."""
    before: str | None = None
    for found in findings:
        place = _place(found)
        if place != before and place:
            yield (Span(f"  {place}", verbatim=True),)
        before = place
        when = f"{times.text(found.time)}  " if found.time is not None else ""
        unsure = "  (uncertain)" if found.uncertain else ""
        yield (Span(f"    {when}{found.example or found.message}{unsure}", verbatim=True),)
        if found.entry is not None:
            yield (Span(f"      {found.entry}", verbatim=True),)


def _own_line(audit: Audit) -> list[Block]:
    failed = [v for v in audit.verdicts if v.failed]
    return [Lines([(Span("not judged", "warning"), f"  {v.rule.id}: {v.skipped}") for v in failed])] if failed else []


def totals(audit: Audit) -> str:
    """The counts in words: `13 errors, 41 warnings, 310 notes`."""
    return ", ".join(words.plural(audit.count(severity), severity.value) for severity in reversed(Severity))


def _totals(audit: Audit) -> list[Line]:
    rest = f"{audit.suppressed:,} suppressed, {audit.people.unjudged:,} unjudged"
    incomplete = "; incomplete: a rule could not be judged" if audit.incomplete else ""
    return [f"{totals(audit)}; {rest}{incomplete}"]
