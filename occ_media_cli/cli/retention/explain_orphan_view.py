"""Why a file that no entry names stays or may go, for people and programs: the form of `retention explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.cli.retention.explain import page
from occ_media_cli.cli.retention.orphan_plan_view import written
from occ_media_cli.report.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.model import Json, Line, Report
    from occ_media_cli.retention.explain_orphan import ExplainedOrphan


def report(found: list[ExplainedOrphan], now: int) -> Report:
    """The explanation of an orphan, once for each plan that names it."""
    return page(map(_lines, found), [_record(item) for item in found], _answer(found[-1]), now)


def _answer(item: ExplainedOrphan) -> str:
    name = item.orphan.path or item.orphan.label
    if item.state is not None and item.state.state != "restored":
        return f"{name}: {item.state.state}"
    if item.kept is not None:
        return f"{name} stays: {item.kept.words}"
    return f"{name} may go now; plan {item.plan.plan} removes it when it is approved"


def _lines(item: ExplainedOrphan) -> Iterator[Line]:
    orphan, state = item.orphan, item.state
    yield f"{orphan.label}, {orphan.path or 'without a path'}"
    yield f"  orphan   no entry names it; {size(orphan.size)}, written {written(orphan.mtime) or 'at an unknown time'}"
    yield f"  plan     {item.plan.plan}, older than {item.plan.content['older_than']}"
    if state is not None:
        end = f" until {times.text(state.due)}" if state.state == "quarantined" else ""
        yield f"  {state.state:<8} {times.text(state.since)}{end}"
    if state is None or state.state == "restored":
        yield f"  keep     {item.kept.words}" if item.kept is not None else "  remove   nothing keeps it now"


def _record(item: ExplainedOrphan) -> dict[str, Json]:
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
