"""Independent readers: each takes the bytes of one format apart again and fails where they are broken or unsafe."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import msgspec.json
import openpyxl
import pytest
import xmlschema
from markdown_it import MarkdownIt

from tests.unit.report.hostile import control_characters

SCHEMAS = Path(os.environ.get("OCC_MEDIA_SHARED", Path(__file__).parents[4] / "shared")) / "schemas"

needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the schemas are kept outside the project")


def text_of(data: bytes) -> str:
    text = data.decode("utf-8")
    assert not control_characters(text)
    return text


def read_table(data: bytes) -> list[str]:
    return text_of(data).splitlines()


def read_json(data: bytes) -> Any:
    assert data.isascii()
    text = text_of(data)
    msgspec.json.decode(data)  # strict: no half characters, no NaN
    return json.loads(text)


def read_ndjson(data: bytes) -> list[Any]:
    return [read_json(line) for line in data.splitlines()]


def read_csv(data: bytes) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text_of(data), newline=""), strict=True))
    assert len({len(row) for row in rows}) <= 1
    assert len(rows) == data.count(b"\n")
    for row in rows:
        for cell in row:
            assert not re.match(r"[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell) or re.fullmatch(r"-?\d+", cell), (
                cell
            )
    return rows


@cache
def _sarif_validator() -> Any:
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def read_sarif(data: bytes) -> Any:
    document = read_json(data)
    if SCHEMAS.is_dir():
        _sarif_validator().validate(document)
    for run in document["runs"]:
        ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            for location in result["locations"]:
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                assert re.fullmatch(r"(?:file:///)?(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})*", uri)
    return document


@cache
def _junit_schema() -> Any:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit.xsd"))


def read_junit(data: bytes) -> ET.Element:
    text_of(data)
    root = ET.fromstring(data)
    if SCHEMAS.is_dir():
        _junit_schema().validate(data.decode("utf-8"))
    (suite,) = root
    cases = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(cases)
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    names = [case.attrib["name"] for case in cases]
    assert len(names) == len(set(names))
    return root


COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,]*)(?:,[a-z]+=[^:,]*)*)::(.*)")


def read_github(data: bytes) -> list[tuple[str, dict[str, str], str]]:
    commands = []
    for line in text_of(data).splitlines():
        assert "##[" not in line
        if not line.lstrip().startswith("::"):
            continue
        match = COMMAND.fullmatch(line)
        assert match, line
        fields = dict(part.split("=", 1) for part in match[2].split(","))
        assert set(fields) <= {"file", "title"}
        commands.append((match[1], fields, match[3]))
    return commands


def read_markdown(data: bytes) -> list[Any]:
    tokens = (
        MarkdownIt("commonmark", {"html": True, "linkify": False})
        .enable("table")
        .enable("strikethrough")
        .parse(text_of(data))
    )
    for token in tokens:
        assert token.type not in {
            "html_block",
            "hr",
            "fence",
            "code_block",
            "blockquote_open",
            "bullet_list_open",
            "ordered_list_open",
        }
        for child in token.children or ():
            assert child.type not in {"link_open", "image", "em_open", "s_open"}, child
            if child.type == "html_inline":
                assert child.content == "<br>"
            if child.type == "text":
                assert not re.search(r"(^|\s)@\w", child.content)
    return tokens


VOID = {"meta", "br"}
TAGS = VOID | set(
    re.findall(r"\w+", "html head title style body main h1 h2 h3 h4 h5 h6 p section nav ol li a dl dt dd")
)
TAGS |= set(
    re.findall(r"\w+", "table caption thead tbody tr th td figure figcaption b bdi code strong span div footer")
)
TAGS |= {"svg", "rect", "line", "polyline", "text"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "scope", "colspan"}
ATTRIBUTES |= {"data-label", "aria-label", "aria-labelledby", "aria-hidden", "style", "viewbox", "preserveaspectratio"}
ATTRIBUTES |= {"width", "height", "x", "y", "x1", "x2", "y1", "y2", "points", "vector-effect", "rx"}
ATTRIBUTES |= {"transform", "text-anchor", "aria-current"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.shown: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            if name == "href":
                assert (value or "").startswith("#")
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.shown.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def read_html(data: bytes) -> str:
    """The text that a reader sees."""
    text = text_of(data)
    assert "<script" not in text.lower()
    assert not re.search(
        r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:|//|data:|javascript:)""", re.sub(r">[^<]*<", "><", text)
    )
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    return "".join(page.shown)


def read_xlsx(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    with ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            content = archive.read(member).replace(b"\r\n", b"\n")
            if member.endswith((".xml", ".rels")):
                ET.fromstring(content)
                assert b"<f>" not in content
                assert b"<hyperlink" not in content
                assert not control_characters(content.decode("utf-8"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def formulas(name: str, data: bytes) -> int:
    """How many cells a spreadsheet would compute: in csv by the way they start, in a workbook by their kind."""
    if name == "csv":
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")) for cell in row]
        start = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]")
        return sum(bool(start.match(cell)) and not re.fullmatch(r"-?\d+", cell) for cell in cells)
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        return sum(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return 0


READERS = {
    "table": read_table,
    "json": read_json,
    "ndjson": read_ndjson,
    "csv": read_csv,
    "markdown": read_markdown,
    "html": read_html,
    "sarif": read_sarif,
    "junit": read_junit,
    "github": read_github,
    "xlsx": read_xlsx,
}
