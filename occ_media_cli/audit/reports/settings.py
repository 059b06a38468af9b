"""Settings: which setting was in force when, and who set it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import EVER_BEFORE, FOREVER, AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import Answer, choose_columns, inbox_names, not_drawn
from occ_media_cli.audit.setting_changes import read_stated
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Column, Group, Row, Span, Table
from occ_media_cli.report.lanes import Lane, Lanes, Stretch
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.settings.since import SettingChange, stated_by_moment
from occ_media_cli.settings.stated_words import UNKNOWN, SettingsSpan, spans_since, stated_words

QUESTION = "Which setting was in force when, and who set it?"

DRAWN = """
SELECT s.inbox, s.valid_from_ms, s.valid_to_ms, s.receive
FROM setting s
WHERE s.valid_from_ms < :until_ms AND s.valid_to_ms > :since_ms
ORDER BY s.inbox, s.inbox_id, s.valid_from_ms"""
"""When receiving was on and off, for `lanes`."""

VERSIONS = """
SELECT s.inbox, s.version, s.valid_from_ms, s.valid_to_ms, s.inbox_id, nullif(s.actor, '') AS actor, s.reason,
  s.wall_ms, s.message, s.message_source, s.messages, s.send, s.receive, s.channels, s.tags, s.description,
  s.send_approved_only, s.scan, s.quota, s.quota_text, s.event, s.set_ms
FROM setting s
WHERE s.valid_from_ms < :until_ms
ORDER BY s.inbox, s.inbox_id, s.valid_from_ms"""
"""Those before the period too: the first one in it is told by what it changed."""

COLUMNS = (
    Column("inbox", "Inbox", "id"),
    Column("version", "Version", "count"),
    Column("from", "From", "time"),
    Column("to", "Until", "time"),
    Column("receive", "Receive", "state"),
    Column("send", "Send", "state"),
    Column("actor", "By", "id"),
    Column("reason", "Reason", "text"),
    Column("made", "Made", "time"),
    Column("message", "Customers read", "text"),
    Column("scan", "Scan", "text"),
    Column("changed", "Changed", "change"),
    Column("approved_only", "Approved files only", "state"),
    Column("quota", "Quota", "size"),
    Column("channels", "Channels", "text"),
    Column("tags", "Tags", "text"),
    Column("description", "Description", "text"),
    Column("messages", "In other languages", "text"),
    Column("rewritten_by", "Written anew by", "id"),
    Column("rewritten_reason", "Written anew because", "text"),
    Column("rewritten", "Written anew", "time"),
)
"""Every field of a setting. changed: what differs from the version before it, which may lie before the period. actor,
reason, made: of the change that stated that. rewritten: of one that came later, and only wrote the version anew."""

SHOWN, _cells = choose_columns(
    COLUMNS, "version", "from", "to", "receive", "send", "changed", "actor", "reason", "message"
)  # the fields that have no column of their own stand under their row

UNCHANGED = "nothing"
"""What changed in a version that says what held before: an edit by hand, or one that nobody saw being made."""


def shown(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...] | Group | Row]:
    """Rows under their inbox."""
    before = None
    for row in rows:
        if row[0] != before:
            yield Group((Span(str(row[0]), verbatim=True),))
        before = row[0]
        rest, anew = _rest(row), _anew(row)
        below = "; ".join(line for line in (f"with {rest}" if rest else "", anew) if line)
        yield Row(_cells(row), [(Span(below, verbatim=True),)]) if below else _cells(row)


_PLACES = {column.key: place for place, column in enumerate(COLUMNS)}


def _rest(row: Sequence[Any]) -> str:
    """The fields without a column of a page, as far as they say something: a period may begin long after they were set,
    so what changed in it does not tell them."""
    field = {key: row[place] for key, place in _PLACES.items()}
    found = ["approved files only"] if field["approved_only"] == "on" else []
    if field["quota"] is not None:
        found.append(f"quota {words.size(field['quota'])}")
    if field["scan"] != "off":
        found.append(f"scan {field['scan']}")
    for key, name in (("channels", "channels"), ("tags", "tags"), ("description", "description"),
                      ("messages", "in other languages")):  # fmt: skip
        if field[key]:
            found.append(f"{name} {field[key]}")
    return "; ".join(found)


def _anew(row: Sequence[Any]) -> str:
    """Whose later change only wrote a version anew, of one that has such a change."""
    actor, reason, moment = (row[_PLACES[key]] for key in ("rewritten_by", "rewritten_reason", "rewritten"))
    if moment is None:
        return ""
    return f"written anew at {moment} by {actor or UNKNOWN}" + (f": {reason}" if reason else "")


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Every setting version that was in force in the period, by inbox and time."""
    rows: list[tuple[Any, ...]] = []
    drawn: list[tuple[str, int, int, bool]] = []
    numbers: set[int] = set()  # not names: one may have been another inbox's before
    before: dict[int, InboxSettings] = {}
    names, values = inbox_names(source), scope.values()
    since = int(values["since_ms"])
    found = list(source.query(VERSIONS, values))
    spans = [_span(row) for row in found]
    changes = spans_since(spans, stated_by_moment(read_stated(source)))
    for row, span in zip(found, spans, strict=True):
        name, version, start, end, number, message = *row[:5], row[8]
        now, old = span.settings, before.get(number)
        before[number] = now
        if (scope.inboxes and name not in scope.inboxes) or int(end) <= since:
            continue
        told = stated_words(changes, span, old)
        made, anew = told.change, told.anew or _NOBODY
        inbox = names[int(number)]
        rows.append((
            inbox, int(version) if int(version) > 0 else None, times.text(int(start)),
            None if int(end) == FOREVER else times.text(int(end)), words.on_off(now.receive), words.on_off(now.send),
            made.actor, made.reason, times.optional_text(made.wall_ms), message, now.scan,
            ", ".join(told.words) or UNCHANGED, words.on_off(now.send_approved_only),
            None if row[18] is None else int(row[18]), _listed(now.channels), _listed(now.tags),
            now.description or None, _by_language(now), anew.actor, anew.reason, times.optional_text(anew.wall_ms),
        ))  # fmt: skip
        drawn.append((inbox, int(start), int(end), now.receive))
        numbers.add(int(number))
    inboxes = len(numbers)
    return Answer(
        "Settings in force", QUESTION, COLUMNS, rows,
        f"{words.plural(len(rows), 'setting version')} in {words.plural(inboxes, 'inbox', 'inboxes')}",
        blocks=[Table(SHOWN, list(shown(rows)))] if rows else [],
        figures=lanes(drawn, scope),
        totals={"versions": len(rows), "inboxes": inboxes},
        empty="No setting was in force in this period.",
    )  # fmt: skip


