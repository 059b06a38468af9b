"""The same rooms for Python callers: every command is a method, validated, typed, with small frozen results.

    from occ_media_cli.api import OccMedia

    desk = OccMedia("occ-media.toml", actor="dana")
    desk.set("vip", {"receive": False}, reason="PCI finding 12")
    for file in desk.check(["outbox"], inbox="vip", direction="send"):
        print(file.shown, file.verdict, [problem.code for problem in file.problems])

What every call has in common:

- A moment is an aware datetime, RFC 3339 text with an offset, or milliseconds since 1970 in UTC. Ends of a window also
  take what the command line takes: `30d`, `last-quarter`. A length is a timedelta or text such as `30d`.
- Times in results are milliseconds since 1970 in UTC; `when` makes a datetime of one.
- What stops a call is an error of `occ_media_cli.errors`: `what` says it, `hint` what to do, `code` is the exit code of
  the command line. Every call raises UsageError, with the name of the argument, for a wrong type or word; NotFound for
  a store that is not there; StoreInvalid, with file and line, for one that breaks its format; StoreBusy where another
  writer holds it. A call that changes something raises Refused where the desk is read-only.
- A call that raises has changed nothing, but for `ledger.ingest`, which keeps the rows that it took before.
- A result that may be long is an iterator and reads while you do.
"""

from __future__ import annotations

from occ_media_cli.api.desk import OccMedia
from occ_media_cli.times import when

__all__ = ["OccMedia", "when"]
