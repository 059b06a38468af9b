"""Which inbox an account of a platform feeds."""

from __future__ import annotations

from collections.abc import Iterable

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources import Context, Options


def inbox_of(profile: str, accounts: Iterable[str | None], options: Options, context: Context) -> str:
    """The inbox of the first of some accounts that the map or a link `profile:account` knows, else that of the option;
    Unfit where there is none."""
    named = [account for account in accounts if account]
    for account in named:
        found = context.inboxes.account(profile, account)
        if found is not None:
            return found
    if options.inbox is not None:
        return options.inbox
    if not named:
        raise Unfit(
            "unknown inbox", "it names no account that an inbox could be linked to: name the inbox of the whole source"
        )
    raise Unfit(
        "unknown inbox",
        f"no inbox is linked to {' or '.join(f'{profile}:{account}' for account in named)},"
        " and the map of inboxes does not name it",
    )