_NOBODY = SettingChange(None, None)


def _span(row: Sequence[Any]) -> SettingsSpan:
    """A row of `VERSIONS` as a span. Engines give whole numbers in types of their own."""
    _, version, start, end, number, actor, reason, wall, message = row[:9]
    number, start, end = int(number), int(start), int(end)
    event, set_ms = (None if each is None else int(each) for each in row[20:])
    numbered = int(version) if int(version) > 0 else None
    made = SettingChange(start, numbered, actor, reason, set_ms, event, None if wall is None else int(wall))
    return SettingsSpan(number, start, end, _settings(message, *row[9:20]), made)


def _settings(
    message: str | None, message_source: str | None, messages: str, send: int, receive: int, channels: str, tags: str,
    description: str, send_approved_only: int, scan: str, quota: int | None, quota_text: str | None,
) -> InboxSettings:  # fmt: skip
    """The settings of a row, whose lists and objects are JSON."""
    return InboxSettings.from_value({
        "message": message, "message_source": message_source, "messages": json.loads(messages), "send": int(send),
        "receive": int(receive), "channels": json.loads(channels), "tags": json.loads(tags),
        "description": description, "send_approved_only": int(send_approved_only), "scan": scan, "quota": quota,
        "quota_text": quota_text,
    })  # fmt: skip


def _listed(items: Sequence[str]) -> str | None:
    return ", ".join(items) or None


def _by_language(settings: InboxSettings) -> str | None:
    return _listed([f"{language}: {text}" for language, text in sorted(settings.messages.items())])


MOST_LANES = 30


MOST_TICKS = 400
"""Moments that are drawn on one line; all of them are counted."""


def lanes(
    spans: list[tuple[str, int, int, bool]], scope: AuditScope, errors: Mapping[str, Sequence[int]] | None = None
) -> list[Block]:
    """When receiving was on and off in each inbox.

    errors: the moment of every error by inbox, None where nobody looked for errors; of many, some are drawn above the
    line, spread over all of them.
    """
    ticks = errors or {}
    starts = [span[1] for span in spans] + [min(each) for each in ticks.values() if each]
    if not starts:
        return []
    since, until = scope.values()["since_ms"], scope.values()["until_ms"]
    start = int(since) if since != EVER_BEFORE else min(starts)
    end = min(int(until) if until != FOREVER else scope.now, max(scope.now, start + 1))
    if end <= start:
        return []
    by_inbox: dict[str, list[Stretch]] = {}
    for name, begin, finish, on in spans:
        low, high = max(begin, start), min(finish, end)
        if low < high:
            drawn = by_inbox.setdefault(name, [])
            word = "on" if on else "off"
            if drawn and (drawn[-1].end, drawn[-1].word) == (low, word):  # another setting, and receiving as before
                low = drawn.pop().start
            drawn.append(Stretch(low, high, word))
    wanted = sorted(by_inbox, key=lambda name: (-len(ticks.get(name, ())), name))[:MOST_LANES]
    found = [_lane(name, by_inbox[name], ticks.get(name, ()), (start, end)) for name in sorted(wanted)]
    off = sum(any(stretch.word == "off" for stretch in lane.stretches) for lane in found)
    rest = not_drawn(len(by_inbox) - len(found), "inbox", "inboxes")
    return [
        Lanes(
            "When was receiving on?", start, end, times.text(start)[:10], times.text(end)[:10], found,
            tick=None if errors is None else ("error", "errors"),
            caption=f"off for a while in {off} of {len(found)}{rest}",
        )
    ] if found else []  # fmt: skip


def _lane(name: str, stretches: Sequence[Stretch], moments: Sequence[int], period: tuple[int, int]) -> Lane:
    inside = sorted(moment for moment in moments if period[0] <= moment < period[1])
    if len(inside) <= MOST_TICKS:
        return Lane(name, stretches, inside)
    drawn = [inside[number * len(inside) // MOST_TICKS] for number in range(MOST_TICKS)]
    counts = [bisect_left(inside, stretch.end) - bisect_left(inside, stretch.start) for stretch in stretches]
    return Lane(name, stretches, drawn, counts, len(inside))
