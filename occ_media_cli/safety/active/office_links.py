"""What the relationships of an Office package lead to (ECMA-376 part 2, 9.3)."""

from __future__ import annotations

from occ_media_cli.media.readers.opc import Relationship
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_fetched, judge_plain_link
from occ_media_cli.safety.active.targets import Target, TargetKind, classify
from occ_media_cli.vocabulary import Severity

_OBJECTS = {
    "oleobject": "an object",
    "package": "an object",
    "control": "a control",
    "activexcontrolbinary": "a control",
    "frame": "a frame",
    "subdocument": "a part of the document",
    "afchunk": "a part of the document",
    "altchunk": "a part of the document",
    "mailmergesource": "a list of addresses",
    "mailmergeheadersource": "a list of addresses",
    "recipientdata": "a list of addresses",
    "vbaproject": "macros",
    "xlmacrosheet": "a macro sheet",
    "extensibility": "buttons",
    "officedocument": "the document",
}
_SHOWN = frozenset(
    ("image", "audio", "video", "media", "movie", "slideupdateurl", "font", "theme", "svgimage", "hdphoto")
)
_BOOKS = frozenset((
    "externallinkpath", "externallink", "xlpathmissing", "xlstartup", "xlalternatestartup", "xllibrary",
    "pivotcachedefinition", "xlexternallinkpath", "externallinklongpath",
))  # fmt: skip


def judge_relationship(look: Inspection, link: Relationship, where: str) -> None:
    """One line of a `.rels` part."""
    kind = link.kind.casefold()
    target = classify(link.target)
    outside = target.kind in (TargetKind.NET, TargetKind.PROGRAM) or (
        target.kind is TargetKind.UNC and not link.target.startswith("/")  # two slashes before a part are a slip
    )
    if not link.external and not outside:
        return
    if kind == "attachedtemplate":
        _template(look, target, where)
    elif kind in _OBJECTS:
        _object(look, target, _OBJECTS[kind], where)
    elif kind in ("hyperlink", "officehyperlink"):
        judge_plain_link(look, link.target, where)
    elif kind in _BOOKS:
        _book(look, target, where)
    else:
        _shown(look, target, kind in _SHOWN, where)


def _template(look: Inspection, target: Target, where: str) -> None:
    if not judge_fetched(look, target, "a template", where, "remote-template") and target.kind is TargetKind.LOCAL:
        look.tell("local-link", "a template of the computer", where)


def _object(look: Inspection, target: Target, what: str, where: str) -> None:
    if not judge_fetched(look, target, what, where) and target.kind is TargetKind.LOCAL:
        look.tell("local-link", f"{what} that is a link to a file of the computer", where)


def _book(look: Inspection, target: Target, where: str) -> None:
    if target.kind is TargetKind.UNC:
        words = f"values that come from the file server {target.shown}"
        look.tell("unc-link", words, where, Severity.WARNING)  # Excel asks before it fetches any
    elif target.kind is TargetKind.NET:
        look.tell("remote-workbook", f"values that come from {target.shown}", where)
    elif target.kind is TargetKind.PROGRAM:
        look.tell("program-link", f"values that come from {target.shown}", where)
    else:
        look.tell("local-link", "values that come from another file", where)


def _shown(look: Inspection, target: Target, known: bool, where: str) -> None:
    what = "a picture or sound" if known else "something"
    if target.kind is TargetKind.UNC:
        look.tell("unc-link", f"{what} that is fetched from the file server {target.shown}", where)
    elif target.kind is TargetKind.NET and known:
        look.tell("remote-image", f"{what} that is fetched from {target.shown}", where)
    elif target.kind is TargetKind.NET:
        look.tell("remote-object", f"{what} that may be fetched from {target.shown}", where, Severity.WARNING)
    elif target.kind is TargetKind.PROGRAM:
        look.tell("program-link", f"{what} that leads to {target.shown}", where)
    elif target.kind is TargetKind.LOCAL:
        look.tell("local-link", "a link to a file of the computer", where)
