"""The retention report over a whole ledger, from the totals that it keeps, as SQL for SQLite in named steps.

Each step is a file: what it holds stands in its first lines. `retention.sql` is the plain text that says the same of
the entries themselves, and a test holds both to each other on random ledgers. The steps take a small part of its
time.

Files of one day share their state, unless a border falls into that day: what was shared before the hour of the report
is in one state, the rest in the next. The totals put all of such a day into the later state, and `moved` puts right
what was shared before. Days that a hold of an inbox or of a time reaches in part, and files that wait for less than
whole days, are looked at one by one; `seized` takes what other holds reach from where the totals have it. Entries are
read where the chain has those of their day.

States are numbers here, in the order of `retention.STATES` but for the rule: 0 held, 1 no hash, 2 unknown age, 3 no
rule, 4 overdue, 5 due, 6 to 8 the next 30, 60 and 90 days, 9 later. Categories are 0 none, 1 audio, 2 document, 3
image, 4 video. An inbox, a category and a state are one whole number, which sorts and groups in half the time of
three columns.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

STEPS = ("kind", "apart", "piece", "run", "edge", "moved", "named", "seized", "looked", "counted", "cell", "day")
"""The steps in their order; each may read those before it, and `wait`: how long each kind of file waits."""

OPEN = frozenset({"cell", "day"})
"""Steps that are read once, so that SQLite need not keep their rows."""


@cache
def text() -> str:
    """The whole statement, with the parts of `retention.PARTS` still to be filled in."""
    steps = [f"{name} AS {'' if name in OPEN else 'MATERIALIZED '}(\n{_file(name)})" for name in STEPS]
    return "WITH wait AS MATERIALIZED ({waits}),\n" + ",\n".join(steps) + "\n" + _file("answer")


def _file(name: str) -> str:
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
