"""Whether the page of a bundle, which people read, says what its report says.

The whole page is made again from the report, by the functions that made it, and must be the same, byte by byte. Left
open is only what no report has: where the ledger lay, what its reader may type, the rows of rules that are not judged
again, and the reports about the whole ledger (what was shared, by whom, what is stored). These follow from entries that
a bundle does not enclose, and are as true as its signature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from occ_media_cli.audit.engine import Audit
from occ_media_cli.audit.pages import finding_places, long
from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Lines, Section
from occ_media_cli.report.formats.web.inline import line_html
from occ_media_cli.report.model import Report

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource

PAGE = "report.html"

LARGEST = 200_000_000
"""Bytes of a page that are looked at; a larger one is told."""

_ACTIVE = re.compile(
    rb"<\s*(?:script|iframe|object|embed|link|base|form|meta|style|template)\b|\son\w+\s*=|javascript:", re.I
)


SOURCE, REPORT_OF, COMMAND, ROWS = ("source", "report", "command", "rows")
"""Parts of a page that follow from nothing that a bundle encloses: where the ledger lay, the reports about the whole
ledger, commands for the reader, and the rows of rules that are not judged again."""

_TEXT = re.compile(rb"[^<]{0,4096}")
_TABLE = re.compile(
    rb"(?:</?(?:caption|thead|tbody|tr|th|td|bdi|code|wbr|span|br|b|strong)\b[^<>]*>|[^<]++)*", re.DOTALL
)
_STYLE = re.compile(
    rb'style="(?:(?:width|padding-left|padding-right|text-align|grid-template-columns|height|left)'
    rb':[A-Za-z0-9.,%() -]*;?)*"'
)
_BAR = re.compile(r"<bdi>([^<]*)</bdi></th><td role=\"cell\" class=\"n\">0</td>")


def problems(
    audit: Audit, source: RuleSource, head: Mapping[str, Any], lines: Callable[[str], Iterator[bytes]],
    judged: Collection[str],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """What of the page is not what the report says. audit: of the report (`restated`). judged: the rules whose findings
    were judged again, which are known with the words of a page."""
    page = b"".join(lines(PAGE))
    if len(page) > LARGEST:
        yield PAGE, "is too large to be looked at"
        return
    title = re.match(rb".*?</head>\n<body>\n<main>\n<h1>Media audit</h1>\n", page, re.DOTALL)
    if title is not None and _ACTIVE.search(page, len(title[0])) is not None:
        yield PAGE, "holds what no page of this program holds"
        return
    _take_inboxes(audit, source, page)
    mark = f"x{token_hex(16)}x"
    made = _made_again(audit, source, head, mark, judged)
    yield from _compare(page, re.split(f"{mark}([a-z]+);".encode(), made))


def _take_inboxes(audit: Audit, source: RuleSource, page: bytes) -> None:
    """The inboxes that had entries: those without an error stand on the page alone, and must be inboxes."""
    names = {str(row[0]) for row in source.query("SELECT name FROM inbox UNION SELECT inbox FROM setting", {})}
    shown = {safe.html(name): name for name in names}
    text = page.decode("utf-8", "replace")
    number = re.search(r'<p class="verdict">[^<]*\sIn\s([0-9,]+)\sinbox(?:es)?\sand\s', text)
    chart = re.search(r"<figcaption><b>Where were the errors\?</b>([^<]*)</figcaption>(.*?)</figure>", text, re.DOTALL)
    quiet = [shown[name] for name in _BAR.findall(chart[2])[: len(names)] if name in shown] if chart is not None else []
    more = re.search(r";\s([0-9,]+)\smore\sinbox", chart[1]) if chart is not None else None
    errors = finding_places.FindingPlaces.collect_places(audit).errors
    drawn = finding_places.BARS + int(more[1].replace(",", "")) if more is not None else 0
    padding = range(min(drawn, len(names | errors.keys())) - len(errors) - len(quiet))
    every = [*quiet, *errors, *(f"\U0010fffd{place}" for place in padding)]
    said = int(number[1].replace(",", "")) if number is not None else 0
    ((known,),) = source.query("SELECT max(count(DISTINCT id), 1) FROM inbox", {})  # of one name there may be several
    if len(every) - len(errors) <= said <= max(len(every), known):
        audit.people = replace(audit.people, inboxes=dict.fromkeys(every[:said], 1), boxes=said)


def _made_again(audit: Audit, source: RuleSource, head: Mapping[str, Any], mark: str, judged: Collection[str]) -> bytes:
    """The page of an audit, with marks for what does not follow."""
    from occ_media_cli.audit.pages import audit_document, short
    from occ_media_cli.audit.pages.reader_commands import ReaderCommands
    from occ_media_cli.report.formats import html, screen

    command = f"{mark}{COMMAND};"
    commands = ReaderCommands(audit=command, one_rule=command, rule_text=command, verify=command)
    told = [Section(heading, [Lines([f"{mark}{REPORT_OF};"])]) for _, heading in long.REPORTS]
    blocks = long.around(audit, source, commands, told, veil=None)
    where = f"{mark}{SOURCE};"
    made = Report(
        schema=audit_document.SCHEMA, title="Media audit", blocks=blocks, answer=short.totals(audit), made=head["made"],
        window=audit.scope.window, about=[where if audit.scope.inboxes else f"All inboxes; {where}"],
        verdict=long.verdict(audit),
    )  # fmt: skip
    text = b"".join(html.render(made, screen.OF_FILE))
    text = text.replace(f"<p>{mark}{REPORT_OF};</p>\n".encode(), f"{mark}{REPORT_OF};".encode())
    for row in audit.rows:
        if row.rule.id not in judged:
            heading = line_html(f"{row.rule.id}: {row.rule.heading(row.count)}").encode()
            start = text.index(b"<table", text.index(b">" + heading + b"</h3>"))
            end = text.index(b"</table>", start)
            caption = re.search(rb"<caption>.*?</caption>\n", text[start:end])
            text = text[:start] + f"{mark}{ROWS};".encode() + (caption[0] if caption is not None else b"") + (
                f"{mark}{ROWS};".encode() + text[end:]
            )  # fmt: skip
    return text


def _compare(page: bytes, parts: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    """The page against its parts: text that must stand there, and in between the kind of what may."""
    place = 0
    for number in range(0, len(parts), 2):
        text = parts[number]
        kind = parts[number - 1].decode() if number else ""
        found = page.find(text, place) if number else place
        if found < 0 or (not number and not page.startswith(text)) or not _fits(kind, page[place:found]):
            yield PAGE, f"does not say what report.json says, {_where(page, place, text)}"
            return
        place = found + len(text)
    if place != len(page):
        yield PAGE, "goes on behind its end"


def _fits(kind: str, data: bytes) -> bool:
    """Whether what stands between two parts of a page is of its kind."""
    if kind in (SOURCE, COMMAND):
        return _TEXT.fullmatch(data) is not None
    if kind == ROWS:
        return not data or (data.startswith((b"<table role", b"<thead role")) and
                            _TABLE.fullmatch(data.partition(b">")[2]) is not None)  # fmt: skip
    if kind == REPORT_OF:
        styles = data.count(b"style=")
        return styles == len(_STYLE.findall(data)) and b"</main>" not in data and b'class="verdict"' not in data
    return not data


def _where(page: bytes, place: int, text: bytes) -> str:
    """The place at which a page differs, in words: the line of it that is another."""
    rest = page[place:]
    for wanted, there in zip(text.splitlines(), rest.splitlines(), strict=False):
        if wanted != there:
            return f"near: {plain_words(wanted)}"
    return f"near: {plain_words(text[:200])}"


def plain_words(line: bytes) -> str:
    """A line of a page without its tags, cut."""
    words = re.sub(r"<[^<>]*>", " ", line.decode("utf-8", "replace"))
    words = " ".join(words.split())
    return words[:80] or "its tables"
