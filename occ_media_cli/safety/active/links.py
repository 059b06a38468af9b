"""What a link of a document does: one that waits for a click, and one that is followed when the document is opened."""

from __future__ import annotations

from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.targets import Target, TargetKind, classify, is_remote
from occ_media_cli.vocabulary import Severity

_IGNORED = frozenset(("javascript:", "vbscript:", "jscript:", "data:"))
"""Schemes of a browser, which Office does not follow."""


def judge_plain_link(look: Inspection, text: str, where: str) -> None:
    """A link that somebody has to click on."""
    target = classify(text)
    if target.kind is TargetKind.UNC:
        look.tell("unc-link", f"a link to the file server {target.shown}", where, Severity.WARNING)
    elif target.kind is TargetKind.PROGRAM:
        ignored = target.shown in _IGNORED
        look.tell(
            "program-link",
            f"a link that opens a program ({target.shown})",
            where,
            Severity.WARNING if ignored else None,
        )
    elif target.kind is TargetKind.LOCAL:
        look.tell("local-link", "a link to a file of the computer", where)
    elif target.kind in (TargetKind.NET, TargetKind.OTHER):
        look.tell("link", "a link to another place", where)


def judge_fetched(look: Inspection, target: Target, what: str, where: str, code: str = "remote-object") -> bool:
    """Something that is fetched when the document is opened, such as an object or, with its own code, a template.
    False: it is on this computer, or nowhere."""
    if is_remote(target):
        look.tell(code, f"{what} that is fetched from {target.shown}", where)
    elif target.kind is TargetKind.PROGRAM:
        look.tell("program-link", f"{what} that leads to {target.shown}", where)
    else:
        return False
    return True
