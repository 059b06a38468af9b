"""`occ-media retention explain`: why a file stays or goes, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.vocabulary import AWAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.retention.explain import ExplainedEntry
    from occ_media_cli.retention.explain_orphan import ExplainedOrphan
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
    from occ_media_cli.retention.explain_name import explain_name

    with session.reading() as store:
        entries, orphans = explain_name(store, name, session.now)
        shown = report(entries, session.now) if entries else report_orphans(orphans, session.now)
        session.emit(shown, format, output)
    return None


def report(found: list[ExplainedEntry], now: int) -> Report:
    """The explanation for people and programs."""
    return page((_lines(item, now) for item in found), [_record(item) for item in found], _answer(found, now), now)


def page(found: Iterable[Iterable[Line]], records: list[dict[str, Json]], answer: str, now: int) -> Report:
    """The form of every answer. found: the lines about each thing that has the name, and beside it its record."""
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report

    lines: list[Line] = []
    for part in found:
        lines += [*([""] if lines else []), *part]
    return Report(
        schema="occ-media/explain/1",
        title="Why a file stays or goes",
        head={"at": times.text(now)},
        records_key="entries",
        records=records,
        blocks=[Lines(lines)],
        answer=answer,
    )


def _answer(found: list[ExplainedEntry], now: int) -> str:
    """The last line: one file has one answer."""
    item = found[-1]
    name = item.entry.path or item.entry.label
    if not item.decision.stored or (item.steps and item.steps[-1].what in AWAY):
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


def report_orphans(found: list[ExplainedOrphan], now: int) -> Report:
    """The explanation of an orphan, once for each plan that names it."""
    return page(map(_orphan_lines, found), [_orphan_record(item) for item in found], _orphan_answer(found[-1]), now)


def _orphan_answer(item: ExplainedOrphan) -> str:
    name = item.orphan.path or item.orphan.label
    if item.state is not None and item.state.state != "restored":
        return f"{name}: {item.state.state}"
    if item.kept is not None:
        return f"{name} stays: {item.kept.words}"
    return f"{name} may go now; plan {item.plan.plan} removes it when it is approved"


def _orphan_lines(item: ExplainedOrphan) -> Iterator[Line]:
    from occ_media_cli.cli.retention.orphan_plan_view import written
    from occ_media_cli.report.words import size

    orphan, state = item.orphan, item.state
    yield f"{orphan.label}, {orphan.path or 'without a path'}"
    yield f"  orphan   no entry names it; {size(orphan.size)}, written {written(orphan.mtime) or 'at an unknown time'}"
    yield f"  plan     {item.plan.plan}, older than {item.plan.content['older_than']}"
    if state is not None:
        end = f" until {times.text(state.due)}" if state.state == "quarantined" else ""
        yield f"  {state.state:<8} {times.text(state.since)}{end}"
    if state is None or state.state == "restored":
        yield f"  keep     {item.kept.words}" if item.kept is not None else "  remove   nothing keeps it now"


def _orphan_record(item: ExplainedOrphan) -> dict[str, Json]:
    from occ_media_cli.cli.retention.orphan_plan_view import written

    orphan, state, kept = item.orphan, item.state, item.kept
    gone = state is not None and state.state != "restored"
    return {
        "entry": orphan.label, "source": None, "path": orphan.path, "time": written(orphan.mtime), "inbox": None,
        "category": None, "direction": None, "decision": "remove" if kept is None else "keep",
        "may_go": kept is None and not gone, "expires": None,
        "reasons": [{"code": kept.code, "message": kept.words}] if kept is not None else [],
        "rules": [], "holds": [], "same_file": [],
        "steps": [] if state is None else [
            {"what": state.state, "time": times.text(state.since), "plan": item.plan.plan, "message": ""}
        ],
    }  # fmt: skip
