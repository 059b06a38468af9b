"""When the gate decided: a decision has one time, and where that is not the machine's the chain says both.

A gate that is asked at a moment of its user's choosing records its decisions under that moment, because it judged by
the settings of then. So that nobody takes it for the time at which it was asked, an event stands before them, with both
clocks and who asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store import chain
from occ_media_cli.vocabulary import DECISION

if TYPE_CHECKING:
    import sqlite3

SOURCE = "gate"
"""The source of what the gate of this program decided. It is no source that a command may name."""

KIND = "gate-decisions"
"""The kind of the event. `decisions`: how many records behind it, at most, are the ones that it speaks of."""

_ASKED = f"word w CROSS JOIN record d WHERE w.text = '{SOURCE}' AND d.source = w.code AND d.kind = {DECISION}"
"""The decisions that the gate of this program made; those that a source tells of have times of that source. CROSS:
without a gate nothing of the records is read."""

BY_THE_MACHINE = f"""
SELECT d.seq AS seq, d.ms AS wall FROM {_ASKED} AND NOT EXISTS (
  SELECT 1 FROM event g WHERE g.seq = (SELECT max(x.seq) FROM event x WHERE x.kind = '{KIND}' AND x.seq < d.seq)
    AND g.ms = d.ms AND g.seq + json_extract(g.body, '$.decisions') >= d.seq)"""
"""The decisions whose time is that of the machine's clock, by place in the chain."""


def decisions_at(stamp: chain.Stamp, count: int, backdate: str | None) -> chain.Event:
    """The event that says when decisions were made whose time is another one; it stands before them, in their
    transaction. backdate: why their time lies in the past, where it does."""
    return chain.Event(KIND, {"decisions": count}, stamp.now, backdate)


def newest_decision(connection: sqlite3.Connection, clock: int) -> int | None:
    """The time of the newest decision of the gate; one of a moment that has not come by `clock` does not count."""
    (newest,) = connection.execute(f"SELECT max(d.ms) FROM {_ASKED} AND d.ms <= ?", (clock,)).fetchone()
    return None if newest is None else int(newest)
