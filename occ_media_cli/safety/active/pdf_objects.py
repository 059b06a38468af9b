"""One object of a PDF and everything that is written inside of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from occ_media_cli.media.readers.pdf_filters import PdfFilters
from occ_media_cli.safety.active.contents import HEAD, is_program_name, program_in
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.pdf_actions import Actions, file_name
from occ_media_cli.safety.active.targets import Target, TargetKind, classify
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from pikepdf import Object

_WORTH = re.compile(
    rb"/(?:JS|JavaScript|AA|OpenAction|EF|XFA|FFilter|RichMedia|RichMediaExecute|3D|Movie|Sound|Screen|Launch|ImportData|SubmitForm|"
    rb"GoToR|GoToE|Thread|Rendition|Named|OPI|Ref|RV|RC|AcroForm)\b"
)
_URI = re.compile(rb"/URI\s*\(([^()\\]*)\)")
_NAMED = re.compile(rb"/S\s*/(JavaScript|Launch|ImportData|SubmitForm|GoToR|GoToE)\b")
_RICH = frozenset(("/RichMedia", "/3D"))
_MEDIA = frozenset(("/Movie", "/Screen", "/Sound"))
"""Annotations that play something. The latter are also called so where they are none, and have a place then."""

_QUIET_ON_OPEN = frozenset(("/GoTo", ""))
_REMOTE = re.compile(r"(?:src|href|SYSTEM)\s*=?\s*[\"']\s*(?:https?:|\\\\|//)", re.IGNORECASE)
_ACTS, _HOLDS = "acts", "holds"
_MOST_NESTED = 60
_LONGEST = 1_000_000


def judge_object(look: Inspection, value: Object, actions: Actions, where: str, *, is_catalog: bool) -> None:
    """An object with a number."""
    kind = value._type_name
    if kind == "stream":
        if "/F" in value.stream_dict:
            _outside(look, value.stream_dict["/F"], where)
        raw = value.stream_dict.unparse()
    elif kind in ("dictionary", "array"):
        raw = value.unparse(resolved=True)
    else:
        return
    if not _WORTH.search(raw):
        if b"/URI" not in raw:
            return
        if (link := _plain_link(raw)) is not None:
            actions.plain_link(value.objgen, link, where)
            return
    if not actions.afford_walk():
        for named in _NAMED.finditer(raw):
            actions.by_name(named[1].decode("ascii"), where)
        return
    top = value.stream_dict if kind == "stream" else value
    waiting: list[tuple[Object, int, str]] = [(top, 0, "")]
    first = True
    while waiting:
        each, depth, role = waiting.pop()
        if not look.step(where, 25):
            return
        if each._type_name == "dictionary":
            place = value.objgen if first else (0, 0)
            _dictionary(look, each, actions, where, place, automatic=role == _ACTS)
            if is_catalog and first:
                _catalog(look, each, actions, where)
            items = [(key, inner) for key, inner in each.items()]
        else:
            items = [("", inner) for inner in each.as_list()]
        first = False
        if depth >= _MOST_NESTED:
            look.pass_over(where, "it is nested too deeply")
            continue
        for key, inner in items:
            name = getattr(inner, "_type_name", "")
            if name not in ("dictionary", "array") or inner.objgen != (0, 0):
                continue
            waiting.append((inner, depth + 1, _role(key, role, opens=is_catalog and depth == 0)))


def _plain_link(raw: bytes) -> Target | None:
    """What an ordinary link leads to, or None where more has to be asked. A document can have thousands."""
    hit = _URI.search(raw)
    if hit is None or raw.count(b"/URI") > 2 or b"/Next" in raw:
        return None
    target = classify(hit[1].decode("latin-1"))
    return target if target.kind in (TargetKind.NET, TargetKind.OTHER, TargetKind.INSIDE) else None


def _role(key: str, above: str, *, opens: bool) -> str:
    """Whether a dictionary below this key is an action that is done by itself, or holds such actions."""
    if key == "/AA":
        return _HOLDS
    if above == _HOLDS or (key == "/OpenAction" and opens) or (above == _ACTS and key in ("/Next", "")):
        return _ACTS
    return ""


def _dictionary(
    look: Inspection, value: Object, actions: Actions, where: str, place: tuple[int, int], *, automatic: bool
) -> None:
    """What a dictionary is by its keys."""
    if "/S" in value:
        actions.add_action(value, place, where, automatic=automatic)
    if "/AA" in value:
        _additional(look, value["/AA"], actions, where)
    if "/JavaScript" in value and _is_dictionary(value["/JavaScript"]):
        _scripts(value["/JavaScript"], actions)
    if "/EF" in value:
        _attachment(look, value, where)
    if "/XFA" in value:
        look.tell("pdf-xfa", "a form of XFA", where)
    if "/Ref" in value and getattr(value["/Ref"], "_type_name", "") == "dictionary" and "/F" in value["/Ref"]:
        _outside(look, value["/Ref"]["/F"], where)
    if "/OPI" in value:
        look.tell("pdf-external", "a picture that stands for one in another file (OPI)", where, Severity.WARNING)
    subtype = str(value.get("/Subtype", ""))
    if subtype in _RICH or (subtype in _MEDIA and "/Rect" in value):
        look.tell("pdf-rich-media", f"an annotation {subtype[1:]}", where)
    for key in ("/RV", "/RC"):
        if (
            key in value
            and getattr(value[key], "_type_name", "") == "string"
            and _REMOTE.search(str(value[key])[:_LONGEST])
        ):
            look.tell("remote-image", "rich text that is fetched from elsewhere", where)


def _catalog(look: Inspection, value: Object, actions: Actions, where: str) -> None:
    opens = value.get("/OpenAction")
    if opens is not None and getattr(opens, "_type_name", "") == "dictionary":
        name = str(opens.get("/S", ""))
        if name not in _QUIET_ON_OPEN:
            look.tell("pdf-action", f"an action when it is opened ({name[1:40]})", where)
        actions.automatically(opens.objgen)
    form = value.get("/AcroForm")
    if form is not None and getattr(form, "_type_name", "") == "dictionary":
        fields = form.get("/Fields")
        if fields is not None and getattr(fields, "_type_name", "") == "array" and len(fields):
            look.tell("form", "a form to be filled in", where)


def _additional(look: Inspection, listed: Object, actions: Actions, where: str) -> None:
    """Actions that are done when a page is shown, a field is left, a pointer passes over."""
    if getattr(listed, "_type_name", "") != "dictionary":
        return
    acts = False
    for _, each in listed.items():  # noqa: PERF102 - an object of pikepdf has no values()
        if getattr(each, "_type_name", "") == "dictionary" and str(each.get("/S", "")) not in _QUIET_ON_OPEN:
            acts = True
            actions.automatically(each.objgen)
    if acts:
        look.tell("pdf-action", "actions of a page or field that are done by themselves", where)


def _scripts(tree: Object, actions: Actions) -> None:
    """Scripts of the document itself run when it is opened; they stand in a tree of names, mostly in its root."""
    listed = tree.get("/Names")
    if listed is None or getattr(listed, "_type_name", "") != "array":
        return
    for each in listed.as_list():
        if getattr(each, "_type_name", "") == "dictionary":
            actions.automatically(each.objgen)


def _outside(look: Inspection, value: Object, where: str) -> None:
    """A stream whose content is in another file."""
    name = file_name(value)
    if not name:
        return
    target = classify(name)
    from_where = target.shown if target.kind in (TargetKind.NET, TargetKind.UNC) else "another file"
    look.tell("pdf-external", f"content that is read from {from_where}", where)
    if target.kind is TargetKind.UNC:
        look.tell("unc-link", f"content on the file server {target.shown}", where)


def _attachment(look: Inspection, value: Object, where: str) -> None:
    name = file_name(value)
    extension = (
        "".join(letter for letter in name.rpartition(".")[2][:12] if letter.isprintable()) if "." in name else "?"
    )
    streams = value["/EF"]
    stream = next((streams[key] for key in ("/UF", "/F") if key in streams), None) if _is_dictionary(streams) else None
    content = b""
    if stream is not None and getattr(stream, "_type_name", "") == "stream":
        content = _content(look, stream, where)
    if is_program_name(name):
        look.tell("embedded-program", f"a program or script as an attachment (.{extension.lower()})", where)
    elif (what := program_in(content[:HEAD], text_may_run=True)) is not None:
        look.tell("embedded-program", f"{what} as an attachment, under another name", where)
    else:
        look.tell("pdf-attachment", f"an attachment (.{extension.lower()})", where)
        look.look_into(content, where)


def _is_dictionary(value: Object) -> bool:
    return getattr(value, "_type_name", "") == "dictionary"


def _content(look: Inspection, stream: Object, where: str) -> bytes:
    """What an attachment unpacks to, within the limits."""
    raw = stream.read_raw_bytes()
    content, left = PdfFilters().unpack(stream.stream_dict.unparse(), raw, MOST_PART)
    if content is None or left:
        look.pass_over(where, "the attachment could not be unpacked as a whole")
    if content is None or not look.afford(len(content), where):
        return b""
    return content
