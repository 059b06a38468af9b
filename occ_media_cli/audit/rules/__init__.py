"""The rules of the program, one `.sql` file each; `<id>.sqlite.sql` beside it is a faster text for SQLite."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from occ_media_cli.audit.rule import AuditRule, parse
from occ_media_cli.library.library_states import state_sql
from occ_media_cli.media.types import DECLARED_AS, DECLARES_NOTHING, type_of_declared

RULES: tuple[str, ...] = (
    "active-content",
    "backdated-change",
    "channel-not-linked",
    "clock-ran-backwards",
    "deleted-too-early",
    "deleted-while-held",
    "evidence-expiring",
    "flagged-file",
    "infected-file",
    "interrupted-change",
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
    "self-approval",
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
        from occ_media_cli.report.unknown_name import unknown_name

        raise unknown_name(f"no rule '{rule_id}'", rule_id, RULES, ours=True, topic=("rules",))
    folder = files(__package__)
    file = folder / f"{rule_id}.sql"
    rule = parse(_with_words(file.read_text(encoding="utf-8")), file.name)
    tuned = folder / f"{rule_id}.sqlite.sql"
    return replace(rule, tuned=tuned.read_text(encoding="utf-8").strip().rstrip(";")) if tuned.is_file() else rule


def _with_words(text: str) -> str:
    """A rule's text with what has its home elsewhere: the words of `media.types`, and LIBRARY_STATE, which is the state
    of a row l of the library at the time of an entry e, by what was on record then."""
    return _with_media_types(text).replace("LIBRARY_STATE", state_sql("e.time_ms", "e.time_ms"))


def _with_media_types(text: str) -> str:
    """A rule's text with the words for lists that have their home in `media.types`.

    DECLARES_NOTHING is the media types that say nothing, as `'a', 'b'`. DECLARED_AS is one text of other media types of
    each type, `' image/x-png=png application/zip=docx application/zip=xlsx '`, in which a rule looks with instr().
    DECLARED_AS_ONE is the same without those that stand for several types.
    """
    if "DECLAR" not in text:
        return text
    pairs = [(said, kind) for kind, others in DECLARED_AS.items() for said in others]
    alone = [(said, kind) for said, kind in pairs if type_of_declared(said) == kind]
    text = text.replace("DECLARES_NOTHING", ", ".join(f"'{said}'" for said in DECLARES_NOTHING))
    text = text.replace("DECLARED_AS_ONE", _listed(alone))
    return text.replace("DECLARED_AS", _listed(pairs))


def _listed(pairs: list[tuple[str, str]]) -> str:
    lines = ["".join(f" {said}={kind}" for said, kind in pairs[at : at + 4]) for at in range(0, len(pairs), 4)]
    return "(" + "\n      || ".join(f"'{line}'" for line in [*lines[:-1], f"{lines[-1]} "]) + ")"


def load_all() -> list[AuditRule]:
    """Every rule of the program, in their order."""
    return [load_rule(rule_id) for rule_id in RULES]
