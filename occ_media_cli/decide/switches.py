"""Since when sending or receiving is as it is, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.decide.policy import Switch
from occ_media_cli.settings import stated
from occ_media_cli.settings.since import SettingChange, SettingSince
from occ_media_cli.vocabulary import DIRECTIONS

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.settings.model import Version


def switches_of(connection: sqlite3.Connection | None, version: Version, number: int | None) -> tuple[Switch, Switch]:
    """Sending and receiving as they are in `version`, each with the change that made it so without a break since.

    number: of the inbox, None where no command has recorded it. An edit by hand that is not on record ends what is, and
    is no change of a switch that it left as it was.
    """
    start, settings = version.valid_from, version.settings
    made = SettingChange(start, version.number, version.actor, version.reason)
    held = stated.SwitchSpan(number, start, version.valid_to, settings.send, settings.receive, made)
    spans = [held]
    if connection is not None and number is not None and start is not None:
        spans += stated.switch_spans(connection, number, start)
    since = SettingSince(
        spans,
        lambda span, name: getattr(span, name),
        lambda span: span.made,
        lambda inbox, moment: (
            () if connection is None or inbox is None else stated.stated_at(connection, inbox, moment)
        ),
    )
    send, receive = (
        Switch(bool(getattr(settings, way)), times.optional_text(change.valid_from), change.actor, change.version)
        for way in DIRECTIONS
        for change in [since.change(held, (way,))]
    )
    return send, receive
