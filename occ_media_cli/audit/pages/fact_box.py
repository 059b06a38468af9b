"""The fact box of the page: which ledger was judged, whether it is the one that was recorded, and how much of it."""

from __future__ import annotations

from occ_media_cli import times
from occ_media_cli.audit.engine import Audit
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Facts

UNJUDGED = "Unjudged: no setting in force"
"""Entries that no rule about settings could judge; what a single rule lacked stands in the table of rules."""


def fact_box(audit: Audit, runs: str) -> Facts:
    """The facts at the head of the page. runs: the audits on record, in words."""
    head = audit.head
    failed = [v.rule.id for v in audit.verdicts if v.failed]
    lacks = [f"{', '.join(failed)} could not be judged"] if failed else []
    lacks += [audit.integrity.why_incomplete()] if audit.integrity.altered else []
    return Facts([
        ("Ledger head", head.state, "id"),
        ("Ledger entries", head.entries, "count"),
        ("Ledger", _verified(audit), "id"),
        ("Checkpoint", _checkpoint(audit), "text"),
        ("Audits on record", runs, "text"),
        ("Entries looked at", audit.people.entries, "count"),
        (UNJUDGED, audit.people.unjudged, "count"),
        ("Complete", f"no: {' and '.join(lacks)}" if lacks else "yes", "text"),
        ("Suppressed", audit.suppressed, "count"),
    ])  # fmt: skip


def _verified(audit: Audit) -> str:
    """Whether the ledger is the one that was recorded."""
    found, head = audit.integrity, audit.head
    if not head.ledger:
        return "there is none"
    if found.unproved is not None:
        return f"NOT PROVED by the checkpoint, and every stored value is what the chain says: {found.unproved}"
    if found.altered:
        first = found.problems[0]
        more = f"; {words.plural(len(found.problems) - 1, 'more difference')}" if len(found.problems) > 1 else ""
        return f"ALTERED: {first.table}: {first.what}{more}"
    if found.verified:
        return "verified: every stored value was computed again before it was judged"
    before = "never before" if head.verified is None else f"before up to head {head.verified}"
    return f"not verified by this audit; {before}"


def _checkpoint(audit: Audit) -> str:
    """Whether a checkpoint that was kept elsewhere says the same."""
    found = audit.integrity
    if found.mark is None:
        return "not compared"
    matches = "matches" if found.checkpoint else "does NOT match"
    vouched = f"; {found.proof.in_words()}" if found.proof is not None else ""
    return f"{matches} at entry {found.mark.seq:,}, taken {times.text(found.mark.made)}{vouched}"
