"""Reading what each change of an inbox stated, and since when it sends and receives as it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.settings.since import SETTINGS, SettingChange, SettingSince, StatedSetting
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

_NAMED = ", ".join(f"'{name}'" for name in SETTINGS)
_VERSION_FROM = (
    "(SELECT json_extract(v.value, '$.version') FROM json_each(e.body, '$.versions') v"
    " WHERE json_extract(v.value, '$.from') = json_extract(d.value, '$.{}'))"
)
_VERSION = f"coalesce({_VERSION_FROM.format('from')}, json_extract(e.body, '$.versions[0].version'))"

STATED = f"""
SELECT json_extract(e.body, '$.inbox') AS inbox_id, c.key AS setting,
  CASE WHEN c.type IN ('true', 'false') THEN c.value END AS switched, json_extract(d.value, '$.from') AS valid_from_ms,
  coalesce(json_extract(d.value, '$.until'), 9223372036854775807) AS valid_to_ms,
  coalesce(json_extract(d.value, '$.at'), e.ms) AS order_ms, e.seq AS event, {_VERSION} AS version,
  coalesce({_VERSION_FROM.format("until")}, {_VERSION}) AS version_after, nullif(e.actor, '') AS actor,
  e.reason AS reason, e.ms AS set_ms, e.wall AS wall_ms
FROM event e JOIN json_each(e.body, '$.deltas') d
LEFT JOIN json_each(d.value, '$.change') c ON c.key IN ({_NAMED})
WHERE e.kind = 'setting'"""
"""What each change of an inbox stated: one row for each setting in it, or one without a setting. Half-open
[valid_from_ms, valid_to_ms). Of several that cover a moment the last by (order_ms, event) is in force."""


def stated_setting(row: Sequence[Any]) -> StatedSetting:
    """A row of `STATED`, without its inbox."""
    setting, switched, start, end, order, event, version, after, actor, reason, set_ms, wall = row
    on = None if switched is None else bool(switched)
    return StatedSetting(setting, on, start, end, (order, event), version, after, actor, reason, set_ms, wall)


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
    """Sending and receiving of an inbox over a span of time in which neither is turned. made: the change with which it
    begins."""

    inbox_id: int | None
    valid_from: int | None
    valid_to: int | None
    send: bool
    receive: bool
    made: SettingChange


def switch_spans(connection: sqlite3.Connection, inbox: int, before: int) -> list[SwitchSpan]:
    """Sending and receiving of an inbox until a moment. Versions that turn neither are no spans of their own: an inbox
    may have thousands of them."""
    rows = connection.execute(
        """
WITH said AS (
  SELECT valid_from, json_extract(value, '$.send') AS send, json_extract(value, '$.receive') AS receive, version, event
  FROM setting_version
  WHERE inbox = ?1 AND superseded_by IS NULL AND valid_from < ?2 AND (valid_to IS NULL OR valid_to > valid_from)),
turned AS (
  SELECT *, send IS NOT lag(send) OVER w OR receive IS NOT lag(receive) OVER w AS turns FROM said
  WINDOW w AS (ORDER BY valid_from))
SELECT t.valid_from, lead(t.valid_from, 1, ?2) OVER (ORDER BY t.valid_from), t.send, t.receive, t.version,
  nullif(e.actor, ''), e.reason, e.ms
FROM turned t JOIN event e ON e.seq = t.event WHERE t.turns""",
        (inbox, before),
    )
    return [
        SwitchSpan(inbox, start, end, bool(send), bool(receive), SettingChange(start, version, actor, reason, set_ms))
        for start, end, send, receive, version, actor, reason, set_ms in rows
    ]


def switches_since(connection: sqlite3.Connection | None, spans: Iterable[SwitchSpan]) -> SettingSince[SwitchSpan]:
    """Which change gave a switch the value that it has in one of these spans."""
    return SettingSince(
        spans,
        lambda span, name: getattr(span, name),
        lambda span: span.made,
        lambda inbox, moment: () if connection is None or inbox is None else stated_at(connection, inbox, moment),
    )


def switched_at(connection: sqlite3.Connection, inbox: int, switch: str, moment: int) -> SettingChange | None:
    """The change that had a switch of an inbox as it was at a moment; None where no settings were in force."""
    spans = switch_spans(connection, inbox, moment + 1)
    held = next((span for span in reversed(spans) if span.valid_from is not None and span.valid_from <= moment), None)
    return None if held is None else switches_since(connection, spans).change(held, (switch,))
