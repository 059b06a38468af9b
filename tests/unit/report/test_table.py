from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import occ_media_cli
from occ_media_cli.report import safe, words
from occ_media_cli.report.blocks import Column, Group, Lines, Row, Span, Table
from occ_media_cli.report.formats.screen import Screen
from occ_media_cli.report.formats.table import render
from occ_media_cli.report.formats.text_columns import MEASURED_ROWS
from occ_media_cli.report.model import Report
from tests.unit.report.hostile import strings
from tests.unit.report.samples import ENTRY, table_report

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import CellKind
    from occ_media_cli.report.json_types import Json

PIPE = Screen()
TERMINAL = Screen(terminal=True, color=False, width=80)
COLOR = Screen(terminal=True, color=True, width=80)


def text_of(report: Report, screen: Screen) -> str:
    return b"".join(render(report, screen)).decode(screen.encoding)


def test_columns_line_up_and_numbers_stand_right() -> None:
    report = table_report(
        ["id", "count", "size", "percent", "text"], [("vip", 12, 2_100_000, 61, None), ("inbox", 1_204, 812, 5, "x")]
    )
    assert text_of(report, PIPE) == (
        "Title 0  Title 1    Title 2  Title 3  Title 4\n"
        "vip           12     2.1 MB      61%  -\n"
        "inbox      1,204  812 bytes       5%  x\n"
    )


def test_wide_characters_keep_the_columns_in_line() -> None:
    lines = text_of(table_report(["name", "id"], [("日本.pdf", "a"), ("e\u0301.pdf", "b")]), TERMINAL).splitlines()
    assert {words.width(line[: line.rindex(" ") + 1]) for line in lines[1:]} == {10}


CUT: list[CellKind] = ["text", "name", "path", "list", "change"]
WHOLE: list[CellKind] = ["id", "time", "state", "count", "size", "percent"]

long_text = st.text(st.characters(codec="utf-8"), min_size=0, max_size=120)


@pytest.mark.no_cover
@settings(deadline=None)  # the first example loads Rich
@given(st.lists(st.tuples(long_text, long_text, long_text, long_text), min_size=1, max_size=6), st.integers(30, 200))
def test_a_terminal_shows_every_value_whole_or_marks_it(rows: list[tuple[str, str, str, str]], width: int) -> None:
    report = table_report(["name", "text", "path", "id"], rows)
    lines = text_of(report, Screen(terminal=True, width=width)).splitlines()[1:]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for value in row[:3]:
            shown = safe.terminal(value) or "-"
            assert shown.rstrip() in line or "…" in line
        assert (safe.terminal(row[3]) or "-").rstrip() in line


@given(st.lists(st.tuples(long_text, long_text, long_text, long_text), min_size=1, max_size=6))
def test_a_pipe_has_every_value_whole(rows: list[tuple[str, str, str, str]]) -> None:
    text = text_of(table_report(["name", "text", "path", "id"], rows), PIPE)
    lines = text.splitlines()[1:]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for value in row:
            assert (safe.terminal(value) or "-").rstrip(" ") in line


def test_a_pipe_is_whole_for_hostile_strings_too() -> None:
    values = [value for value in strings() if value.strip()]
    lines = text_of(table_report(["name", "text"], [(value, value) for value in values]), PIPE).splitlines()[1:]
    for line, value in zip(lines, values, strict=True):
        assert line.count(safe.terminal(value).strip()) >= 2


def test_a_row_fits_the_terminal_where_something_can_be_cut() -> None:
    report = table_report(
        ["state", "path", "text", "size"], [("rejected", "outbox/" + "a" * 90 + ".jpeg", "why " * 30, 12)]
    )
    for line in text_of(report, TERMINAL).splitlines():
        assert words.width(line) <= 80


def test_a_wide_table_keeps_its_columns_in_line_in_a_pipe() -> None:
    lines = text_of(table_report(["name", "id"], [("x" * 90, "one"), ("y", "two")]), PIPE).splitlines()
    assert [line.index(word) for line, word in zip(lines, ("Title 1", "one", "two"), strict=True)] == [92, 92, 92]


def test_a_column_is_not_cut_below_its_title() -> None:
    columns = [Column("a", "A title of thirty characters.."), Column("b", "Entry", "id")]
    text = text_of(Report("s", "t", blocks=[Table(columns, [("x" * 60, ENTRY)])]), TERMINAL)
    first, second = text.splitlines()
    assert first.index("Entry") == second.index(ENTRY) == 32


