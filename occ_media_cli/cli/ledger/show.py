"""`occ-media ledger show` and `flag`: everything known about one entry, and marking one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, Output, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.vocabulary import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.ledger.about_entry import KnownEntry
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.store.open import Store

HELP = """Show everything that is known about one entry.

\b
Examples:
  occ-media ledger show wamid.1
  occ-media ledger show whatsapp:wamid.1 --format json
"""

HELP_FLAG = """Mark an entry, such as for inappropriate content; the audit lists it.

\b
Examples:
  occ-media ledger flag wamid.1 --reason "inappropriate content"
"""

SCHEMA = "occ-media/entry/1"

TITLES = {
    "setting": "setting in force", "corrections": "corrected", "decisions": "decided", "scans": "scanned",
    "flags": "flagged", "holds": "held", "removal": "removal", "places": "same file",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show", help=HELP, epilog=GLOBAL_LINE)(command(run))
    app.command("flag", help=HELP_FLAG, epilog=GLOBAL_LINE)(command(flag))


def run(
    session: Session,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="An id, SOURCE:ID or #SEQ.")],
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show an entry."""
    from occ_media_cli.ledger.about_entry import describe_entry
    from occ_media_cli.ledger.find import find_entry

    with session.reading() as store:
        found = describe_entry(store.ledger, find_entry(store.ledger, entry))
        found = _with_edit(session, store, found)
        stays = _retention(session, store, found.seq)
    session.emit(_report(found, stays), format, output)
    return None


def _with_edit(session: Session, store: Store, found: KnownEntry) -> KnownEntry:
    """An entry under the settings that decided it: those of an edit by hand count before a command records them."""
    from occ_media_cli.decide.switches import switches_of
    from occ_media_cli.settings.read import inbox_ids
    from occ_media_cli.settings.state import edited_versions

    entry, moment = found.entry, times.parse(str(found.entry["time"]))
    inbox = str(entry["inbox"])
    edited = edited_versions(store, inbox, moment, session.now)
    if not edited:
        return found
    *before, version = edited
    number = inbox_ids(store.ledger).get(inbox)
    switches = switches_of(store.ledger, version, number, before)
    switch = switches[[str(way) for way in DIRECTIONS].index(str(entry["direction"]))]
    recorded = next(
        (row for row in found.parts.get("setting", ()) if row.get("switch_version") == switch.version is not None), {}
    )
    settings = version.settings
    setting: dict[str, Json] = {
        "version": None, "unrecorded": True, "send": settings.send, "receive": settings.receive,
        "message": settings.effective_message, "scan": settings.scan,
        "send_approved_only": settings.send_approved_only, "valid_from": times.optional_text(version.valid_from),
        "switch": entry["direction"], "switch_from": switch.since, "switch_version": switch.version,
        "actor": switch.actor,
        "set": recorded.get("set"), "reason": recorded.get("reason"),
    }  # fmt: skip
    return replace(found, parts={**found.parts, "setting": [setting]})


def _retention(session: Session, store: Store, seq: int) -> Mapping[str, Json]:
    """What retention says of the bytes now: keep or remove, from when on they may go, and every reason."""
    from occ_media_cli.retention.explain_name import decide_entry

    decision = decide_entry(store, seq, session.now)
    return {
        "decision": decision.action,
        "expires": times.optional_text(decision.expires),
        "reasons": [reason.words for reason in decision.reasons],
    }


@changing
def flag(
    session: Session,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="An id, SOURCE:ID or #SEQ.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is marked.")],
    backdate: Backdate = None,
) -> int | None:
    """Mark an entry."""
    from occ_media_cli.cli import opening
    from occ_media_cli.ledger.find import find_entry
    from occ_media_cli.ledger.flags import check_reason, flag_entry

    check_reason(reason)
    session.refuse_if_read_only()
    with session.reading() as store:
        find_entry(store.ledger, entry)  # an unknown entry is told before anything is opened to write
    with opening.changing(session, numbered=True) as store:
        flag_entry(store.ledger, entry, reason, session.stamp(), backdate=backdate)
    session.say(f"{entry}, flagged: {reason}")
    return None


