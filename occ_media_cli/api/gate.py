"""The gate from Python: may this file pass? Every answer is on record before it is returned."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, overload

from occ_media_cli import times
from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from occ_media_cli.decide.gate_reply import GateReply
    from occ_media_cli.decide.gate_serving import Gate
    from occ_media_cli.safety.scan_request import ScanRequest
    from occ_media_cli.times import Span

AT_ONCE = 256
"""Entries of a list that are decided and recorded together."""


class GateCalls(Calls):
    """Deciding on entries."""

    @overload
    def gate(
        self,
        entries: Mapping[str, Any],
        *,
        repeat_after: Span = "24h",
        root: str | os.PathLike[str] = ".",
        with_scan: bool = False,
        clamd: str | None = None,
        allow_remote: bool = False,
        signatures: str | os.PathLike[str] | None = None,
        backdate: str | None = None,
    ) -> GateReply: ...

    @overload
    def gate(
        self,
        entries: Iterable[Mapping[str, Any]],
        *,
        repeat_after: Span = "24h",
        root: str | os.PathLike[str] = ".",
        with_scan: bool = False,
        clamd: str | None = None,
        allow_remote: bool = False,
        signatures: str | os.PathLike[str] | None = None,
        backdate: str | None = None,
    ) -> Iterator[GateReply]: ...

    def gate(
        self,
        entries: Mapping[str, Any] | Iterable[Mapping[str, Any]],
        *,
        repeat_after: Span = "24h",
        root: str | os.PathLike[str] = ".",
        with_scan: bool = False,
        clamd: str | None = None,
        allow_remote: bool = False,
        signatures: str | os.PathLike[str] | None = None,
        backdate: str | None = None,
    ) -> GateReply | Iterator[GateReply]:
        """Whether files may pass: one entry has one answer, several have an iterator of answers in their order.

        An entry has `id`, `time`, `inbox`, `direction`, `name` and what else contracts.md §6 says. With `path`, below
        root, the bytes are looked at; without, it is judged by what it says of itself. repeat_after: how long a
        customer does not read the same message again. Every answer is on record before it is returned; entries of a
        list are recorded some hundred at a time, those of another iterable one at a time. with_scan: scan the files of
        inboxes that ask for it, on record; clamd, allow_remote and signatures are those of `scan`. backdate: why a
        desk whose clock stands still decides at a moment before the newest decision.

        An answer has `allow`, its `problems`, and what customer and agent read. What is no entry is denied, with the
        problem `malformed`, and not on record.

        Raises UsageError for a repeat_after that is none, Incomplete for a root that cannot be read, Refused for a
        moment before the newest decision without backdate, PartMissing without libmagic, or where a clamd that is asked
        for does not answer.

            >>> entry = {"id": "m1", "time": "2024-03-04T09:59:58Z", "inbox": "vip", "direction": "receive"}
            >>> desk.gate(entry | {"name": "scan.pdf", "size": 1000}).allow
            True
            >>> many = [entry | {"id": name, "name": name} for name in ("a.exe", "b.png")]
            >>> [(reply.id, reply.allow) for reply in desk.gate(many)]
            [('a.exe', False), ('b.png', True)]
        """
        quiet_for = times.span(repeat_after, "repeat_after")
        self._door.refuse_if_read_only()
        request = None
        if with_scan:
            request = self._door.scan_request(
                self._door.now(), antivirus="required", clamd=clamd, allow_remote=allow_remote, signatures=signatures
            )
        if isinstance(entries, dict) or hasattr(entries, "keys"):
            (reply,) = self._answers([entries], quiet_for, os.fspath(root), request, backdate)
            return reply
        return self._answers(entries, quiet_for, os.fspath(root), request, backdate)

    def _answers(
        self, entries: Iterable[Any], quiet_for: int, root: str, request: ScanRequest | None, backdate: str | None
    ) -> Iterator[GateReply]:
        from contextlib import ExitStack

        from occ_media_cli.decide.gate_serving import Gate

        size = AT_ONCE if isinstance(entries, list | tuple) else 1
        with ExitStack() as opened:
            scans = None
            if request is not None:
                from occ_media_cli.decide.gate_scans import GateScans
                from occ_media_cli.safety.scan import Scanner

                scanner = opened.enter_context(Scanner(request, times.wall()))
                scans = GateScans(scanner, self._door.stamp())
            store = opened.enter_context(self._door.recording(make=True))
            fixed = self._door.stamp() if self._door.fixed is not None else None
            gate = opened.enter_context(
                Gate(store, quiet_for=quiet_for, fixed=fixed, backdate=backdate, root=root, scans=scans)
            )
            yield from _in_parts(gate, entries, size)


def _in_parts(gate: Gate, entries: Iterable[Any], size: int) -> Iterator[GateReply]:
    part: list[bytes] = []
    for entry in entries:
        part.append(_line(entry))
        if len(part) == size:
            yield from gate.answer_lines(part)
            part = []
    if part:
        yield from gate.answer_lines(part)


def _line(entry: object) -> bytes:
    """An entry as the gate reads it. What JSON cannot say is no entry, and the gate says so."""
    import json

    try:
        return json.dumps(dict(entry), allow_nan=False).encode("utf-8")  # type: ignore[call-overload]  # what is no mapping raises
    except (TypeError, ValueError, RecursionError):
        return b"{}"
