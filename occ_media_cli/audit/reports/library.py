"""The approved library: what may be sent, by whom it was approved, and what was sent that is none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import library_outside
from occ_media_cli.audit.reports.answer import Answer, choose_columns, inbox_names, inside, integers, not_drawn
from occ_media_cli.library.library_list import ends_by
from occ_media_cli.library.library_states import recorded_apart, state_sql
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Figure, Table
from occ_media_cli.settings.second_person import Actor, describe_two_people

QUESTION = "What may be sent, by whom was it approved, and what was sent that is none of it?"

SOON_DAYS = 30
"""Days ahead in which an end is told as near."""

FILES = f"""
SELECT l.seq, l.place, l.document, l.name, l.version, l.path, l.expires_ms, l.proposed_by, l.proposed_ms, l.approved_by,
  l.approved_ms, l.retired_ms, l.replaced_ms, a.requested_user, a.approved_user, a.wall_ms,
  {state_sql(":now_ms")} AS state
FROM library l LEFT JOIN agreement a ON a.event = l.approved_seq
ORDER BY l.name, l.seq, l.place"""

REACH = "SELECT a.seq, a.place, a.inbox_id, a.from_ms, a.to_ms FROM library_allowed a"
"""When each inbox may send each file."""

_SENT = """e.direction = 'send' AND e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms"""
_MAY = """a.sha256 = e.sha256 AND (a.inbox_id IS NULL OR a.inbox_id = e.inbox_id) AND a.from_ms <= e.time_ms
  AND a.to_ms > e.time_ms"""

SENT = f"""
SELECT a.seq, a.place, count(DISTINCT e.seq) AS files, min(e.time_ms) AS first_ms, max(e.time_ms) AS last_ms
FROM entry e CROSS JOIN library_allowed a
WHERE {_SENT} AND {_MAY}{{inside}}
GROUP BY a.seq, a.place"""
"""Sent while an approval let its inbox send it; a file that two approvals cover counts for both."""

ALL_SENT = f"""
SELECT count(*) AS files FROM entry e
WHERE {_SENT} AND EXISTS (SELECT 1 FROM library_allowed a WHERE {_MAY}){{inside}}"""

_ANY_FILE = "SELECT l.seq FROM library l LIMIT 1"
_ANY_STRICT = "SELECT s.version FROM setting s WHERE s.send_approved_only = 1 LIMIT 1"
"""Without either nobody has to look at every entry."""

COLUMNS = (
    Column("state", "State", "state"),
    Column("document", "Document", "text"),
    Column("version", "Version", "text"),
    Column("file", "File", "path"),
    Column("inboxes", "For", "text"),
    Column("expires", "Ends", "time"),
    Column("ended", "Over from", "time"),
    Column("how", "How", "text"),
    Column("proposed_by", "Proposed by", "id"),
    Column("proposed", "Proposed", "time"),
    Column("approved_by", "Approved by", "id"),
    Column("approved", "Approved", "time"),
    Column("recorded", "Recorded", "time"),
    Column("two_people", "Two people", "text"),
    Column("sent", "Sent", "count"),
    Column("first", "First sent", "time"),
    Column("last", "Last sent", "time"),
    Column("agent", "Sent by", "id"),
    Column("was", "What it was", "text"),
)
"""One row a file of a version that is approved, now or from a later moment on, waits, or ended after it was sent in the
period; and one for what was sent without an approval or a sha256, by inbox, agent and name. inboxes: who may send it,
will when it begins, or could when it ended. ended, how: by what is on record, of what is approved too. recorded: when
it was approved by the machine's clock, where that is far from the time of the approval."""

_AHEAD = ("approved-later", "proposed")
"""What may be sent some day."""

_RECORDED_PLACE = [column.key for column in COLUMNS].index("recorded")
_SENT_PLACE = [column.key for column in COLUMNS].index("sent")

NO_INBOX = "no-inbox"

STATES = ("approved", NO_INBOX, "approved-later", "proposed", "ended", "not-approved", "outdated", "unknown",
          "not-judged")  # fmt: skip
"""What a row is. `no-inbox`: approved, and for no inbox that there is, so that nobody may send it. `not-approved`: sent
by an inbox that may send approved files only; `outdated`: what was replaced, retired or past its end, by another, or
when its inbox was not there; `unknown`: sent like that without a sha256, so that nobody can say what it was;
`not-judged`: sent when another inbox had, or may have had, the name of this one and asked for approved files."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a version, as the view has it."""

    place: tuple[int, int]
    name: str
    version: str
    path: str
    expires: int | None
    proposer: str
    proposed: int
    approver: str | None
    approved: int | None
    retired: int | None
    replaced: int | None
    made: int | None
    users: tuple[str, str]
    state: str

    def end(self) -> tuple[int, str] | None:
        """When and how it ends, by what is on record now; None where nothing ends it."""
        ends = ((self.retired, "retired"), (self.replaced, "replaced"), (self.expires, "expired"))
        return min(((end, how) for end, how in ends if end is not None), key=_time, default=None)

    def two_people(self) -> str | None:
        """How sure it is that two people agreed, None before an approval."""
        if self.approver is None:
            return None
        return describe_two_people(Actor(self.proposer, self.users[0]), [Actor(self.approver, self.users[1])])


