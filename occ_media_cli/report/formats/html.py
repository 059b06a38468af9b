"""One page that needs nothing else: no script, no address, readable on a telephone and on paper.

Each table shows at most 1,000 rows and says how many more there are and which command lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import __version__
from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Calendar, Facts, Figure, Lines, Section, Table
from occ_media_cli.report.formats.cell_text import origin_words, people
from occ_media_cli.report.formats.web import calendar, figures
from occ_media_cli.report.formats.web.inline import cell_html, line_html, paragraphs
from occ_media_cli.report.formats.web.style import css
from occ_media_cli.report.formats.web.tables import table_html
from occ_media_cli.report.lanes import Lanes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Report

POLICY = "default-src 'none'; style-src 'unsafe-inline'"

CONTENTS_FROM = 3
"""Sections from which on a page has a table of contents."""


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """Title, verdict, blocks, and how it was made. The verdict may depend on the rows, so the blocks are made first."""
    body = "".join(_blocks(report.blocks, 2, "", report.rest))
    answer = report.last_line()
    verdict = report.verdict if report.verdict is not None else answer
    title = safe.html(report.title)
    heading = f"{safe.html(_words(answer))}: {title}" if _words(answer) else title
    yield start(heading, title)
    about = [line_html(line) for line in report.about]
    about += [safe.html(words) for words in origin_words(report) if words]
    if about:
        yield f'<p class="about">{"<br>".join(about)}</p>\n'.encode()
    for notice in report.notices:
        yield f'<p class="verdict">{safe.html(notice)}</p>\n'.encode()
    if verdict:
        yield f'<p class="verdict">{line_html(verdict)}</p>\n'.encode()
    yield body.encode()
    yield f"<footer>Made with occ-media {__version__}; data: {safe.html(report.schema)}</footer>\n".encode()
    yield b"</main>\n</body>\n</html>\n"


def start(heading: str, title: str) -> bytes:
    """A page up to its first heading: nothing but these two texts, which are HTML, depends on what it shows."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading}</title>\n<style>\n{css()}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n"
    ).encode()


def _words(line: Line) -> str:
    return line if isinstance(line, str) else "".join(part if isinstance(part, str) else part.text for part in line)


def _blocks(blocks: Sequence[Block], level: int, number: str, rest: str | None) -> Iterator[str]:
    sections = [block for block in blocks if isinstance(block, Section)]
    listed = level > 2 or len(sections) < CONTENTS_FROM
    count = 0
    for block in blocks:
        if isinstance(block, Section):
            if not listed:
                yield _contents(sections)
                listed = True
            count += 1
            name = f"s{number}{count}"
            tag = f"h{min(level, 6)}"
            yield f'<section aria-labelledby="{name}">\n<{tag} id="{name}">{line_html(block.heading)}</{tag}>\n'
            yield from _blocks(block.blocks, level + 1, f"{number}{count}-", rest)
            yield "</section>\n"
        else:
            yield from _block(block, rest)


def _contents(sections: Sequence[Section]) -> str:
    items = "".join(
        f'<li><a href="#s{index}">{safe.html(section.heading)}</a></li>\n' for index, section in enumerate(sections, 1)
    )
    return f'<nav aria-label="Contents">\n<ol>\n{items}</ol>\n</nav>\n'


def _block(block: Lines | Table | Figure | Lanes | Calendar | Facts, rest: str | None) -> Iterator[str]:
    if isinstance(block, Lines):
        yield from paragraphs(block.lines)
    elif isinstance(block, Table):
        yield from table_html(block, rest)
    elif isinstance(block, Facts):
        yield _facts(block)
    else:
        caption = f" {line_html(block.caption)}" if block.caption else ""
        wide = ' class="wide-figure"' if isinstance(block, Calendar) else ""
        drawing = (
            calendar.calendar(block)
            if isinstance(block, Calendar)
            else figures.lanes(block)
            if isinstance(block, Lanes)
            else figures.bars(block)
            if block.shape == "bars"
            else figures.columns(block)
        )
        yield f"<figure{wide}>\n<figcaption><b>{safe.html(block.title)}</b>{caption}</figcaption>\n{drawing}</figure>\n"


def _facts(facts: Facts) -> str:
    pairs = []
    for name, cell, kind in facts.pairs:
        value = cell_html(cell, kind)
        if kind == "id" and people(cell, kind) != "-":
            value = f"<code>{value}</code>"
        pairs.append(f"<dt>{safe.html(name)}</dt><dd>{value}</dd>\n")
    return f'<dl class="facts">\n{"".join(pairs)}</dl>\n'
