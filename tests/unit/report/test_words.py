from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from occ_media_cli.report import words


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "-"), (3, 0, "-"), (0, 7, "0.0"), (1, 32, "31.3"), (1, 3, "333.3"), (1, 100_000, "0.1"), (1, 1_000_000, "0.1"),
     (9, 4, "2,250.0")],
)  # fmt: skip
def test_so_many_to_a_thousand_are_rounded_half_up_and_some_are_never_none(part: int, whole: int, text: str) -> None:
    assert words.per_thousand(part, whole) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (812, "812 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (84_200, "84.2 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (412_000_000, "412 MB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (2_100_000, "2.1 MB"),
        (24_800_000_000, "24.8 GB"),
        (3_000_000_000_000_000, "3,000 TB"),
    ],
)
def test_size(number: int, text: str) -> None:
    assert words.size(number) == text


@given(st.integers(0, 10**16))
def test_size_is_within_half_a_step(number: int) -> None:
    figure, unit = words.size(number).replace(",", "").split()
    factor = {"byte": 1, "bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}[unit]
    step = factor / 10 if "." in figure else factor
    assert abs(float(figure) * factor - number) <= step / 2 + 1e-6 * number


@pytest.mark.parametrize(
    ("number", "limit", "limit_words", "said"),
    [
        (21_400_000, 16_777_216, "16 MB", ("21.4 MB", "16 MB")),
        (16_777_217, 16_777_216, "16 MB", ("16,777,217 bytes", "16 MB (16,777,216)")),
        (16_000_001, 16_777_216, "16 MB", ("16,000,001 bytes", "16 MB (16,777,216)")),
        (5_000_000, 5_000_000, "5 MB", ("5.0 MB", "5 MB")),
    ],
)
def test_a_size_never_looks_like_the_limit_that_it_misses(
    number: int, limit: int, limit_words: str, said: tuple[str, str]
) -> None:
    assert words.size_and_limit(number, limit, limit_words) == said


@pytest.mark.parametrize(
    ("number", "one", "many", "text"),
    [
        (1, "file", None, "1 file"),
        (2, "file", None, "2 files"),
        (0, "entry", None, "0 entries"),
        (1_204, "entry", None, "1,204 entries"),
        (3, "day", None, "3 days"),
        (2, "inbox", "inboxes", "2 inboxes"),
    ],
)
def test_plural(number: int, one: str, many: str | None, text: str) -> None:
    assert words.plural(number, one, many) == text


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1_204, 1_974, 61), (1, 100_000, 1), (99_999, 100_000, 99), (0, 5, 0), (5, 5, 100), (0, 0, 0)],
)
def test_percent_is_0_or_100_only_where_it_is_so(part: int, whole: int, share: int) -> None:
    assert words.percent(part, whole) == share


@pytest.mark.parametrize("text", ["abc", "日本語", "e\u0301té", "😀", "한국어", "a\u200bb", "ﾊﾛｰ", "مرحبا"])
def test_width_agrees_with_rich(text: str) -> None:
    assert words.width(text) == cell_len(text)


@pytest.mark.parametrize(
    ("name", "room", "cut"),
    [
        ("Screenshot 2026-01-02 at 11.22.31 copy.jpg", 24, "Screenshot 2…31 copy.jpg"),
        ("outbox/photos/IMG_20260102.jpeg", 20, "outbox/pho…0102.jpeg"),
        ("quarterly report.spreadsheet", 20, "quarter….spreadsheet"),
        ("short.pdf", 24, "short.pdf"),
        (".profile-with-a-long-name", 10, ".prof…name"),
    ],
)
def test_cut_middle_examples(name: str, room: int, cut: str) -> None:
    assert words.cut_middle(name, room) == cut


@given(st.text(max_size=60), st.integers(2, 40))
def test_cutting_fits_and_is_marked(text: str, room: int) -> None:
    for cut in (words.cut_middle, words.cut_end):
        made = cut(text, room)
        assert words.width(made) <= room
        assert made == text or "…" in made
        assert (made == text) == (words.width(text) <= room) or text.count("…")


def test_cut_middle_keeps_the_extension() -> None:
    assert words.cut_middle("a" * 50 + ".docx", 20).endswith("a.docx")


