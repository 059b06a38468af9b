from __future__ import annotations

import re
from itertools import pairwise

import pytest

from occ_media_cli.report.blocks import Amount, Block, Calendar, Column, Figure, Group, Lines, Section, Span, Table
from occ_media_cli.report.formats import render
from occ_media_cli.report.formats.screen import Screen
from occ_media_cli.report.formats.web.style import DARK, LIGHT, css
from occ_media_cli.report.formats.web.tables import MOST_ROWS
from occ_media_cli.report.lanes import Lane, Lanes, Stretch
from occ_media_cli.report.model import Report
from tests.unit.report.pages import audit_page
from tests.unit.report.readers import read_html
from tests.unit.report.samples import DAY, MONDAY, calendar


def page(*blocks: Block, report: Report | None = None) -> str:
    report = report or Report("occ-media/x/1", "X", blocks=blocks)
    text = b"".join(render(report, "html", Screen())).decode()
    read_html(text.encode())
    return text


def luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["text", "muted", "error", "warning", "link", "ok", "bar"])
def test_every_colour_can_be_read_on_page_and_box(tokens: dict[str, str], name: str) -> None:
    wanted = 3 if name == "bar" else 4.5
    for ground in ("page", "box"):
        assert contrast(tokens[name], tokens[ground]) >= wanted


def test_the_computation_of_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.01)


def test_the_style_uses_the_tokens_and_no_other_colour_or_address() -> None:
    text = css()
    assert set(re.findall(r"var\(--(\w+)\)", text)) - {"sans", "mono"} <= set(LIGHT) == set(DARK)
    assert set(re.findall(r"#[0-9a-f]{6}", text)) == {*LIGHT.values(), *DARK.values()}
    assert "url(" not in text
    assert "@import" not in text
    assert re.search(r"@media screen and \(prefers-color-scheme:dark\)", text)  # paper stays light


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    text = page(report=audit_page())
    assert """http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">""" in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert not re.search(r"\son\w+=", text)


def test_the_title_and_the_first_paragraph_have_the_verdict() -> None:
    text = page(report=audit_page())
    assert "<title>13 errors, 41 warnings, 310 notes; 4 suppressed, 2 unjudged: Audit of 5 inboxes</title>" in text
    assert (
        text.index("<h1>") < text.index('class="about"') < text.index('class="verdict"') < text.index('class="facts"')
    )
    assert '<p class="verdict"><strong class="error">13\u00a0errors.</strong>' in text


def test_contents_lead_to_every_section() -> None:
    text = page(report=audit_page())
    names = re.findall(r'<li><a href="#(\w+)">', text)
    assert names == re.findall(r'<h2 id="(\w+)">', text)
    assert len(names) == 8


def test_tables_have_scopes_roles_captions_and_labels() -> None:
    table = Table(
        [Column("time", "Time", "time"), Column("file", "File <b>", "name")],
        [Group("vip"), ("t", "a&b")],
        caption="Which?",
    )
    text = page(table)
    assert "<caption>Which?</caption>" in text
    assert '<th role="columnheader" scope="col" class="short">File &lt;b&gt;</th>' in text
    assert '<th role="rowheader" scope="rowgroup" colspan="2">vip</th>' in text
    assert '<td role="cell" data-label="File &lt;b&gt;" class="short">a&amp;b</td>' in text


def test_a_long_table_says_how_much_of_it_is_shown_and_where_the_rest_is() -> None:
    rows = ((str(number),) for number in range(MOST_ROWS + 310))
    text = page(Table([Column("a", "A", "id")], rows, caption="All of them.", rest="occ-media audit --rule x"))
    assert "<caption>All of them. 1,000 of 1,310 rows; all: <code>occ-media audit --rule x</code></caption>" in text
    assert text.count("<tr ") == MOST_ROWS + 1


def test_an_empty_table_says_so() -> None:
    assert ">none</td>" in page(Table([Column("a", "A", "id")], []))


@pytest.mark.parametrize(
    ("kinds", "layout"),
    [
        (("id", "count", "state"), "few"),
        (("time", "name"), "stack"),
        (("time", "time", "time", "time", "name"), "stack wide"),
    ],
)
def test_the_layout_follows_what_the_columns_hold(kinds: tuple[str, ...], layout: str) -> None:
    columns = [Column(f"k{index}", "T", kind) for index, kind in enumerate(kinds)]  # type: ignore[arg-type]  # its words
    row = tuple("2026-02-14T09:31:07.120Z" if kind == "time" else 1 if kind == "count" else "x" for kind in kinds)
    assert f'class="{layout}"' in page(Table(columns, [row]))


def test_a_number_stays_with_its_noun_and_a_time_in_one_piece() -> None:
    text = page(Lines(["2 files since 2026-02-14T09:31:07.120Z", (Span("2 x", verbatim=True),)]))
    assert '2\u00a0files since <span class="time">2026-02-14T09:31:07.120Z</span><br>2 x' in text


