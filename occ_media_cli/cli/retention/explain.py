"""`occ-media retention explain`: why a file stays or goes, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.model import Json, Line, Report
    from occ_media_cli.retention.explain import ExplainedEntry
    from occ_media_cli.retention.model import RetentionDecision, RetentionRule

HELP = """Say why a file stays or may go, and from when on it may.

\b
Examples:
  occ-media retention explain wamid.1
  occ-media retention explain 2026/03/receipt.pdf
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    name: Annotated[
        str,
        typer.Argument(metavar="ENTRY|FILE", help="An entry's id, its path, or a file.", click_type=named_files.READ),
    ],
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Explain a file."""
    from occ_media_cli.cli.retention import explain_orphan_view
    from occ_media_cli.retention.ask import explain_name

    with session.reading() as store:
        entries, orphans = explain_name(store, name, session.now)
        shown = report(entries, session.now) if entries else explain_orphan_view.report(orphans, session.now)
        session.emit(shown, format, output)
    return None


def report(found: list[ExplainedEntry], now: int) -> Report:
    """The explanation for people and programs."""
    from occ_media_cli.cli.retention.explain_view import page

    parts = (_lines(item, now) for item in found)
    return page(parts, [_record(item) for item in found], _answer(found, now), now)


def _answer(found: list[ExplainedEntry], now: int) -> str:
    """The last line: one file has one answer."""
    item = found[-1]
    name = item.entry.path or item.entry.label
    if not item.decision.stored or (item.steps and item.steps[-1].what in ("removed", "quarantined")):
        words = item.steps[-1].what if item.steps else item.decision.reasons[0].words
        return f"{name}: {words}"
    if all(one.may_go for one in found):
        return f"{name} may go now; an approved plan removes it"
    ends = [decision.expires for one in found for decision in (one.decision, *(d for _, d in one.others))]
    held = any(decision.held for one in found for decision in (one.decision, *(d for _, d in one.others)))
    if any(end is None for end in ends):
        return f"{name} is held and no rule removes it" if held else f"{name} stays: no rule removes it"
    last = max(end for end in ends if end is not None)
    when = f"{times.text(last)} ({times.hint(last, now)})"
    if held:
        return f"{name} is held; by the rules alone it may go from {when}"
    return f"{name} may go from {when}" if last > now else f"{name} stays: see the reasons above"


def _lines(item: ExplainedEntry, now: int) -> Iterator[Line]:
    entry, decision = item.entry, item.decision
    when = times.optional_text(entry.time) or "at an unknown time"
    kind = ", ".join(word for word in (item.inbox, entry.category or "no known category", entry.direction) if word)
    yield f"{entry.label}, {entry.path or 'without a path'}"
    yield f"  shared   {when}, {kind}"
    for number, reason in enumerate(decision.reasons):
        yield f"  {decision.action if not number else '':<8} {reason.words}"
    for number, (rule, words) in enumerate(_rules(decision, entry.time, now)):
        yield f"  {'' if number else 'rules':<8} {rule.where}: {words}"
    if not decision.match.remove and not decision.match.keeps:
        yield "  rules    none matches"
    for hold in decision.holds:
        yield f"  hold     {hold.name}: beats every rule until it is released"
    for other, judged in item.others:
        yield f"  shared   {other.label} names the same file: {judged.action}, {judged.reasons[0].words}"
    for step in item.steps:
        end = f" until {times.text(item.due)}" if step.what == "quarantined" and item.due is not None else ""
        yield f"  {step.what:<8} {times.text(step.ms)}{end}, plan {step.plan}{': ' + step.words if step.words else ''}"
    yield f"  may go   {times.optional_text(decision.expires) or 'never, by the rules'}"


def _rules(decision: RetentionDecision, time: int | None, now: int) -> Iterator[tuple[RetentionRule, str]]:
    """Every rule that matched, and what it says now."""
    match = decision.match
    if match.remove is not None:
        yield match.remove, f"remove after {match.remove.remove_words}: decides, as the most specific"
    for rule in match.passed_over:
        yield rule, f"remove after {rule.remove_words}: passed over for a more specific rule"
    for number, rule in enumerate(match.keeps):
        end = time + rule.keep_for if time is not None and rule.keep_for is not None else None
        over = end is not None and now >= end
        words = f"over since {times.text(end or 0)}" if over else f"keeps until {times.optional_text(end) or 'ever'}"
        yield rule, f"keep for {rule.keep_words}: {words}{'' if number else ', the longest'}"


def _record(item: ExplainedEntry) -> dict[str, Json]:
    entry, decision = item.entry, item.decision
    match = decision.match
    rules: list[Json] = []
    if match.remove is not None:
        rules.append({"scope": match.remove.where, "remove_after": match.remove.remove_words, "decides": True})
    rules += [{"scope": rule.where, "remove_after": rule.remove_words, "decides": False} for rule in match.passed_over]
    rules += [
        {"scope": rule.where, "keep_for": rule.keep_words, "decides": not number}
        for number, rule in enumerate(match.keeps)
    ]
    return {
        "entry": entry.name, "source": entry.source, "path": entry.path,
        "time": times.optional_text(entry.time), "inbox": item.inbox,
        "category": entry.category, "direction": entry.direction, "decision": decision.action,
        "may_go": item.may_go, "expires": times.optional_text(decision.expires),
        "reasons": [{"code": reason.code, "message": reason.words} for reason in decision.reasons],
        "rules": rules, "holds": [hold.name for hold in decision.holds],
        "same_file": [
            {
                "entry": other.name, "source": other.source, "decision": judged.action,
                "reasons": [reason.code for reason in judged.reasons],
            }
            for other, judged in item.others
        ],
        "steps": [
            {"what": step.what, "time": times.text(step.ms), "plan": step.plan, "message": step.words}
            for step in item.steps
        ],
    }  # fmt: skip