def test_cutting_never_splits_a_letter_from_its_marks() -> None:
    made = words.cut_middle("e\u0301" * 30, 9)
    before, behind = made.split("…")
    assert behind.startswith("e")
    assert len(before) % 2 == 0


@pytest.mark.parametrize(
    ("room", "text"),
    [(None, "a-channel, b, c"), (15, "a-channel, b, c"), (14, "a-channel and 2 more"), (3, "a-channel and 2 more")],
)
def test_items_are_left_out_whole(room: int | None, text: str) -> None:
    assert words.items(["a-channel", "b", "c"], room) == text


@pytest.mark.parametrize(
    ("word", "names", "meant"),
    [
        ("vpi", ["vip", "inbox"], "vip"),
        ("of", ["on", "off"], "off"),  # one edit from both, and the start of one
        ("Vip", ["vip"], "vip"),
        ("vip2", ["vip1", "vip3"], None),
        ("retail", ["retail-de"], "retail-de"),  # the only one that it is the start of
        ("retail", ["retail-de", "retail-at"], None),
        ("xyz", ["vip"], None),
        ("reciept", ["receipt", "recipe"], "receipt"),
        ("a", ["b"], None),
        ("list", ["fit"], None),  # two edits make another word of a short one
        ("--rec", ["--yes"], None),
    ],
)
def test_nearest_needs_one_clear_winner(word: str, names: list[str], meant: str | None) -> None:
    assert words.nearest(word, names) == meant


@pytest.mark.parametrize(
    ("word", "other", "apart"),
    [
        ("store1", "store2", True), ("store", "store2", True), ("q1-2026", "q2-2026", True), ("12", "21", True),
        ("store1", "stroe1", False), ("store1", "store1", False), ("vip", "vpi", False),
    ],
)  # fmt: skip
def test_words_that_differ_in_their_digits_alone_are_two(word: str, other: str, apart: bool) -> None:
    assert words.is_numbered_apart(word, other) is apart
    assert words.is_numbered_apart(other, word) is apart


def test_a_question_names_what_is_known() -> None:
    assert words.question(None) == words.question() == ""
    assert words.question("on", "off") == ", did you mean 'on' or 'off'?"


def test_suggestion_lists_up_to_five_names() -> None:
    assert words.suggestion("vpi", ["vip"]) == ", did you mean 'vip'?"
    assert (
        words.suggestion("xxxx", ["aa", "bb", "cc", "dd", "ee", "ff"])
        == "; there are aa, bb, cc, dd, ee and 1 more name"
    )
    assert words.suggestion("x", ["inbox"]) == "; there is only 'inbox'"
    assert words.suggestion("x", []) == ""


@pytest.mark.parametrize(
    "word",
    [
        "plain",
        "",
        "a b",
        "it's",
        "$(id)",
        "`id`",
        "new\nline",
        "tab\t",
        "\x1b[31m",
        "caf\udce9",
        "été",
        "\u202e",
        "=x",
        "~",
        "!",
        "*",
        "'",
    ],
)
def test_shell_words_come_back_from_a_real_shell(word: str) -> None:
    command = f"printf '%s' {words.shell(word)}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=10)
    assert result.stdout == word.encode("utf-8", "surrogateescape")
    assert words.shell(word).isprintable()


def test_shell_joins() -> None:
    assert words.shell("occ-media", "fit", "a b.mp4") == "occ-media fit 'a b.mp4'"


def test_one_thing_is_the_only_one() -> None:
    assert [words.all_of(number) for number in (1, 2, 1200)] == ["the only one", "all 2", "all 1,200"]


def test_names_that_begin_like_options_stand_last() -> None:
    allow = ("occ-media", "agent", "allow")
    assert words.shell_named(allow, ("mo na", "send"), ("--inbox", "-x")) == (
        "occ-media agent allow 'mo na' send --inbox -x"
    )
    assert words.shell_named(allow, ("-m", "send"), ("--inbox", "-x")) == "occ-media agent allow --inbox -x -- -m send"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("one two three", ["one two ", "three"]),
        ("12345678 9", ["12345678 ", "9"]),
        ("https://example.com/x", ["https://", "example.", "com/x"]),
        ("日本語日本語", ["日本語日", "本語"]),
    ],
)
def test_wrapped_loses_nothing(text: str, lines: list[str]) -> None:
    assert words.wrapped(text, 8) == lines
    assert "".join(lines) == text