def test_figures_say_their_numbers_to_those_who_cannot_see_them() -> None:
    text = page(
        Figure("When?", ("W1", "W2"), (3, 4), shape="columns", caption="More."),
        Figure("Where?", ("vip", "lab"), (7, 0)),
    )
    assert '<svg role="img" viewBox="0 0 20 100" preserveAspectRatio="none"><title>W1: 3; W2: 4</title>' in text
    assert text.count("<figcaption>") == 2
    assert '<td role="cell" class="n">0</td>' in text  # a place with nothing stays


def test_a_calendar_says_each_day_to_those_who_cannot_see_it_and_has_the_numbers_beside_it() -> None:
    text = page(calendar())
    assert (
        "<title>When? When? before 2026-11-16: 31 files, 144 MB; 2026-11-16: 4 files, 4.0 kB; 2026-11-24: 1 file,"
        " 0 bytes; 2026-12-06: 1,204 files, 3.1 GB; after 2026-12-06: 22 files, 5 bytes</title>"
    ) in text
    assert text.count('<rect class="late l') == 2 + 1  # the bar of what was before, the one day, and the key
    assert '<rect class="ahead l1 today"' in text
    assert '<td role="cell" class="day" aria-current="date">1</td>' in text
    assert '<td role="cell" class="day"><strong class="error">4</strong></td>' in text
    row = '<td role="cell" class="day">1,204</td><td role="cell" class="files">1,204</td>'
    assert f'{row}<td role="cell" class="bytes">3.1 GB</td>' in text
    assert "31 earlier</text>" in text
    assert "22 later</text>" in text
    assert "904 to 1,204 files a day</span>" in text


def test_the_key_of_a_calendar_says_that_weeks_are_missing_only_where_they_are() -> None:
    days = {MONDAY + day * DAY: Amount(1, 1) for day in range(0, 21, 7)}
    for weeks, missing in ((3, False), (4, True)):
        text = page(Calendar("When?", MONDAY, weeks, MONDAY, days))
        assert ("weeks without files are left out" in text) is missing


def test_an_empty_calendar_says_nothing_and_divides_by_nothing() -> None:
    text = page(Calendar("When?", MONDAY, 1, MONDAY, {}))
    assert "<title>When? nothing</title>" in text
    assert "overdue" not in text
    assert "files a day" not in text


@pytest.mark.parametrize("most", [1, 2, 3, 4, 7, 100])
def test_the_key_of_a_calendar_names_the_strength_of_every_day(most: int) -> None:
    text = page(Calendar("When?", MONDAY, 1, MONDAY, {MONDAY + day * DAY: Amount(min(day + 1, most)) for day in range(7)}
                         | {MONDAY: Amount(most)}))  # fmt: skip
    spans = re.findall(r'class="ahead (l\d)".*?</svg>([\d,]+)(?: to ([\d,]+))?', text[text.index('class="key"') :])
    for strength, number in re.findall(r'class="ahead (l\d)[^>]*><title>\S+: ([\d,]+) file', text):
        ((low, high),) = [(int(a), int(b or a)) for name, a, b in spans if name == strength]
        assert low <= int(number) <= high


@pytest.mark.parametrize("weeks", [1, 2, 13, 18, 40])
def test_a_calendar_stays_inside_of_its_drawing(weeks: int) -> None:
    days = {MONDAY + day * DAY: Amount(1) for day in range(7 * weeks)}
    text = page(Calendar("When?", MONDAY, weeks, MONDAY, days, before=Amount(10**9), after=Amount(1)))
    assert 'viewBox="0 0 340 ' in text
    for x, width in re.findall(r' x="([\d.]+)" y="\d+" width="([\d.]+)"', text[: text.index('class="key"')]):
        assert float(x) + float(width) <= 340
    names = [(float(x), name) for x, name in re.findall(r'<text x="([\d.]+)" y="12">(\w+)</text>', text)]
    assert all(second[0] - first[0] >= 14 for first, second in pairwise(names))


def test_every_drawing_has_a_title_or_is_hidden() -> None:
    for drawing in re.findall(r"<svg[^>]*>.{0,7}", page(report=audit_page()) + page(calendar())):
        assert ('role="img"' in drawing and "<title>" in drawing) or 'aria-hidden="true"' in drawing


def test_headings_go_down_one_step_at_a_time() -> None:
    inner = Section("a", [Section("b", [Section("c", [Section("d", [Section("e", [Section("f", [])])])])])])
    levels = [int(level) for level in re.findall(r"<h(\d)", page(inner))]
    assert levels == [1, 2, 3, 4, 5, 6, 6]


def test_a_lane_counts_events_only_where_there_are_any() -> None:
    lane = Lane("vip", [Stretch(0, 5, "on"), Stretch(5, 9, "off")])
    assert "0 events" not in page(Lanes("When?", 0, 9, "a", "b", [lane]))
    busy = Lane("lab", [Stretch(0, 9, "on")], [3])
    text = page(Lanes("When?", 0, 9, "a", "b", [lane, busy]))
    assert "<bdi>vip</bdi>, 0\u00a0events" in text.replace(" ", "\u00a0").replace(",\u00a0", ", ")
    assert "<title>lab: on; 1 event</title>" in text
