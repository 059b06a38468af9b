"""The period and the inboxes that a report is about, read from options and told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.errors import UsageError
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.audit.audit_scope import AuditScope
    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.cli.session import Session
    from occ_media_cli.store.who import Made

Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="E",
        help="sqlite, or duckdb or spark over --data.",
        click_type=one_of.OneOf("audit.ask:ENGINES"),
    ),
]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="DIR", help="An export: audit --write-data DIR.", click_type=named_files.READ_BELOW),
]

Since = Annotated[
    str | None, typer.Option("--since", metavar="T", help="From then on: a time, date, 30d, last-quarter.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="T", help="Before then, in the same zone.")]

Pseudonymise = Annotated[
    bool, typer.Option("--pseudonymise", help="Customers and agents as keyed hashes; needs --key-file.")
]
Coarse = Annotated[bool, typer.Option("--coarse", help="With --pseudonymise: hashes, sizes and times of files too.")]
KeyFile = Annotated[
    str | None, typer.Option("--key-file", metavar="F", help="The key of the hashes.", click_type=named_files.READ)
]


def veil_of(session: Session, key_file: str | None, *, wanted: bool, coarse: bool = False) -> Veil | None:
    """What `--pseudonymise --key-file F` ask for, and `--coarse` with them; UsageError for one without the other."""
    if coarse and not wanted:
        raise UsageError("--coarse is about pseudonyms, and none were asked for", hint="add --pseudonymise")
    if wanted is not (key_file is not None):
        raise UsageError(
            "--pseudonymise and --key-file go together",
            hint="--pseudonymise --key-file FILE; head -c 32 /dev/urandom > FILE makes a key",
        )
    from occ_media_cli.audit.pseudonyms import veil

    return veil.from_file(key_file, coarse=coarse, location=session.location) if key_file is not None else None


def scope(session: Session, since: str | None, until: str | None, inboxes: Sequence[str] | None) -> AuditScope:
    """What `--since`, `--until` and `--inbox` ask for; UsageError for a period that is empty."""
    from occ_media_cli.audit.ask import scope_of

    start, end = session.window(since, until)
    return scope_of(session.now, start, end, inboxes or (), session.zone_name())


def made(session: Session, veil: Veil | None) -> Made:
    """Who makes a report, when and where; under pseudonyms where the others have them."""
    known = session.made_by()
    if veil is None:
        return known
    hidden = {who: veil.value(who, getattr(known, who)) for who in ("actor", "os_user", "host")}
    return replace(known, **hidden)