def _report(found: KnownEntry, stays: Mapping[str, Json]) -> Report:
    from occ_media_cli.report.blocks import Facts, Lines
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    kinds = {"time": "time", "deleted": "time", "size": "size", "name": "name", "path": "path", "outcome": "state"}
    pairs = [
        (name, value, kinds.get(name, "id"))
        for name, value in found.entry.items()
        if (value is not None or name == "size") and name != "seq"
    ]
    lines: list[Line] = []
    for name, rows in found.parts.items():
        for row in rows:
            lines += [f"{TITLES[name]:<17} {_words(row)}", *(_turned(row) if name == "setting" else ())]
    if found.places > len(found.parts["places"]):
        lines.append(f"{TITLES['places']:<17} in {plural(found.places, 'other place')}, the first"
                     f" {len(found.parts['places'])} above; all: {_all_of(found.entry)}")  # fmt: skip
    elif found.places:
        lines.append(f"{TITLES['places']:<17} in {plural(found.places, 'other place')}")
    reasons = "; ".join(str(reason) for reason in stays["reasons"] or [])  # type: ignore[union-attr]  # a list of texts
    expires = f", may go from {stays['expires']} on" if stays["expires"] else ""
    lines.append(f"{'retention':<17} {stays['decision']}{expires}: {reasons}")
    if not found.parts.get("setting"):
        lines.insert(0, f"{TITLES['setting']:<17} none: the entry is older than the inbox's first version")
    title = str(found.entry["id"] or f"entry {found.seq:,}, erased")
    return Report(
        schema=SCHEMA,
        title=title,
        head={
            "schema": SCHEMA,
            "entry": found.entry,
            "erased": found.erased,
            **found.parts,
            "places_total": found.places,
            "retention": stays,
        },
        blocks=[Facts(pairs), Lines(lines)],  # type: ignore[arg-type]  # members of an entry are plain values
        answer="its personal values were erased" if found.erased else "",
    )


def _all_of(entry: Mapping[str, Json]) -> str:
    field = "sha256" if entry["sha256"] else "md5"
    return f"occ-media ledger list --{field} {entry[field]}"


def _turned(setting: Mapping[str, Json]) -> list[str]:
    """Who had the switch as it was that decided the entry, when and why."""
    from occ_media_cli.cli.settings.show_view import by
    from occ_media_cli.report.words import on_off

    if "switch" not in setting:
        return []
    switch = str(setting["switch"])
    title = f"{switch} {on_off(bool(setting[switch]))}"
    planned = f", set {setting['set']}" if setting["set"] not in (None, setting["switch_from"]) else ""
    why = f": {setting['reason']}" if setting["reason"] is not None else ""
    number = setting["switch_version"]
    version = "not on record" if number is None else f"version {number}"
    words = f"from {setting['switch_from']}, {version}, by {by(setting['actor'])}"
    return [f"{title:<17} {words}{planned}{why}"]


_OF_SWITCH = frozenset({"switch", "switch_from", "switch_version", "actor", "set", "reason"})
"""What a setting in force says of the switch that decided the entry."""


def _words(row: Mapping[str, Json]) -> str:
    from occ_media_cli.report.words import on_off

    parts = []
    for name, value in row.items():
        if "switch" in row and name in _OF_SWITCH:
            continue
        if value is None or (value is False and name == "send_approved_only"):
            continue
        if name == "unrecorded":
            parts.append("edited by hand, not on record")
            continue
        shown = on_off(value) if isinstance(value, bool) else str(value)
        parts.append(shown if name in ("time", "outcome", "decision", "state", "hold") else f"{name} {shown}")
    return ", ".join(parts)
