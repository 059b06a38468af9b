"""Whether a document would remove more than anybody expects: an empty or a wrong file must not clear a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused
from occ_media_cli.limits import RemovalLimit
from occ_media_cli.report.words import percent, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.settings.compare import SettingsDifference
    from occ_media_cli.settings.model import Config

EXPECTED = RemovalLimit(30, share=True)
"""What goes without a word about it: at most so many of the inboxes, and of the agents."""

_KINDS = (("inbox", "inboxes"), ("agent", "agents"))


def refuse_removals(
    stored: Config, wanted: Config, differences: Iterable[SettingsDifference], allowed: RemovalLimit | None
) -> None:
    """Refused where more inboxes or agents would go than allowed; None allows what is expected.

    stored: what there is now. wanted: what the document says. A document without any inbox is never expected.
    """
    counts = dict.fromkeys(("inbox", "agent"), 0)
    for item in differences:
        if item.action == "remove" and item.kind in counts:
            counts[item.kind] += 1
    agents = stored.sections["agents"]
    there = {"inbox": len(stored.inboxes), "agent": len(agents) if isinstance(agents, dict) else 0}
    needed = max((_share(counts[kind], there[kind]) for kind in counts), default=0)
    for kind, kinds in _KINDS:
        removed = counts[kind]
        of = f"{removed:,} of {plural(there[kind], kind, kinds)} ({percent(removed, there[kind])}%)" if removed else ""
        if allowed is None and kind == "inbox" and removed and not wanted.inboxes:
            raise _refusal(f"the document has no inboxes: it would remove {of}", needed)
        limit = EXPECTED if allowed is None else allowed
        if limit.over(removed, there[kind]):
            raise _refusal(f"the document would remove {of}, over {limit}", needed)


def _share(removed: int, there: int) -> int:
    return -(-removed * 100 // there) if there else 0


def _refusal(what: str, needed: int) -> Refused:
    hint = "look at the difference; if it is right, allow so much"
    return Refused(f"{what}; nothing was changed", hint=hint, topic=("removals", f"{needed}%"))
