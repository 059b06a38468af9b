"""What the page of an audit tells its reader: of which store it is, and what to type for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times

if TYPE_CHECKING:
    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.pages.audit_document import AuditQuestion, Page
    from occ_media_cli.audit.pages.reader_commands import ReaderCommands
    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.cli.session import Session


def whole_page(session: Session, audit: Audit, asked: AuditQuestion, source: RuleSource, veil: Veil | None) -> Page:
    """The long page of an audit."""
    from occ_media_cli.audit.pages import audit_document
    from occ_media_cli.audit.pages import long as pages

    store = hidden(str(session.location.path), veil)
    return audit_document.Page(
        blocks=pages.blocks(
            audit, source, asked.commands, veil=veil),
        verdict=pages.verdict(audit),
        about=[store if audit.scope.inboxes else f"All inboxes; {store}"],
    )  # fmt: skip


def reader_commands(session: Session, filters: list[str], veil: Veil | None) -> ReaderCommands:
    """What a page of this audit tells its reader to type."""
    from occ_media_cli.audit.pages.reader_commands import ReaderCommands
    from occ_media_cli.report.words import shell

    zone = session.zone_name()  # without it the same words may be another period
    audit = ("occ-media", *(("--tz", zone) if zone != times.ZONE else ()), "audit", *filters)
    store = hidden(str(session.location.path), veil)
    return ReaderCommands(
        hint="help: why, and how to fix: occ-media rules explain RULE",
        audit=shell(*audit),
        rest=shell(*audit, "--format", "csv"),
        one_rule="--rule",
        rule_text="The text of a rule: occ-media rules explain RULE --sql",
        verify=shell("occ-media", "--store", store, "ledger", "verify"),
    )


def hidden(text: str, veil: Veil | None) -> str:
    """A path or an argument as it may be shown: the folder of a home names somebody."""
    return text if veil is None else veil.text(text)


def typed_filters(
    since: str | None, until: str | None, compare: str | None, inboxes: list[str] | None, rules: list[str] | None,
    veil: Veil | None,
) -> list[str]:  # fmt: skip
    """The filters as they were given, and as they may be shown."""
    given = [("--since", since), ("--until", until), ("--compare", compare)]
    given += [("--inbox", name) for name in inboxes or ()] + [("--rule", name) for name in rules or ()]
    return [hidden(part, veil) for option, value in given if value is not None for part in (option, value)]