def _time(end: tuple[int, str]) -> int:
    return end[0]


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Files that are approved now, wait, or ended since they were sent; then what was sent without an approval."""
    names, scoped = inbox_names(source), inside(source, scope)
    values = scope.values()
    rows: list[tuple[Any, ...]] = []
    allowed = 0
    has_library, is_asked_for = (any(True for _ in source.query(text, {})) for text in (_ANY_FILE, _ANY_STRICT))
    if has_library:
        found = source.query(SENT.format(inside=scoped), values)
        sent = {(int(row[0]), int(row[1])): integers(row, 2, 3, 4) for row in found}
        allowed = integers(next(iter(source.query(ALL_SENT.format(inside=scoped), values))), 0)[0]
        rows += _documents(source, scope, names, sent)
    if is_asked_for:
        rows += library_outside.not_approved(source, scope, names)
    if has_library:
        rows += library_outside.outdated(source, scope, names)
        rows += library_outside.unknown(source, scope, names)
    if is_asked_for and len(names) > 1:
        rows += library_outside.not_judged(source, scope, names)
    of_state = {state: [row for row in rows if row[0] == state] for state in STATES}
    end = scope.now + SOON_DAYS * times.DAY
    soon = times.text(end)
    ending = [row for row in of_state["approved"]
              if any(each is not None and ends_by(times.parse(each), end) for each in row[5:7])]  # fmt: skip
    wrong, outdated, unknown, unjudged = (sum(row[_SENT_PLACE] for row in of_state[state]) for state in STATES[5:])
    approved, nobody, later, waiting = (len(of_state[state]) for state in STATES[:4])
    of_rows = sum(row[_SENT_PLACE] for state in ("approved", NO_INBOX, "ended") for row in of_state[state])
    twice = f" (the rows count {words.count(of_rows)}: what two of them cover counts in both)"
    ends = "ends" if len(ending) == 1 else "end"
    return Answer(
        "Approved library", QUESTION, COLUMNS, rows,
        f"{words.plural(approved, 'file')} approved, of which {words.count(len(ending))} {ends} by {soon[:10]};"
        + (f" {words.count(nobody)} more for no inbox;" if nobody else "")
        + (f" {words.count(later)} approved for later;" if later else "")
        + f" {words.count(waiting)} waiting; sent: {words.count(allowed)} approved"
        f"{twice if of_rows != allowed else ''}, {words.count(wrong)} not approved"
        f" where only approved files may be sent, {words.count(outdated)} outdated elsewhere"
        + (f", {words.count(unknown)} without a sha256 elsewhere, of which nobody knows" if unknown else "")
        + (f"; {words.count(unjudged)} not judged, when another inbox had the name" if unjudged else ""),
        blocks=list(_blocks(of_state, ending)),
        figures=_figures(of_state),
        totals={
            "approved": approved, "documents": len({row[1] for row in of_state["approved"]}), "ending": len(ending),
            "no_inbox": nobody,
            "waiting": waiting, "sent": allowed, "not_approved": wrong, "outdated": outdated,
            "unknown": unknown, "not_judged": unjudged,
        },
        empty="Nothing is approved, nothing waits for approval, and nothing was sent that should have been approved.",
    )  # fmt: skip


def _documents(
    source: RuleSource, scope: AuditScope, names: dict[int, str], sent: dict[tuple[int, int], list[int]]
) -> Iterator[tuple[Any, ...]]:
    """The files of the library that are worth a row."""
    reach: dict[tuple[int, int], list[tuple[int | None, int, int]]] = {}
    for row in source.query(REACH, scope.values()):
        inbox = None if row[2] is None else int(row[2])
        reach.setdefault((int(row[0]), int(row[1])), []).append((inbox, int(row[3]), int(row[4])))
    found = []
    for file in map(_file, source.query(FILES, scope.values())):
        files, first, last = sent.get(file.place, (0, 0, 0))
        state = file.state if file.state in STATES else "ended"
        if (state == "ended" and not files) or (state in _AHEAD and file.proposed > scope.now):
            continue
        over, how = file.end() or (None, None)
        if state == "proposed" or (state != "ended" and how == "expired"):
            over, how = None, None
        moment = over - 1 if state == "ended" and over is not None else max(scope.now, file.approved or 0)
        inboxes = {inbox for inbox, since, until in reach.get(file.place, ()) if since <= moment < until}
        if state.startswith("approved") and not files and not _concerns(inboxes, names, scope):
            continue
        if state == "approved" and not inboxes:
            state = NO_INBOX
        found.append((
            state, file.name, file.version, file.path, _for(inboxes, names) if state != "proposed" else None,
            times.optional_text(file.expires), times.optional_text(over), how, file.proposer,
            times.text(file.proposed), file.approver, times.optional_text(file.approved),
            times.optional_text(recorded_apart(file.approved, file.made)), file.two_people(), files,
            times.text(first) if files else None, times.text(last) if files else None, None, None,
        ))  # fmt: skip
    yield from sorted(found, key=lambda row: STATES.index(str(row[0])))


def _file(row: Sequence[Any]) -> _File:
    numbers = [None if row[place] is None else int(row[place]) for place in (6, 10, 11, 12, 15)]
    return _File(
        (int(row[0]), int(row[1])), str(row[3]), str(row[4]), str(row[5]), numbers[0], str(row[7]),
        int(row[8]), row[9], numbers[1], numbers[2], numbers[3], numbers[4],
        (str(row[13] or ""), str(row[14] or "")), str(row[16]),
    )  # fmt: skip


def _concerns(inboxes: set[int | None], names: dict[int, str], scope: AuditScope) -> bool:
    """Whether a file is for any of the inboxes that are asked about."""
    return not scope.inboxes or None in inboxes or any(names[n] in scope.inboxes for n in inboxes if n is not None)


def _for(inboxes: set[int | None], names: dict[int, str]) -> str:
    if None in inboxes:
        return "every inbox"
    return ", ".join(sorted(names[number] for number in inboxes if number is not None)) or "no inbox"


def _blocks(of_state: dict[str, list[tuple[Any, ...]]], ending: Sequence[tuple[Any, ...]]) -> Iterator[Table]:
    """The tables that people read, each of which has a row."""
    live = "document version inboxes expires approved_by two_people sent last file"
    outside = "document version file inboxes agent was sent first last"
    nameless = "file inboxes agent sent first last"
    begins = "document version inboxes approved expires approved_by two_people file"
    both = live.replace("expires", "expires ended how")
    lasting = [row for row in of_state["approved"] if row not in ending]
    for caption, keys, rows in (
        (f"Approved, and ends within {SOON_DAYS} days", both if any(row[6] for row in ending) else live, ending),
        ("Approved", both if any(row[6] for row in lasting) else live, lasting),
        ("Approved, and for no inbox: nobody may send it", live, of_state[NO_INBOX]),
        ("Approved for later", begins, of_state["approved-later"]),
        ("Waits for approval", "document version proposed_by proposed expires file", of_state["proposed"]),
        ("Sent while it was approved, and ended since", live.replace("expires", "ended how"), of_state["ended"]),
        ("Sent and not approved, where only approved files may be sent", outside, of_state["not-approved"]),
        ("Sent and outdated, where any file may be sent", outside, of_state["outdated"]),
        ("Sent without a sha256, where any file may be sent: nobody knows what it was", nameless, of_state["unknown"]),
        (
            "Sent when another inbox had the name and asked for approved files: not judged",
            nameless,
            of_state["not-judged"],
        ),
    ):
        if rows:
            chosen = keys.split()
            if "approved_by" in chosen and any(row[_RECORDED_PLACE] for row in rows):
                place = chosen.index("approved_by") + 1
                chosen[place:place] = [key for key in ("approved", "recorded") if key not in chosen]
            columns, cells = choose_columns(COLUMNS, *chosen)
            last = next((place for place, column in enumerate(columns) if column.key == "last"), None)
            table = [tuple("never" if place == last and cell is None else cell for place, cell in enumerate(cells(row)))
                     for row in rows]  # fmt: skip
            yield Table(columns, table, caption=caption)


def _figures(of_state: dict[str, list[tuple[Any, ...]]]) -> list[Figure]:
    """Which documents were sent most, all files of a version together."""
    sums: dict[str, int] = {}
    for row in (*of_state["approved"], *of_state[NO_INBOX], *of_state["ended"]):
        label = f"{row[1]} {row[2]}"
        sums[label] = sums.get(label, 0) + row[_SENT_PLACE]
    ranked = sorted(((name, many) for name, many in sums.items() if many), key=lambda pair: (-pair[1], pair[0]))
    top = ranked[:8]
    if not top:
        return []
    rest = not_drawn(len(ranked) - len(top), "version")
    caption = f"most: {top[0][0]}, {words.plural(top[0][1], 'file')}{rest}"
    return [Figure("What was sent most?", [name for name, _ in top], [many for _, many in top], caption=caption)]
