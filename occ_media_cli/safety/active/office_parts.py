"""What is active in a part of XML of an Office package or of OpenDocument: fields, names, links, controls, buttons."""

from __future__ import annotations

import re

from occ_media_cli.safety.active.biff import AUTO_NAME
from occ_media_cli.safety.active.dde import judge_dde
from occ_media_cli.safety.active.formula_parts import judge_formulas
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_plain_link
from occ_media_cli.safety.active.targets import TargetKind, classify
from occ_media_cli.safety.active.word_fields import TRIGGERS as FIELDS
from occ_media_cli.safety.active.word_fields import judge_fields
from occ_media_cli.safety.active.xml_words import elements
from occ_media_cli.vocabulary import Severity

_MACRO_SHEET = (b"macrosheet", b"macroSheet")
TRIGGERS = (
    *FIELDS, b"<!DOCTYPE", b"ddeLink", b"definedName", *_MACRO_SHEET, b"customUI", b"office/2006/activeX", b"ppaction://",
    b"imagedata", b"webPr", b"textPr", b"odcFile", b"dbPr", b"olapPr", b"connectString", b"connectionString",
    b"hlinkClick", b"hlinkHover", b"hlinkMouseOver", b"schemas-microsoft-com:vml", b"dde-application",
    b"script:language", b"script:event-listener", b"encryption-data",
)  # fmt: skip
"""A part without any of these words has nothing that is looked for here."""

_BUTTONS = (
    "customUI", "button", "toggleButton", "menu", "gallery", "command", "comboBox", "dropDown", "editBox", "checkBox",
    "dynamicMenu", "splitButton", "tab", "group",
)  # fmt: skip
_CALLBACK = re.compile(r"on[A-Z]\w*|get[A-Z]\w*|loadImage")


def judge_part(look: Inspection, content: bytes, key: str, where: str, *, formulas: bool = True) -> None:
    """content: in UTF-8. formulas: whether those were not judged yet."""
    if b"<!DOCTYPE" in content:
        look.pass_over(where, "it declares a DTD, which no office program writes")
    if any(word in content for word in FIELDS):
        judge_fields(look, content, where)
    if b"ddeLink" in content:
        for _, said, _ in elements(content, "ddeLink"):
            if look.step(where, 5):
                judge_dde(look, said.get("ddeService", ""), said.get("ddeTopic", ""), where)
    if b"definedName" in content:
        _names(look, content, where)
    if any(word in content[:4096] for word in _MACRO_SHEET) and any(elements(content[:8192], "macrosheet")):
        look.tell("excel4-macro", "a macro sheet of Excel 4", where)
    if b"customUI" in content:
        _buttons(look, content, where)
    if b"office/2006/activeX" in content and any(elements(content, "ocx")):
        look.tell("activex", "an ActiveX control", where)
    if b"hlinkClick" in content or b"hlinkHover" in content or b"hlinkMouseOver" in content:
        _clicks(look, content, where)
    if b"imagedata" in content:
        _pictures(look, content, where)
    if any(word in content for word in (b"webPr", b"textPr", b"odcFile", b"dbPr", b"olapPr")):
        _queries(look, content, where)
    if b"onnectString" in content or b"mailMerge" in content:
        _sources(look, content, where)
    if formulas:
        judge_formulas(look, content, where)
    if b"href=" in content and b"urn:schemas-microsoft-com:vml" in content:
        _shapes(look, content, where)
    _open_document(look, content, where)


def _names(look: Inspection, content: bytes, where: str) -> None:
    for _, said, _ in elements(content, "definedName"):
        if not look.step(where, 5):
            return
        if AUTO_NAME.match(said.get("name", "")):
            look.tell("macro-auto-run", f"a name that runs a macro sheet by itself ({said['name'][:40]})", where)


def _buttons(look: Inspection, content: bytes, where: str) -> None:
    for name, said, _ in elements(content, *_BUTTONS):
        if not look.step(where, 5):
            return
        called = [each for each in said if _CALLBACK.fullmatch(each)]
        if "onLoad" in called and name == "customUI":
            look.tell("custom-ui", "buttons of its own that call a macro when it is opened", where)
        elif called:
            look.tell("custom-ui", "buttons of its own that call macros", where)


def _clicks(look: Inspection, content: bytes, where: str) -> None:
    for _, said, _ in elements(content, "hlinkClick", "hlinkHover", "hlinkMouseOver"):
        if not look.step(where, 5):
            return
        action = said.get("action", "").lower()
        if action.startswith("ppaction://program"):
            look.tell("program-link", "a click on it starts a program", where)
        elif action.startswith("ppaction://macro"):
            look.tell("macro", "a click on it runs a macro", where)


