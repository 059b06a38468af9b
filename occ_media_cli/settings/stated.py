"""Reading what each change of an inbox stated, and since when it sends and receives as it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.settings.since import SETTINGS, SettingChange, StatedSetting
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_NAMED = ", ".join(f"'{name}'" for name in SETTINGS)
_VERSION_FROM = (
    "(SELECT json_extract(v.value, '$.version') FROM json_each(e.body, '$.versions') v"
    " WHERE json_extract(v.value, '$.from') = json_extract(d.value, '$.{}'))"
)
_VERSION = f"coalesce({_VERSION_FROM.format('from')}, json_extract(e.body, '$.versions[0].version'))"

STATED = f"""
SELECT json_extract(e.body, '$.inbox') AS inbox_id, c.key AS setting, json_extract(d.value, '$.from') AS valid_from_ms,
  coalesce(json_extract(d.value, '$.until'), 9223372036854775807) AS valid_to_ms,
  coalesce(json_extract(d.value, '$.at'), e.ms) AS order_ms, e.seq AS event, {_VERSION} AS version,
  coalesce({_VERSION_FROM.format("until")}, {_VERSION}) AS version_after, nullif(e.actor, '') AS actor,
  e.reason AS reason, e.ms AS set_ms
FROM event e JOIN json_each(e.body, '$.deltas') d
LEFT JOIN json_each(d.value, '$.change') c ON c.key IN ({_NAMED})
WHERE e.kind = 'setting'"""
"""What each change of an inbox stated: one row for each setting in it, or one without a setting. Half-open
[valid_from_ms, valid_to_ms). Of several that cover a moment the last by (order_ms, event) is in force."""


def stated_setting(row: Sequence[Any]) -> StatedSetting:
    """A row of `STATED`, without its inbox."""
    setting, start, end, order, event, version, after, actor, reason, set_ms = row
    return StatedSetting(setting, start, end, (order, event), version, after, actor, reason, set_ms)


def stated_at(connection: sqlite3.Connection, inbox: int, moment: int) -> list[StatedSetting]:
    """What changes of an inbox stated from a moment on, or until it."""
    rows = connection.execute(
        f"{STATED} AND e.seq IN (SELECT event FROM setting_version WHERE inbox = ?1)"
        " AND (instr(e.body, '\"from\":' || ?2) OR instr(e.body, '\"until\":' || ?2))"  # few are taken apart
        " AND (valid_from_ms = ?2 OR valid_to_ms = ?2)",
        (inbox, moment),
    )
    return [stated_setting(row[1:]) for row in rows]


@value
class SwitchSpan:
    """Sending and receiving of an inbox in a version that is in force."""

    inbox_id: int | None
    valid_from: int | None
    valid_to: int | None
    send: bool
    receive: bool
    made: SettingChange


def switch_spans(connection: sqlite3.Connection, inbox: int, before: int) -> list[SwitchSpan]:
    """Sending and receiving in each version that begins before a moment, until then; nothing else is read of it."""
    rows = connection.execute(
        "SELECT v.valid_from, min(coalesce(v.valid_to, ?2), ?2), json_extract(v.value, '$.send'),"
        " json_extract(v.value, '$.receive'), v.version, nullif(e.actor, ''), e.reason, e.ms"
        " FROM setting_version v JOIN event e ON e.seq = v.event"
        " WHERE v.inbox = ?1 AND v.superseded_by IS NULL AND v.valid_from < ?2",
        (inbox, before),
    )
    return [
        SwitchSpan(inbox, start, end, bool(send), bool(receive), SettingChange(start, version, actor, reason, set_ms))
        for start, end, send, receive, version, actor, reason, set_ms in rows
    ]
