"""The formats of a report, from both sides: what each must show of a `Said`, and what a reader finds in its bytes.

Both come to the same plain form, lists of lines of cells, so that every number, label and order is compared. Shares no
code with the program.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from zipfile import ZipFile

from tests.property.report_oracle import DAY, Over, Said, Scope, date, many, size, text

Lines = list[list[str]]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TITLES = {"count": "Count", "size": "Size"}


def cell(value: Any, kind: str) -> str:
    """A cell as people read it."""
    if isinstance(value, str):
        return value or "-"
    if value is None:
        return "-"
    if isinstance(value, list):
        if kind == "trend":
            low, high = min(value), max(value)
            return f"{low:,}" if low == high else f"{low:,} to {high:,}"
        return ", ".join(value)
    if isinstance(value, int):
        return {"size": size(value), "percent": f"{value}%"}.get(kind, f"{value:,}")
    return str(value)


def weeks(block: tuple[Any, ...]) -> tuple[list[str], list[list[Any]], str]:
    """The rows of a calendar: a week with files, or that of today; what lies outside comes first and last."""
    _, title, first, end, today, days, early, late, caption = block
    rows: list[list[Any]] = []
    if early[0]:
        rows.append([f"before {date(first)}", *[None] * 7, *early])
    left = False
    for monday in range(first, end, 7 * DAY):
        week = [days.get(monday + place * DAY, (0, 0)) for place in range(7)]
        if any(amount[0] for amount in week) or monday <= today < monday + 7 * DAY:
            rows.append([date(monday), *(amount[0] or None for amount in week), sum(a[0] for a in week),
                         sum(a[1] for a in week)])  # fmt: skip
        else:
            left = True
    if late[0]:
        rows.append([f"after {date(end - DAY)}", *[None] * 7, *late])
    said = f"{title} {caption}" + ("; weeks without files are left out" if left else "")
    return ["Week from", *WEEKDAYS, "Files", "Size"], rows, said


def week_cells(row: list[Any]) -> list[str]:
    return [row[0], *(cell(value, "count") for value in row[1:9]), size(row[9])]


def tables(block: tuple[Any, ...], joint: str | None = None) -> tuple[str | None, list[str], list[Any]]:
    """A block as caption, titles and rows of texts; a row that is one text stands over those that follow.

    joint: what stands before a line under a row, in its second cell; None where it is a row of one text.
    """
    what = block[0]
    if what == "table":
        _, caption, columns, rows = block
        shown: list[Any] = []
        for row in rows:
            if isinstance(row, str):
                shown.append(row)
                continue
            shown.append([cell(value, column[2]) for value, column in zip(row, columns, strict=False)])
            if isinstance(row, Over) and joint is None:
                shown.append(row[-1])
            elif isinstance(row, Over):
                shown[-1][1] += f"{joint}{row[-1]}"
        return caption, [column[1] for column in columns], shown
    if what in ("bars", "columns"):
        _, title, labels, values, unit, caption = block
        pairs = [[label, cell(value, unit)] for label, value in zip(labels, values, strict=True)]
        return caption, [title, TITLES[unit]], pairs
    if what == "lanes":
        _, title, _, _, drawn, caption = block
        counted = drawn[0][2] is not None
        rows = [
            [name, word, text(low), text(high), *([f"{counts[place]:,}"] if counted else [])]
            for name, stretches, counts, _ in drawn for place, (low, high, word) in enumerate(stretches)
        ]  # fmt: skip
        return caption, [title, "State", "From", "Until", *(["Errors"] if counted else [])], rows
    titles, rows, caption = weeks(block)
    return caption, titles, [week_cells(row) for row in rows]


def said_table(said: Said, scope: Scope) -> Lines:
    lines: Lines = [[scope.words()]]
    for block in said.shown(figures=False):
        if isinstance(block, str):
            lines.append([block])
            continue
        caption, titles, rows = tables(block)
        lines += [[caption]] if caption else []
        lines.append(titles)
        ours = [column[2] == "change" for column in block[2]] if block[0] == "table" else [False] * len(titles)
        for row in rows:  # of our own words an arrow is written as a terminal without it can show it
            lines.append([row] if isinstance(row, str) else [
                text.replace("→", "->") if own else text for own, text in zip(ours, row, strict=True)])  # fmt: skip
    return [*lines, [said.last]]


def said_markdown(said: Said, scope: Scope, head: str, entries: int) -> Lines:
    lines: Lines = [[said.title], [said.question], [f"Ledger head {head}, {many(entries, 'entry')}"], [scope.words()]]
    for block in said.shown(figures=True):
        lines += block_markdown(block)
    return [*lines, [said.last]]


def block_markdown(block: tuple[Any, ...] | str) -> Lines:
    if isinstance(block, str):
        return [[block]]
    caption, titles, rows = tables(block, "<br>")
    lines = [[caption]] if caption else []
    lines.append(titles)
    return lines + [[row, *[""] * (len(titles) - 1)] if isinstance(row, str) else row for row in rows]


def said_html(said: Said, scope: Scope, head: str, entries: int) -> Lines:
    """Text by text, in the order of the page, without the foot."""
    lines: Lines = [[f"{said.last}: {said.title}"], [said.title]]
    lines += [[said.question], [f"Ledger head {head}, {many(entries, 'entry')}"], [scope.words()], [said.last]]
    for block in said.shown(figures=True):
        lines += block_html(block)
    return lines


def block_html(block: tuple[Any, ...] | str) -> Lines:
    if isinstance(block, str):
        return [[block]]
    lines: Lines = []
    what = block[0]
    if what == "table":
        caption, titles, rows = tables(block, "")
        lines += [[caption]] if caption else []
        trends = [place for place, column in enumerate(block[2]) if column[2] == "trend"]
        lines += [titles]
        for row, values in zip(rows, block[3], strict=True):
            if isinstance(row, str):
                lines.append([row])
                continue
            for place in trends:
                row[place] = f"{row[place]}: {', '.join(f'{n:,}' for n in values[place])}{row[place]}"
            lines.append(row)
    elif what == "bars":
        _, title, labels, values, unit, caption = block
        lines.append([f"{title} {caption}" if caption else title])
        lines += [[label, cell(value, unit)] for label, value in zip(labels, values, strict=True)]
    elif what == "columns":
        _, title, labels, values, unit, caption = block
        shown = [cell(value, unit) for value in values]
        lines.append([f"{title} {caption}"])
        top = values.index(max(values))
        if len(values) <= 13 and max(map(len, shown)) <= 4:
            lines.append(shown)
        else:
            lines.append([f"{labels[top]}: {shown[top]}"])
        lines.append(["; ".join(f"{label}: {value}" for label, value in zip(labels, shown, strict=True))])
        lines.append([labels[0], *([labels[-1]] if len(values) > 1 else [])])
    elif what == "lanes":
        lines += _html_lanes(block)
    else:
        titles, rows, _ = weeks(block)
        lines.append([f"{block[1]} {block[8]}"])
        lines += _html_days(block)
        lines += [titles, *(week_cells(row) if row[0][0].isdigit() else [row[0], "", f"{row[8]:,}", size(row[9])]
                            for row in rows)]  # fmt: skip
    return lines


def _html_lanes(block: tuple[Any, ...]) -> Lines:
    _, title, first, last, drawn, caption = block
    lines: Lines = [[f"{title} {caption}"]]
    counted = drawn[0][2] is not None and any(total for *_, total in drawn)
    for name, stretches, _, total in drawn:
        count = f", {many(total, 'error')}" if counted else ""
        count += f", 400 of them shown" if total > 400 else ""  # noqa: F541  # beside the one that counts
        lines.append([f"{name}{count}"])
        said = ", then ".join(word for _, _, word in stretches)
        lines.append([f"{name}: {said}{'; ' + count[2:] if count else ''}"])
    return [*lines, [first, last]]


def _html_days(block: tuple[Any, ...]) -> Lines:
    """What the picture of a calendar says for readers that cannot see it: the whole, then day by day."""
    _, title, first, end, _, days, early, late, _ = block

    def amount(pair: Any) -> str:
        return f"{many(pair[0], 'file')}, {size(pair[1])}"

    parts = [f"before {date(first)}: {amount(early)}"] if early[0] else []
    parts += [f"{date(day)}: {amount(days[day])}" for day in sorted(days)]
    parts += [f"after {date(end - DAY)}: {amount(late)}"] if late[0] else []
    lines: Lines = [[f"{title} {'; '.join(parts) or 'nothing'}"]]
    return lines + [[f"{date(day)}: {amount(days.get(day, (0, 0)))}"] for day in range(first, end, DAY)]


def said_rows(said: Said) -> list[dict[str, Any]]:
    return [dict(zip((column[0] for column in said.columns), row, strict=True)) for row in said.rows]


def said_csv(said: Said, scope: Scope) -> Lines:
    window = scope.window()
    lines = [[*(column[0] for column in said.columns), *(f"window_{key}" for key in window)]]
    for row in said.rows:
        values = [", ".join(value) if isinstance(value, list) else "" if value is None else str(value) for value in row]
        lines.append([*values, *(value or "" for value in window.values())])
    return lines


def said_xlsx(said: Said, scope: Scope, schema: str) -> dict[str, Lines]:
    sheets = {
        "Report": [["Report", said.title], ["Window", scope.words()], ["Answer", said.last], ["Schema", schema]],
        "Rows": [[column[1] for column in said.columns],
                 *([", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
                    for value in row] for row in said.rows)],
    }  # fmt: skip
    for block in said.shown(figures=False):
        if block[0] == "calendar":
            titles, rows, _ = weeks(block)
            sheets["Calendar"] = [titles, *(["" if v is None else str(v) for v in row] for row in rows)]
    return {name: [_without_empty_end(line) for line in lines] for name, lines in sheets.items()}


def _without_empty_end(line: list[str]) -> list[str]:
    """A row of a sheet has no cells behind its last one with something in it."""
    while line and not line[-1]:
        line = line[:-1]
    return line


# What a reader finds.


def take_made(lines: Lines) -> str:
    """Take the line that says who made a document out of it; what stands behind "Made"."""
    at = next(place for place, line in enumerate(lines) if line[0] == "Made" or line[0].startswith("Made 2"))
    return " ".join(lines.pop(at)).removeprefix("Made ")


UNRECORDED = "This rests on settings that nobody has recorded: "


def take_notice(lines: Lines) -> str:
    """Take the line about settings that nobody has recorded out of a document; which they are, empty without one."""
    at = next((place for place, line in enumerate(lines) if line[-1].startswith(UNRECORDED)), None)
    return "" if at is None else lines.pop(at)[-1].removeprefix(UNRECORDED)


def take_lines(page: bytes, begin: str) -> tuple[str, bytes]:
    """Take the line that begins so out of a page of a terminal; what follows in it, and the page."""
    lines = page.decode().splitlines()
    some = [line.removeprefix(begin) for line in lines if line.startswith(begin)]
    return "".join(some), "\n".join(line for line in lines if not line.startswith(begin)).encode()


def read_table(data: bytes) -> Lines:
    """Cells have two spaces or more between them."""
    return [re.split(r" {2,}", line.strip()) for line in data.decode().splitlines() if line.strip()]


def _plain(markdown: str) -> str:
    found = re.sub(r"\\(?=[^a-zA-Z0-9\s])|`", "", markdown.strip().removesuffix("\\"))
    return found.replace("**", "").removeprefix("## ").removeprefix("### ").strip()


def read_markdown(data: bytes) -> Lines:
    lines: Lines = []
    for line in data.decode().splitlines():
        if re.fullmatch(r"\|[ :|-]+\|", line) and "---" in line:
            continue
        if line.startswith("|"):
            lines.append([_plain(part) for part in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif line.strip():
            lines.append([_plain(line.lstrip("#"))])
    return lines


class _Page(HTMLParser):
    """Texts of a page: one list a row of a table, one a block of anything else."""

    BLOCKS = frozenset({"title", "h1", "h2", "h3", "h4", "p", "figcaption", "caption", "li", "footer", "dt", "dd"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: Lines = []
        self.stack: list[str] = []
        self.parts: list[str] | None = None
        self.groups = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = (dict(attrs).get("class") or "").split()
        mark = tag
        if tag == "tr" or (tag == "div" and {"values", "axis"} & set(names)):
            self.lines.append([])
            mark = "row" if self.groups or "group" not in names else "skip"
        elif tag in ("td", "th"):
            mark = "bar" if "bar" in names else "cell"
        elif tag == "span" and "row" in self.stack and "cell" not in self.stack:
            mark = "cell"
        elif (tag == "div" and ("words" in names)) or tag in ("style", "text", "nav") or "key" in names:
            mark = "skip"
        elif tag in self.BLOCKS or (tag == "div" and self.stack and self.stack[-1] == "lane"):
            mark = "block"
        elif tag == "div" and "lane" in names:
            mark = "lane"
        if tag == "br":
            if self.parts is not None:
                self._end()
                self.parts = []
            return
        if tag in ("meta", "rect", "line", "polyline"):
            return
        self.stack.append(mark)
        if "skip" not in self.stack and (mark == "cell" or (mark == "block" and "cell" not in self.stack)):
            self.parts = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        if not self.stack:
            return
        mark = self.stack.pop()
        if mark == "cell" and "skip" not in self.stack:
            if self.parts is not None:
                self.lines[-1].append(" ".join("".join(self.parts).split()))
            self.parts = None
        elif mark == "block" and "cell" not in self.stack and "skip" not in self.stack:
            self._end()

    def _end(self) -> None:
        if self.parts is not None:
            self.lines.append([" ".join("".join(self.parts).split())])
        self.parts = None

    def handle_data(self, data: str) -> None:
        if self.parts is not None and "skip" not in self.stack:
            self.parts.append(data)


def read_html(data: bytes, *, groups: bool = True) -> Lines:
    """groups: lines over the rows of a table too."""
    page = _Page()
    page.groups = groups
    page.feed(data.decode())
    page.close()
    return [[part for part in line if part or len(line) > 2] for line in page.lines if any(line)]


def read_csv(data: bytes) -> Lines:
    return [[value.removeprefix("'") for value in row] for row in csv.reader(io.StringIO(data.decode(), newline=""))]


def read_ndjson(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.splitlines()]


_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _sheet(data: bytes, strings: list[str]) -> Iterator[list[str]]:
    for row in ET.fromstring(data).iter(f"{_SHEET}row"):
        values: dict[int, str] = {}
        for found in row.iter(f"{_SHEET}c"):
            letters = re.sub(r"\d", "", found.attrib["r"])
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            if found.get("t") == "inlineStr":
                value = "".join(part.text or "" for part in found.iter(f"{_SHEET}t"))
            else:
                raw = found.find(f"{_SHEET}v")
                value = "" if raw is None or raw.text is None else raw.text
                value = strings[int(value)] if found.get("t") == "s" else value
            values[place] = value
        yield _without_empty_end([values.get(place, "") for place in range(1, max(values, default=0) + 1)])


def read_xlsx(data: bytes) -> dict[str, Lines]:
    with ZipFile(io.BytesIO(data)) as archive:
        strings: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            strings = ["".join(part.text or "" for part in item.iter(f"{_SHEET}t"))
                       for item in ET.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{_SHEET}si")]  # fmt: skip
        book = ET.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{_SHEET}sheet")]
        return {name: list(_sheet(archive.read(f"xl/worksheets/sheet{place}.xml"), strings))
                for place, name in enumerate(names, start=1)}  # fmt: skip