def test_ids_are_never_cut() -> None:
    report = table_report(["name", "id"], [("x" * 90 + ".pdf", ENTRY)])
    assert ENTRY in text_of(report, Screen(terminal=True, width=20))


def test_names_keep_their_extension() -> None:
    report = table_report(["name", "id"], [("Screenshot 2026-01-02 at 11.22.31 copy of copy.jpg", ENTRY)])
    assert re.search(r"^Screenshot 2….*\.jpg  wamid", text_of(report, TERMINAL), re.MULTILINE)


def test_lists_are_cut_by_whole_items_on_terminals_only() -> None:
    channels = ["whatsapp-cloud", "web-widget:shop", "messenger", "telegram", "line"]
    report = table_report(["id", "list"], [("vip", channels)])
    assert "whatsapp-cloud, web-widget:shop and 3 more\n" in text_of(report, Screen(terminal=True, width=55))
    assert ", ".join(channels) in text_of(report, Screen(width=55))


def test_nothing_is_cut_where_the_mark_cannot_be_shown() -> None:
    report = table_report(["text", "id"], [("w" * 100, "a")])
    assert "w" * 100 in text_of(report, Screen(terminal=True, width=40, encoding="latin-1"))


def test_characters_that_the_encoding_lacks_do_not_stop_the_report() -> None:
    report = table_report(["text"], [("日本",)])
    assert "\\u65e5\\u672c" in text_of(report, Screen(encoding="ascii"))


def test_arrows_are_words_in_a_pipe_but_a_users_own_text_stays() -> None:
    report = Report("s", "t", blocks=[Lines(["receive  on → off", (Span("A → B", verbatim=True),)])], answer="a → b")
    assert text_of(report, PIPE) == "receive  on -> off\nA → B\na -> b\n"
    assert text_of(report, TERMINAL) == "receive  on → off\nA → B\na → b\n"


def test_a_message_stays_on_one_line() -> None:
    report = Report("s", "t", blocks=[Lines(["  first\nsecond"])])
    assert text_of(report, PIPE) == "  first\\nsecond\n"


def test_piped_lines_stand_for_lines_and_tables() -> None:
    table = Table([Column("a", "A")], [("table",)], header=False, piped=["a.pdf: accepted: pdf, 2.1 MB"])
    report = Report("s", "t", blocks=[Lines(["long"], piped=["short"]), table])
    assert text_of(report, PIPE) == "short\na.pdf: accepted: pdf, 2.1 MB\n"
    assert text_of(report, TERMINAL) == "long\ntable\n"


def test_lines_under_a_row_start_under_their_column() -> None:
    report = table_report(
        ["state", "path"], [Row(("rejected", "a.png"), below=["over-limit: x", "help: y"])], header=False
    )
    assert text_of(report, TERMINAL) == "rejected  a.png\n          over-limit: x\n          help: y\n"


def test_groups_stand_over_indented_rows() -> None:
    report = table_report(
        ["time", "id"], [Group("vip, version 3"), ("t1", "e1"), Group("lab"), ("t2", "e2")], header=False
    )
    assert text_of(report, PIPE) == "vip, version 3\n  t1  e1\nlab\n  t2  e2\n"


def test_the_answer_stands_apart_from_a_table_and_is_the_last_line() -> None:
    report = Report("s", "t", answer="1 file", blocks=[Lines(["first"]), Table([Column("a", "A")], [("x",)])])
    assert text_of(report, PIPE) == "first\n\nA\nx\n\n1 file\n"


def test_the_answer_is_made_after_the_rows_were_read() -> None:
    seen = []

    def rows() -> list[tuple[str]]:
        seen.append(1)
        return [("x",)]

    table = Table([Column("a", "A")], (row for row in rows()))
    report = Report("s", "t", blocks=[table], answer_after=lambda: f"{len(seen)} read")
    assert text_of(report, PIPE).endswith("\n1 read\n")


def test_no_line_ends_in_a_space_and_no_two_empty_lines_follow() -> None:
    report = Report(
        "s",
        "t",
        answer="end  ",
        blocks=[Lines(["", "a  ", "", "", "b"]), Table([Column("a", "A"), Column("b", "B")], [("x", "")])],
    )
    assert text_of(report, PIPE) == "a\n\nb\n\nA  B\nx  -\n\nend\n"


