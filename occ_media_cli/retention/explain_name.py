"""Asking a store what retention says of a file, under the rules in force at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound
from occ_media_cli.retention import explain, explain_orphan, stored_entries, stored_rules
from occ_media_cli.settings import read
from occ_media_cli.settings.editing import current

if TYPE_CHECKING:
    from occ_media_cli.retention.explain import ExplainedEntry
    from occ_media_cli.retention.explain_orphan import ExplainedOrphan
    from occ_media_cli.retention.model import RetentionDecision, RetentionRule
    from occ_media_cli.store.open import Store


def explain_name(store: Store, name: str, now: int) -> tuple[list[ExplainedEntry], list[ExplainedOrphan]]:
    """Why what a name stands for stays or may go: entries, else files that a plan names and no entry does.

    name: an entry's id, SOURCE:ID, #SEQ, a path under the root, or a file on this machine. NotFound for what nobody
    knows.
    """
    connection = store.ledger
    rules = _rules(store, now)
    try:
        entries = explain.named(connection, name)
    except NotFound:
        orphans = explain_orphan.named(connection, name)
        if not orphans:
            raise
        return [], explain_orphan.judge(connection, orphans, rules, now)
    return [explain.explain(connection, item, rules, now) for item in entries], []


def decide_entry(store: Store, seq: int, now: int) -> RetentionDecision:
    """What retention says of the bytes of one entry: keep or remove, from when on they may go, and every reason."""
    stored_entries.teach(store.ledger)
    [entry] = stored_entries.entries(store.ledger, "r.seq = ?", [seq])
    return explain.explain(store.ledger, entry, _rules(store, now), now).decision


def _rules(store: Store, now: int) -> tuple[RetentionRule, ...]:
    section = current(store, now).sections.get("retention", [])
    return stored_rules.resolve(section, read.inbox_ids(store.ledger))  # type: ignore[arg-type]  # a section of rules
