"""Since when sending or receiving is as it is, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.decide.policy import Switch
from occ_media_cli.settings import stated
from occ_media_cli.settings.since import SettingChange
from occ_media_cli.vocabulary import DIRECTIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from occ_media_cli.settings.model import Version


def switches_of(
    connection: sqlite3.Connection | None, version: Version, number: int | None, before: Sequence[Version] = ()
) -> tuple[Switch, Switch]:
    """Sending and receiving as they are in `version`, each with the change that made it so without a break since.

    number: of the inbox, None where no command has recorded it. before: what an edit by hand that is not on record
    brought before that. Such an edit ends what is on record, and is no change of a switch that it left as it was.
    """
    settings = version.settings
    spans = [_span(each, number) for each in (*before, version)]
    held, start = spans[-1], spans[0].valid_from
    if connection is not None and number is not None and start is not None:
        spans += stated.switch_spans(connection, number, start)
    since = stated.switches_since(connection, spans)
    send, receive = (
        Switch(bool(getattr(settings, way)), times.optional_text(change.valid_from), change.actor, change.version)
        for way in DIRECTIONS
        for change in [since.change(held, (way,))]
    )
    return send, receive


def _span(version: Version, number: int | None) -> stated.SwitchSpan:
    settings, start = version.settings, version.valid_from
    made = SettingChange(start, version.number, version.actor, version.reason)
    return stated.SwitchSpan(number, start, version.valid_to, settings.send, settings.receive, made)