def test_colour_repeats_words_in_two_hues() -> None:
    rows = [("error", "vip"), ("missing", "lab"), ("off", "x"), ("ok", "y")]
    text = text_of(table_report(["state", "id"], rows), COLOR)
    assert "\x1b[1;31merror\x1b[0m" in text
    assert "\x1b[33mmissing\x1b[0m" in text
    assert "\x1b[1moff\x1b[0m" in text
    assert "\nok" in text
    assert set(re.findall(r"\x1b\[[^m]*m", text)) <= {"\x1b[1;31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"}
    assert re.sub(r"\x1b\[[^m]*m", "", text) == text_of(table_report(["state", "id"], rows), TERMINAL)


def test_a_name_cannot_bring_its_own_colour() -> None:
    assert "\x1b" not in text_of(table_report(["name", "state"], [("\x1b[31mred", "\x9b31m")]), TERMINAL)


def test_rows_past_the_measured_ones_are_whole() -> None:
    rows = (("x" if number < MEASURED_ROWS else "long" * 10, "end") for number in range(MEASURED_ROWS + 2))
    text = text_of(table_report(["name", "id"], rows), PIPE)
    assert text.endswith(f"{'long' * 10}  end\n" * 2)


@pytest.mark.parametrize("name", ["::error::x", "##[add-path]x"])
def test_a_github_log_takes_no_command_from_a_name(name: str) -> None:
    text = text_of(table_report(["path"], [(name,)], header=False), Screen(github=True))
    assert not text.startswith("::")
    assert "##[" not in text


def test_rows_are_made_from_records_by_the_keys_of_the_columns() -> None:
    columns = [
        Column("inbox", "Inbox", "id"),
        Column("tags", "Tags", "list"),
        Column("note", "Note"),
        Column("on", "On"),
    ]
    records = [{"on": True, "note": "", "tags": ["a", "b"], "inbox": "vip", "more": {"not": "shown"}}]
    assert list(Table.of(columns, records).rows) == [("vip", ["a", "b"], None, True)]


@pytest.mark.parametrize(
    ("record", "problem"), [({"a": {"x": 1}}, TypeError), ({"a": [1, "x"]}, TypeError), ({}, KeyError)]
)
def test_a_record_that_is_no_row_is_not_shown_as_something_else(
    record: dict[str, Json], problem: type[Exception]
) -> None:
    with pytest.raises(problem, match="a"):
        list(Table.of([Column("a", "A")], [record]).rows)


def test_a_column_says_where_a_record_has_its_cell() -> None:
    columns = [
        Column("inbox", "Inbox", of="name"),
        Column("may_send", "May send", of="agent.may_send"),
        Column("send", "Send", of=lambda record: "on" if record["send"] else "off"),
    ]
    record = {"name": "vip", "send": False, "agent": {"may_send": True}}
    assert list(Table.of(columns, [record]).rows) == [("vip", True, "off")]


def test_a_row_may_have_lines_under_it() -> None:
    (row,) = Table.of([Column("a", "A")], [{"a": 1, "help": "x"}], below=lambda r: [str(r["help"])], under=0).rows
    assert row == Row((1,), ["x"], 0)


@pytest.mark.parametrize("records", [[], [{"a": "b"}]])
def test_a_list_has_a_table_for_people_only_where_it_has_rows(records: list[dict[str, Json]]) -> None:
    report = Report.of_list([Column("a", "A")], records, schema="x/1", title="X", records_key="x", answer="an answer")
    assert len(report.blocks) == len(report.records) == len(records)  # type: ignore[arg-type]  # a list
    assert report.sheet is not None
    assert [column.key for column in report.sheet.columns] == ["a"]


def test_only_the_pen_of_terminals_and_the_progress_line_know_rich_and_nothing_else_draws() -> None:
    package = Path(occ_media_cli.__file__).parent
    rich = {path.name for path in package.rglob("*.py") if re.search(r"(from|import) rich\b", path.read_text("utf-8"))}
    drawing = {path.name for path in package.rglob("*.py") if re.search(r"x1b\[", path.read_text("utf-8"))}
    assert rich == {"terminal.py", "progress.py"}
    assert drawing <= {"safe.py"}


def test_what_somebody_decides_by_goes_on_below() -> None:
    columns = [Column("a", "Where", "id"), Column("b", "Change", "change", wraps=True)]
    text = text_of(Report("s", "t", blocks=[Table(columns, [("vip", "one two three four five"), ("lab", "x" * 30)])]),
                   Screen(terminal=True, width=20))  # fmt: skip
    assert text.splitlines()[1:] == ["vip    one two three", "       four five", f"lab    {'x' * 13}", f"       {'x' * 13}",
                                     "       xxxx"]  # fmt: skip
