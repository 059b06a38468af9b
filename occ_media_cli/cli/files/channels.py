"""`occ-media channels`: the channel profiles, of the program and of the store, and the page of one with its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Lines, Section, Table
from occ_media_cli.report.model import Report
from occ_media_cli.values import as_dict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.media.channels.profile import ChannelRule, Needs, Profile
    from occ_media_cli.report.blocks import Block
    from occ_media_cli.report.json_types import Json

LIST_SCHEMA = "occ-media/channels/1"
PAGE_SCHEMA = "occ-media/channel/1"

_NEEDS = {
    "audio_codecs": "sound {}",
    "video_codecs": "picture {}",
    "audio_streams": "{} audio stream",
    "channels": "{} audio channel",
    "bits": "{} bits a sample",
    "colours": "colours {}",
    "pixels": "{} pixels",
    "pixel_sum": "width + height up to {}",
    "ratio": "sides up to {} : 1",
    "name_length": "name up to {} characters",
}
_SWITCHES = {
    "animated": ("animated", "not animated"),
    "picture": ("with picture", "without picture"),
    "sound": ("with sound", "without sound"),
}

HELP = """List the channel profiles that files can be judged against.

\b
Examples:
  occ-media channels
  occ-media types --channel telegram
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List profiles."""
    from occ_media_cli.decide.policy_question import every_profile

    found = every_profile(session.location, session.now)
    linked = {profile.name: list(inboxes) for profile, inboxes in found}
    session.emit(listing([profile for profile, _ in found], linked), format, output)
    return None


def listing(profiles: Sequence[Profile], linked: Mapping[str, Sequence[str]]) -> Report:
    """Every profile, and the inboxes that are linked to it."""
    columns = (
        Column("channel", "Channel", "id"),
        Column("title", "Title"),
        Column("directions", "Knows", "id"),
        Column("base", "Narrows", "id"),
        Column("inboxes", "Inboxes", "id"),
    )
    records: list[dict[str, Json]] = [
        {
            "channel": each.name,
            "title": each.title,
            "directions": list(each.directions()),
            "base": each.base,
            "gathered": each.gathered,
            "inboxes": list(linked[each.name]),
        }
        for each in profiles
    ]
    return Report.of_list(
        columns,
        records,
        schema=LIST_SCHEMA,
        title="Channel profiles",
        records_key="channels",
        answer=f"{words.plural(len(profiles), 'channel')}; occ-media types --channel NAME shows one with its sources",
    )


def page(profile: Profile) -> Report:
    """What one channel takes, and who says so."""
    columns = (
        Column("direction", "Way", "id"),
        Column("as", "As", "id"),
        Column("limit", "Limit"),
        Column("types", "Types", "id"),
        Column("needs", "Needs"),
        Column("confidence", "Sure", "id"),
        Column("sources", "Source", "id"),
    )
    rows: list[dict[str, Json]] = [
        {"limit": None, **rule_record(rule), "types": _types(rule, profile), "needs": needs_words(rule.needs)}
        for rule in profile.rules
        if not _is_refused(rule, profile)
    ]
    blocks: list[Block] = [Table.of(columns, rows)]
    details = [f"{rule.sent_as}: {rule.note}" for rule in profile.rules if rule.note]
    notes = [*profile.notes, *dict.fromkeys(details)]
    if profile.base:
        notes.insert(0, f"narrows {profile.base}")
    if notes:
        blocks.append(Section("Notes", (Lines([f"  {note}" for note in notes]),)))
    if profile.blocked_extensions:
        blocked = ", ".join(sorted(profile.blocked_extensions))
        source = f" ({profile.blocked_source})" if profile.blocked_source else ""
        blocks.append(Section(f"Blocked extensions{source}", (Lines([f"  {blocked}"]),)))
    if profile.sources:
        blocks.append(Section("Sources", (Lines([f"  {name}  {where}" for name, where in profile.sources.items()]),)))
    gathered = f", gathered {profile.gathered}" if profile.gathered else ""
    return Report(
        schema=PAGE_SCHEMA,
        title=profile.title,
        head={
            "channel": profile.name,
            "title": profile.title,
            "base": profile.base,
            "gathered": profile.gathered,
            "notes": list(profile.notes),
            "refused": sorted(profile.refused),
            "blocked_extensions": sorted(profile.blocked_extensions),
            "sources": dict(profile.sources),
        },
        records_key="rules",
        records=[rule_record(rule) for rule in profile.rules],
        blocks=blocks,
        answer=f"{profile.name}, {profile.title}: {words.plural(len(rows), 'rule')}{gathered}",
    )


def rule_record(rule: ChannelRule) -> dict[str, Json]:
    """A rule as programs read it; only what it states."""
    record: dict[str, Json] = {"direction": rule.direction, "as": rule.sent_as, "types": list(rule.types)}
    if rule.limit is not None:
        record |= {"limit": rule.limit.stated, "near_bytes": rule.limit.near, "max_bytes": rule.limit.at_most}
    if rule.advised_bytes is not None:
        record["advised_bytes"] = rule.advised_bytes
    if rule.encoding is not None:
        record["encoding"] = rule.encoding
    for name, needed in as_dict(rule.needs).items():
        if needed is not None:
            record[name] = list(needed) if isinstance(needed, tuple) else needed
    return record | {
        "advice": list(rule.advice),
        "note": rule.note,
        "sources": list(rule.sources),
        "confidence": rule.confidence,
    }


def needs_words(needs: Needs) -> str:
    """What the content must be like, in words."""
    parts = []
    for name, needed in as_dict(needs).items():
        if needed is None:
            continue
        if name in _SWITCHES:
            parts.append(_SWITCHES[name][0 if needed else 1])
        elif name == "pixels":
            parts.append(_NEEDS[name].format(f"{needed[0]} x {needed[1]}"))
        else:
            shown = " or ".join(needed) if isinstance(needed, tuple) else f"{needed:,}"
            parts.append(_NEEDS[name].format(shown))
    return ", ".join(parts)


def _types(rule: ChannelRule, profile: Profile) -> str:
    kinds = [kind for kind in rule.types if kind not in profile.refused]
    return "any" if kinds == ["*"] else ", ".join(kinds)


def _is_refused(rule: ChannelRule, profile: Profile) -> bool:
    return all(kind in profile.refused for kind in rule.types)
