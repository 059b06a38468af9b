from __future__ import annotations

import json
import unicodedata
import urllib.parse
import xml.etree.ElementTree as ET
from typing import Any

import msgspec.json
import pytest
from hypothesis import given
from hypothesis import strategies as st

from occ_media_cli.report import safe
from occ_media_cli.report.csv_cells import write_cell
from tests.unit.report.hostile import control_characters, strings

anything = st.text(st.characters(exclude_categories=()))
hostile = st.one_of(st.sampled_from(strings()), anything)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x00\x7f\x85", "\\x00\\x7f\\x85"),
        ("a\u200db\ufeff", "a\\u200db\\ufeff"),
        ("x\u2028y", "x\\u2028y"),
        ("caf\udce9", "caf\\udce9"),
        ("\U000e0041", "\\U000e0041"),
        ("été 日本 😀 مرحبا", "été 日本 😀 مرحبا"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_terminal_shows_what_cannot_be_seen_and_leaves_the_rest(text: str, shown: str) -> None:
    assert safe.terminal(text) == shown


@pytest.mark.no_cover
def test_terminal_leaves_no_format_control_of_any_kind() -> None:
    every = "".join(map(chr, range(0x110000)))
    left = {unicodedata.category(character) for character in safe.terminal(every)}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(hostile)
def test_no_sink_lets_a_control_through(text: str) -> None:
    sinks = (
        safe.terminal,
        write_cell,
        safe.xml,
        safe.html,
        safe.uri,
        safe.markdown,
        safe.markdown_code,
        safe.github,
        safe.xlsx,
        safe.json,
    )
    for sink in sinks:
        made = sink(text)
        assert not control_characters(made), sink
        assert "\n" not in made, sink


@given(hostile)
def test_xml_parses_and_gives_back_what_is_shown(text: str) -> None:
    made = safe.xml(text)
    element = ET.fromstring(f'<a b="{made}">{made}</a>')
    assert (element.text or "") == safe.terminal(text)
    assert element.get("b") == safe.terminal(text)


@given(hostile)
def test_html_has_no_markup_left(text: str) -> None:
    assert not set(safe.html(text)) & set("<>\"'")


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("outbox/a b.pdf", "outbox/a%20b.pdf"),
        ("./a.pdf", "a.pdf"),
        ("/srv/a.pdf", "file:///srv/a.pdf"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("caf\udce9.pdf", "caf%E9.pdf"),
        ("été.pdf", "%C3%A9t%C3%A9.pdf"),
        ("a\n%41#?", "a%0A%2541%23%3F"),
    ],
)
def test_uri(path: str, made: str) -> None:
    assert safe.uri(path) == made


@given(hostile)
def test_uri_keeps_every_byte_of_a_path(path: str) -> None:
    made = safe.uri(path)
    assert made.isascii()
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    if raw and not raw.startswith(b"./"):
        assert urllib.parse.unquote_to_bytes(made.removeprefix("file://")) == raw


@pytest.mark.parametrize(
    ("text", "made"),
    [("50% of a\nb", "50%25 of a\\nb"), ("x::y", "x::y"), ("##[set-env]", "#\\x23[set-env]")],
)
def test_github_message(text: str, made: str) -> None:
    assert safe.github(text) == made


def test_github_field_cannot_end_its_field_or_the_command() -> None:
    assert safe.github("a,line=1::b", field=True) == "a%2Cline=1%3A%3Ab"


@pytest.mark.parametrize("line", ["::error::x", "   ::add-mask::x", "a ##[command]b"])
def test_github_log_lines_are_no_commands(line: str) -> None:
    made = safe.github_log(line)
    assert not made.lstrip().startswith("::")
    assert "##[" not in made


@given(hostile)
def test_json_is_ascii_and_exact(text: str) -> None:
    made = safe.json({"v": text})
    assert made.isascii()
    assert json.loads(made) == {"v": text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")}


@pytest.mark.parametrize("value", ["caf\udce9", ["\ud800"], {"\udfff": {"a": "\ud83d"}}, "\\ud83d \ud83d"])
def test_json_has_no_half_character_that_strict_readers_refuse(value: Any) -> None:
    made = safe.json(value)
    msgspec.json.decode(made)
    assert json.dumps(json.loads(made), ensure_ascii=False).encode("utf-8")


def test_json_refuses_what_is_no_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        safe.json(float("nan"))


def test_xlsx_fits_a_cell_and_says_that_it_was_cut() -> None:
    made = safe.xlsx("\U0001f600" * 30_000)
    assert len(made.encode("utf-16-le")) // 2 <= 32_767
    assert made.endswith("…")
    assert safe.xlsx("x" * 32_767) == "x" * 32_767


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("نمی\u200cتوانیم", "نمی\u200cتوانیم"),
        ("क्\u200cष and क्\u200dष", "क्\u200cष and क्\u200dष"),
        ("👩\u200d💻 👩🏽\u200d💻 ❤\ufe0f\u200d🔥", "👩\u200d💻 👩🏽\u200d💻 ❤\ufe0f\u200d🔥"),
        ("pay\u200cpal \u200cی ی\u200c", "pay\\u200cpal \\u200cی ی\\u200c"),
        ("ی\u200fتوانی\u2067x\u202e", "ی\\u200fتوانی\\u2067x\\u202e"),
        ("a\x1b[0m\n👩\u200dx", "a\\x1b[0m\\n👩\\u200dx"),
    ],
)
def test_prose_keeps_the_joiners_that_shape_words(text: str, shown: str) -> None:
    assert safe.prose(text) == shown


@given(hostile)
def test_prose_hides_no_more_than_a_joiner(text: str) -> None:
    assert safe.prose(text).replace("\u200c", "\\u200c").replace("\u200d", "\\u200d") == safe.terminal(text)
