"""The ledger from Python: what was shared, taken in, listed, counted and proved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from occ_media_cli import times
from occ_media_cli.api.ledger_list import ListCalls
from occ_media_cli.api.ledger_proof import ProofCalls
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from occ_media_cli.ledger.about_entry import KnownEntry
    from occ_media_cli.ledger.ingest import Summary
    from occ_media_cli.ledger.stats import Stats
    from occ_media_cli.retention.model import RetentionDecision
    from occ_media_cli.safety.scanned_file import ScannedFile
    from occ_media_cli.times import Moment, Span


@value
class EntryPage:
    """Everything known about one entry.

    known: its members, and what was corrected, decided, flagged, held and removed. retention: what becomes of its
    bytes, and why.
    """

    known: KnownEntry
    retention: RetentionDecision


@value
class CapturedFiles:
    """What a capture came to. looked: files that were opened; captured: those that are on record now with hash and
    type; problems: entry and words, for each that is not."""

    looked: int
    captured: int
    problems: tuple[tuple[str, str], ...]


class Ledger(ListCalls, ProofCalls):
    """`desk.ledger`: what was shared, and the proof that it stands as it was recorded."""

    def ingest(
        self,
        kind: str,
        source: str,
        *,
        inbox: str | None = None,
        direction: str | None = None,
        time: str = "sidecar",
        mapping: str | os.PathLike[str] | None = None,
        accounts: Mapping[str, str] | None = None,
        agents: Sequence[str] = (),
        customers: str | Sequence[str] = (),
        received: str | None = None,
        ticket: str | None = None,
        requester: str | None = None,
        account: int | None = None,
        rejects: str | os.PathLike[str] | None = None,
    ) -> Summary:
        """Take entries in; what is there already counts as a duplicate. A missing store is made.

        kind: `ndjson`, `csv`, `parquet`, `folder`, `whatsapp`, `messenger`, `instagram`, `telegram`, `slack`,
        `zendesk`, `email`, `chatwoot` or `bucket`. source: a file, `-` for standard input, a folder, or an address.
        inbox, direction: for rows that name none. time: `sidecar` or `mtime`, for files. mapping: a TOML file that says
        which column, or path in a body, is which field. accounts: account, address or foreign name to inbox. agents,
        customers: ids or addresses of your own users and of customers. received: when bodies came that say no time.
        ticket, requester: of a page of comments. account: of a Chatwoot database. rejects: a file for refused rows.

        Returns `counts` (read, new, duplicate, refused, skipped), `notes`, and `examples` of what was refused.

        Raises UsageError for an unknown kind or word, NotFound for an unknown inbox, MalformedInput for a broken
        source, PartMissing for a source whose extra is not installed. Rows that were taken before stay.

            >>> counts = desk.ledger.ingest("ndjson", "more.ndjson").counts
            >>> counts.new, counts.duplicate
            (1, 0)
        """
        from occ_media_cli.ledger.ingest import ingest
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.ledger.sources import Options, reader
        from occ_media_cli.report.meant import refuse_other_words
        from occ_media_cli.store.own_files import OwnFiles
        from occ_media_cli.vocabulary import DIRECTIONS, FILE_TIMES

        reader(kind)  # an unknown kind stops here, before a store is made
        refuse_other_words(time, "time", FILE_TIMES)
        if direction is not None:
            refuse_other_words(direction, "direction", DIRECTIONS)
        options = Options(
            inbox=inbox,
            direction=cast("Any", direction),
            time=cast("Any", time),
            mapping=Path(mapping) if mapping is not None else None,
            agents=tuple(agents),
            customers=tuple(listed(customers)),
            received=received,
            ticket=ticket,
            requester=requester,
            account=account,
        )
        options.must_fit(kind)
        refused = Path(rejects) if rejects is not None else None
        guard = self._door.guard(*(source,) if source != "-" else ()) if refused is not None else None
        with self._door.recording(make=True) as store:
            return ingest(
                store.ledger, kind, source, options=options, accounts=accounts or {}, rejects=refused, guard=guard,
                stamp=self._door.stamp(), own=OwnFiles(self._door.location, guard).writes,
            )  # fmt: skip

    def show(self, entry: str) -> EntryPage:
        """Everything that is known about one entry: an id, SOURCE:ID or #SEQ.

        Raises NotFound for an unknown entry, UsageError for an id that several sources have.

            >>> page = desk.ledger.show("m1")
            >>> page.known.entry["name"], page.retention.action
            ('old.pdf', 'remove')
        """
        from occ_media_cli.ledger.about_entry import describe_entry
        from occ_media_cli.ledger.find import find_entry
        from occ_media_cli.retention.explain_name import decide_entry

        with self._door.reading() as store:
            seq = find_entry(store.ledger, entry)
            return EntryPage(describe_entry(store.ledger, seq), decide_entry(store, seq, self._door.now()))

    def flag(self, entry: str, reason: str, *, backdate: str | None = None) -> int:
        """Mark an entry, such as for inappropriate content, so that audits list it; its number.

        backdate: why it is marked at a moment before its newest flag.

        Raises NotFound for an unknown entry, UsageError for an empty reason, Refused for a change of the past without
        its reason.

            >>> desk.ledger.flag("m1", "inappropriate content") == desk.ledger.show("m1").known.seq
            True
        """
        from occ_media_cli.ledger.flags import flag_entry

        with self._door.changing() as store:
            return flag_entry(store.ledger, entry, reason, self._door.stamp(), backdate=backdate)

    def stats(self) -> Stats:
        """What the ledger holds, in numbers, and where its chain stands.

        Raises NotFound for a store without a ledger.

            >>> desk.ledger.stats().entries
            2
        """
        from occ_media_cli.ledger.stats import stats

        with self._door.reading() as store:
            return stats(store.ledger, self._door.now())

    def capture(self, root: str | os.PathLike[str], *, inbox: str | None = None) -> CapturedFiles:
        """Hash and recognise the bytes of entries that have a path below a root and no hash or type yet.

        Raises NotFound for an unknown inbox, Incomplete for a root that cannot be read, PartMissing without libmagic.

            >>> taken = desk.ledger.ingest("ndjson", "more.ndjson")
            >>> desk.ledger.capture("inbound").captured
            1
        """
        from occ_media_cli.ledger.capture import capture
        from occ_media_cli.settings.read import inbox_number

        with self._door.recording() as store:
            where = str(store.location.path)
            number = inbox_number(store.ledger, inbox, where) if inbox is not None else None
            done = capture(store.ledger, Path(root), self._door.now(), inbox=number)
        return CapturedFiles(done.looked, done.captured, tuple(done.problems))

    def scan(
        self,
        root: str | os.PathLike[str],
        *,
        inboxes: Sequence[str] = (),
        since: Moment | None = None,
        stale: Span | None = None,
        only: Sequence[str] = (),
        antivirus: str | None = None,
        clamd: str | None = None,
        allow_remote: bool = False,
        signatures: str | os.PathLike[str] | None = None,
    ) -> Iterator[ScannedFile]:
        """Look inside the files of entries that were delivered and are below a root; each result goes on record as it
        is read, so read all of them.

        inboxes: none stands for those that are set to scan. Files are left out that were scanned with these signatures,
        unless that is longer ago than stale. since: only entries from then on. The rest is as of `desk.scan`; without
        `only` and `antivirus`, clamd must answer.

        A result has `entry`, its `verdict` and its `problems`. A file that is missing, or not what the ledger says, is
        `not-scanned`, on record too.

        Raises NotFound for an unknown inbox, UsageError for a root that is none, PartMissing without the extra `safety`
        or where a clamd that is asked for does not answer.

            >>> scanned = desk.ledger.scan("inbound", inboxes=["vip"], only=["metadata"])
            >>> [(file.entry, file.antivirus) for file in scanned]
            [('ndjson:m1', 'off'), ('ndjson:m2', 'off')]
        """
        from occ_media_cli.decide.ledger_scan import LedgerScan
        from occ_media_cli.safety.scan import Scanner
        from occ_media_cli.safety.scanned_file import ScannedFile

        self._door.refuse_if_read_only()
        now, latest = self._door.now(), max(self._door.now(), times.wall())
        asked = self._door.scan_request(
            latest, only, antivirus, clamd=clamd, allow_remote=allow_remote, signatures=signatures
        ).for_record()
        begun, _ = self._door.window(since, None, now)
        oldest = times.EARLIEST if stale is None else latest - times.span(stale, "stale")

        def scanned() -> Iterator[ScannedFile]:
            from contextlib import ExitStack

            from occ_media_cli.ledger.inboxes import KnownInboxes

            with ExitStack() as opened:
                store = opened.enter_context(self._door.recording())
                for name in inboxes:  # a slip is told before an antivirus is looked for
                    KnownInboxes(store.ledger).must_have(name)
                scanner = opened.enter_context(Scanner(asked, times.wall()))
                run = LedgerScan(
                    store, scanner, os.fspath(root), self._door.stamp(), inboxes=inboxes,
                    since=times.EARLIEST if begun is None else begun, stale=oldest,
                )  # fmt: skip
                for entry, scan in run.files():
                    yield ScannedFile(os.fsencode(entry.path), scan, entry.name)

        return scanned()
