"""The ledger from Python: its entries, listed and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls
from occ_media_cli.api.ledger_proof import refuse_unknown_inboxes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from occ_media_cli.ledger.query import Filters
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.times import Moment


class ListCalls(Calls):
    """Which entries there are, while they are read."""

    def list(
        self,
        *,
        inboxes: Sequence[str] = (),
        since: Moment | None = None,
        until: Moment | None = None,
        direction: str | Sequence[str] | None = None,
        outcome: str | Sequence[str] | None = None,
        category: str | Sequence[str] | None = None,
        type: str | Sequence[str] | None = None,  # noqa: A002  # the word of the command line
        channels: Sequence[str] = (),
        agent: str | None = None,
        customers: str | Sequence[str] = (),
        conversation: str | Sequence[str] | None = None,
        name: str | None = None,
        sha256: str | None = None,
        md5: str | None = None,
        source: str | None = None,
        removed: bool | None = None,
        kind: str = "entry",
        limit: int | None = None,
        after: int | None = None,
        newest: bool = False,
    ) -> Iterator[Mapping[str, Json]]:
        """Entries by filters, in the order in which they were recorded, while they are read.

        Each has the members of contracts.md §6, its place in the chain (`seq`) and its `source`. Of several values of a
        filter any is enough. customers: under every
        spelling and alias. channels: with all accounts of a profile. name: a file name in any case, in which
        `* ? [ ]` match. removed: whether a purge removed the bytes for good. kind: `entry`, or `decision` for what
        gates decided: `id` of the entry that was asked about, `decision`, the `problems` and the customer's `message`.
        after: what follows this `seq`, for the next page.

        Raises UsageError for a word or a hash that is none, NotFound for an unknown inbox.

            >>> [(entry["id"], entry["size"]) for entry in desk.ledger.list(since="2024-01-01")]
            [('m2', 207)]
        """
        from occ_media_cli.ledger import query
        from occ_media_cli.ledger.gate_answers import refuse_filters_of_files

        start, end = self._door.window(since, until, self._door.now())
        filters = query.Filters(
            inbox=tuple(inboxes) or None, since=start, until=end, direction=query.choice("direction", direction),
            outcome=query.choice("outcome", outcome), category=query.choice("category", category), type=type,
            channel=tuple(channels) or None, agent=agent, customer=customers or None, conversation=conversation,
            name=name, sha256=query.hash_of("sha256", sha256, 32), md5=query.hash_of("md5", md5, 16), source=source,
            removed=removed, after=after,
        )  # fmt: skip
        query.refuse_other_kinds(kind)
        if kind == "decision":
            refuse_filters_of_files(filters)
        return self._entries(filters, inboxes, limit, newest, kind)

    def find(
        self,
        text: str,
        *,
        inboxes: Sequence[str] = (),
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
        newest: bool = False,
    ) -> Iterator[Mapping[str, Json]]:
        """Entries in which a text stands, in any case: in the id, a name, a person, the conversation, the reason, the
        message, or the reason of a flag; a customer is found in every spelling. They are as of `list`.

        Raises UsageError for a text that says nothing, NotFound for an unknown inbox.

            >>> [entry["name"] for entry in desk.ledger.find("OLD")]
            ['old.pdf']
        """
        from occ_media_cli.ledger import query

        query.check_text(text)
        start, end = self._door.window(since, until, self._door.now())
        filters = query.Filters(inbox=tuple(inboxes) or None, since=start, until=end, text=text)
        return self._entries(filters, inboxes, limit, newest)

    def _entries(
        self, filters: Filters, inboxes: Sequence[str], limit: int | None, newest: bool, kind: str = "entry"
    ) -> Iterator[Mapping[str, Json]]:
        from occ_media_cli.ledger import gate_answers, query

        rows = query.entries if kind == "entry" else gate_answers.decisions
        with self._door.reading() as store:
            if store.connection is not None:
                refuse_unknown_inboxes(store.connection, inboxes)
                yield from rows(store.connection, filters, limit=limit, newest=newest)
