"""`occ-media ledger erase`: remove what is personal of a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.ledger.erase import Erasure
    from occ_media_cli.report.model import Line, Report

HELP = """Remove the personal values of a customer from the ledger for good.

What was shared, when and under which setting stays on record, and the ledger
still verifies. The files themselves are the business of retention.

\b
Examples:
  occ-media ledger erase --customer 16505551234 --reason "request 2026-118"
"""

EXITS = "Exit codes: 0 done, 2 usage, 3 erased but traces are left in the file, 13 refused."

SCHEMA = "occ-media/erase/1"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("erase", help=HELP, epilog=f"{GLOBAL_LINE}\n\n{EXITS}")(command(run))


def run(
    session: Session,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="The customer, however the id is written.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays on record.")],
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Erase."""
    from occ_media_cli.retention.erasure import erase_customer

    session.refuse_if_read_only()
    with session.reading() as store:
        store.ledger  # noqa: B018 - a store without a ledger is told before anything is opened to write
    with session.changing() as store:
        erased = erase_customer(store, customer, reason, session.stamp())
    if erased.written is not None:
        session.note(f"note: {erased.written}")
    session.emit(_report(erased.erasure), format, output)
    if erased.left.stored:
        session.note(
            f"note: {erased.left.stored:,} files of this customer may still be stored, and no entry names them"
            " any more; next time first: occ-media retention plan --root DIR --customer ID"
        )
    if erased.left.waiting:
        session.note(
            f"note: {erased.left.waiting:,} files of this customer wait in quarantine; purge --finish removes them"
        )
    return None


def _report(done: Erasure) -> Report:
    from occ_media_cli.ledger.erase import UNREACHED
    from occ_media_cli.report.model import Lines, Report
    from occ_media_cli.report.words import plural

    lines: list[Line] = ["not reached:", *(f"  {place}" for place in UNREACHED)]
    if done.mentions:
        lines.insert(1, f"  {plural(done.mentions, 'entry')} of others that mention the customer inside a longer text")
    found = plural(done.records, "record") + (f" and {plural(done.events, 'event')}" if done.events else "")
    answer = (
        f"erased {found}; on record as entry {done.seq:,}" if done.seq is not None else "nothing to erase was found"
    )
    return Report(
        schema=SCHEMA,
        title="Erasure",
        head={"schema": SCHEMA, "records": done.records, "events": done.events, "entry": done.seq,
              "mentions": done.mentions, "not_reached": list(UNREACHED)},
        blocks=[Lines(lines)],
        answer=answer,
    )  # fmt: skip
