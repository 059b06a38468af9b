"""`occ-media ledger erase`: remove what is personal of a customer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, changing, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.model import Report
    from occ_media_cli.retention.erasure import ErasedCustomer

HELP = """Remove the personal values of customers from the ledger for good.

Reasons, names of holds, older messages and other free texts that name one of
them go too. What was shared, when and under which setting stays on record, and
the ledger still verifies; it is verified first, and nothing is erased from one
that was altered. What cannot be erased is listed with its place. The files
themselves are the business of retention.

\b
Examples:
  occ-media ledger erase --customer 16505551234 --reason "request 2026-118"
"""

EXITS = (
    "Exit codes: 0 done, 1 erased but the customer still stands in places that are listed, 2 usage, 3 erased but"
    " traces are left in the file, 10 the ledger was altered and nothing was erased, 13 refused."
)

SCHEMA = "occ-media/erase/1"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("erase", help=HELP, epilog=f"{GLOBAL_LINE}\n\n{EXITS}")(command(run))


@changing
def run(
    session: Session,
    customer: Annotated[
        list[str],
        typer.Option("--customer", metavar="ID", help="The customer, however the id is written; several: each."),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays on record.")],
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Erase."""
    from occ_media_cli.cli.ledger.kept import verifying
    from occ_media_cli.retention.erasure import erase_customers

    session.refuse_if_read_only()
    with session.reading() as store:
        store.ledger  # noqa: B018 - a store without a ledger is told before anything is opened to write
    erased = erase_customers(session.changing, customer, reason, session.stamp(), partial(verifying, session))
    for words in erased.written:
        session.note(f"note: {words}")
    session.emit(_report(erased), format, output)
    whose = "these customers" if len(set(customer)) > 1 else "this customer"
    if erased.left.stored:
        session.note(
            f"note: {erased.left.stored:,} files of {whose} may still be stored, and no entry names them"
            " any more; next time first: occ-media retention plan --root DIR --customer ID"
        )
    if erased.left.waiting:
        session.note(f"note: {erased.left.waiting:,} files of {whose} wait in quarantine; purge --finish removes them")
    if any(each.place.endswith("in force") for each in erased.not_reached):
        session.note("note: settings in force were left as they are; change the text, then erase again")
    return 1 if erased.not_reached else None


def _report(erased: ErasedCustomer) -> Report:
    from occ_media_cli.ledger.erase import OUTSIDE
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    done = erased.erasure
    lines: list[Line] = []
    if erased.not_reached:
        lines += ["not reached:", *(f"  {each.place}: {each.count:,}" for each in erased.not_reached)]
    lines += ["outside of the store, where nothing was looked at:", *(f"  {place}" for place in OUTSIDE)]
    parts = [plural(done.records, "record")]
    parts += [plural(done.events, "event")] if done.events else []
    parts += [plural(done.texts, "text")] if done.texts else []
    found = " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]
    answer = (
        f"erased {found}; on record as entry {done.seq:,}" if done.seq is not None else "nothing to erase was found"
    )
    if erased.not_reached:
        answer += f"; {plural(sum(each.count for each in erased.not_reached), 'text')} not reached"
    return Report(
        schema=SCHEMA,
        title="Erasure",
        head={"schema": SCHEMA, "records": done.records, "events": done.events, "texts": done.texts, "entry": done.seq,
              "mentions": done.mentions,
              "not_reached": [{"place": each.place, "count": each.count} for each in erased.not_reached],
              "outside": list(OUTSIDE)},
        blocks=[Lines(lines)],
        answer=answer,
    )  # fmt: skip
