"""Places in the chain at which the machine's clock ran backwards.

The chain says in which order things were recorded, and every event says what the machine's clock said then; so does a
decision of the gate. Where an event lies before an older one, the clock was wrong in one of the two places, or somebody
set it (`faketime` does so for one command): nothing was altered, and one of the two times is not true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.ledger.decision_times import BY_THE_MACHINE
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

SLACK = times.CLOCKS_APART

CLOCK_STEP = f"""
WITH reading AS (SELECT seq, wall FROM event UNION ALL SELECT seq, wall FROM ({BY_THE_MACHINE})),
placed AS (
  SELECT seq, wall, last_value(seq) OVER before AS last_seq, last_value(wall) OVER before AS last_wall,
    max(wall) OVER before AS newest
  FROM reading
  WINDOW before AS (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
SELECT p.seq AS seq, coalesce(e.kind, 'decision') AS kind, p.wall AS wall_ms, nullif(e.actor, '') AS actor,
  e.os_user AS os_user, e.host AS host,
  CASE WHEN p.wall < p.last_wall - {SLACK} THEN p.last_seq
    ELSE (SELECT min(r.seq) FROM reading r WHERE r.seq < p.seq AND r.wall = p.newest) END AS before_seq,
  CASE WHEN p.wall < p.last_wall - {SLACK} THEN p.last_wall ELSE p.newest END AS before_ms
FROM placed p LEFT JOIN event e ON e.seq = p.seq
WHERE p.wall < p.last_wall - {SLACK} OR (p.wall < p.newest - {SLACK} AND p.last_wall >= p.newest - {SLACK})"""
"""One row for each such place: what was recorded at the earlier time, and the place and time of what lies before it in
the chain. A clock that fell behind stays behind for long, so that the first record of each fall is the one that counts:
one that is behind the record just before it, or the first that is behind the newest of all before it."""


@value
class ClockStep:
    """A record that was made, by the machine's clock, before one that stands before it in the chain.

    seq: its place. kind: of the event, or `decision`. wall: its time, and before: that of the earlier record, in
    milliseconds. actor, os_user, host: who made it, as far as that is known.
    """

    seq: int
    kind: str
    wall: int
    actor: str | None
    os_user: str | None
    host: str | None
    before_seq: int
    before: int


def find_clock_steps(connection: sqlite3.Connection) -> tuple[ClockStep, ...]:
    """All of them, in the order of the chain."""
    return tuple(ClockStep(*row) for row in connection.execute(f"{CLOCK_STEP} ORDER BY p.seq"))
