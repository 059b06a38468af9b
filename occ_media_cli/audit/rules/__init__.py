"""The rules of the program, one `.sql` file each; `<id>.sqlite.sql` beside it is a faster text for SQLite."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from occ_media_cli.audit.rule import AuditRule, parse
from occ_media_cli.errors import NotFound

RULES: tuple[str, ...] = (
    "active-content",
    "backdated-change",
    "channel-not-linked",
    "deleted-too-early",
    "deleted-while-held",
    "evidence-expiring",
    "flagged-file",
    "infected-file",
    "ledger-altered",
    "location-metadata",
    "message-without-alternative",
    "missing-bytes",
    "no-retention-policy",
    "not-approved",
    "not-scanned",
    "one-user-two-names",
    "outdated-approved-file",
    "over-limit",
    "over-quota",
    "past-retention",
    "receive-off-without-message",
    "received-while-off",
    "refused-attempts",
    "same-file-many-times",
    "sender-without-permission",
    "sensitive-content",
    "sensitive-inbox-media-on",
    "sent-while-off",
    "store-rolled-back",
    "suppression-expired",
    "suppression-incomplete",
    "suppression-unused",
    "surviving-bytes",
    "time-in-future",
    "type-mismatch",
    "unsupported-type",
)
"""The id of every rule, in the order of the findings."""


@cache
def load_rule(rule_id: str) -> AuditRule:
    """A rule of the program; NotFound with the nearest id."""
    if rule_id not in RULES:
        from occ_media_cli.report.words import suggestion

        raise NotFound(f"no rule '{rule_id}'{suggestion(rule_id, RULES)}", topic=("rules",))
    folder = files(__package__)
    file = folder / f"{rule_id}.sql"
    rule = parse(file.read_text(encoding="utf-8"), file.name)
    tuned = folder / f"{rule_id}.sqlite.sql"
    return replace(rule, tuned=tuned.read_text(encoding="utf-8").strip().rstrip(";")) if tuned.is_file() else rule


def load_all() -> list[AuditRule]:
    """Every rule of the program, in their order."""
    return [load_rule(rule_id) for rule_id in RULES]