def _pictures(look: Inspection, content: bytes, where: str) -> None:
    """Pictures of VML, which may name their source without a relationship."""
    for _, said, _ in elements(content, "imagedata"):
        if not look.step(where, 5):
            return
        for name in ("src", "href"):
            target = classify(said.get(name, ""))
            if target.kind is TargetKind.UNC:
                look.tell("unc-link", f"a picture that is fetched from the file server {target.shown}", where)
            elif target.kind is TargetKind.NET:
                look.tell("remote-image", f"a picture or sound that is fetched from {target.shown}", where)


_SHAPES = (
    "rect", "shape", "roundrect", "oval", "line", "polyline", "arc", "curve", "image", "group", "shapetype", "diagram",
)  # fmt: skip


def _shapes(look: Inspection, content: bytes, where: str) -> None:
    """Shapes of VML that are links, without a relationship."""
    for _, said, _ in elements(content, *_SHAPES):
        if not look.step(where, 3):
            return
        if said.get("href"):
            judge_plain_link(look, said["href"], where)


_NAMED_SOURCE = re.compile(
    r"(?:^|;)\s*(?:Data Source|DBQ|Location|Database|DefaultDir|FILEDSN|SourceDB|Server)\s*="
    r"\s*(?:\"([^\"]*)|'([^']*)|([^;]*))",
    re.IGNORECASE,
)


def _named_sources(look: Inspection, text: str, where: str, *, grave: bool) -> None:
    """The files and places that a connection to a database names. grave: it is asked without being told to."""
    for hit in _NAMED_SOURCE.finditer(text):
        _source(look, hit[1] or hit[2] or hit[3] or "", where, grave=grave)


def _source(look: Inspection, name: str, where: str, *, grave: bool, code: str = "remote-workbook") -> None:
    target = classify(name)
    if target.kind is TargetKind.UNC:
        words = f"values that come from the file server {target.shown}"
        look.tell("unc-link", words, where, None if grave else Severity.WARNING)
    elif target.kind is TargetKind.NET:
        look.tell(code, f"values that come from {target.shown}", where)


def _sources(look: Inspection, content: bytes, where: str) -> None:
    """Where the addresses of a letter come from ([ECMA-376] 17.14.8), and connections of OpenDocument."""
    for _, said, _ in elements(content, "connectString", "dataSource", "query"):
        if look.step(where, 5):
            _named_sources(look, said.get("val", ""), where, grave=True)


def _queries(look: Inspection, content: bytes, where: str) -> None:
    """Connections to sources of data. One is asked when the workbook is opened only where it says so."""
    asks = False
    for name, said, _ in elements(content, "connection", "webPr", "textPr", "dbPr", "olapPr"):
        if not look.step(where, 5):
            return
        if name == "connection":
            asks = said.get("refreshOnLoad", "") in ("1", "true") or said.get("interval", "0") != "0"
            for key in ("odcFile", "sourceFile"):
                _source(look, said.get(key, ""), where, grave=asks)
            continue
        for key in ("sourceFile", "localConnection", "connection"):
            _source(look, said.get(key, ""), where, grave=asks)
            _named_sources(look, said.get(key, ""), where, grave=asks)
        _source(look, said.get("url", ""), where, grave=asks, code="data-connection")


def _open_document(look: Inspection, content: bytes, where: str) -> None:
    if b"dde-application" in content:
        for _, said, _ in elements(content, "dde-source", "dde-connection-decl"):
            if look.step(where, 5):
                judge_dde(look, said.get("dde-application", ""), said.get("dde-topic", ""), where)
    if b"script:event-listener" in content:
        for _, said, _ in elements(content, "event-listener"):
            if not look.step(where, 5):
                return
            event, target = said.get("event-name", ""), said.get("href", "")
            if "script" in target or "macro" in target:
                opens = event.rpartition(":")[2] in (
                    "load",
                    "open",
                    "view-created",
                    "load-finished",
                    "OnLoad",
                    "on-load",
                )
                code, words = (
                    ("macro-auto-run", "a macro that runs by itself") if opens else ("macro", "macros (Basic)")
                )
                look.tell(code, words, where)
    if b"script:language" in content and any(elements(content, "module")):
        look.tell("macro", "macros (Basic)", where)
    if b"encryption-data" in content and any(elements(content, "encryption-data")):
        look.tell("encrypted", "it needs a password to open")
        look.pass_over("", "it is encrypted")
