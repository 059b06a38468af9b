"""Which change gave a setting its value."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from occ_media_cli.settings.since import SettingChange, SettingSince, StatedSetting, settings_named
from occ_media_cli.values import value


@value
class Span:
    inbox_id: int
    valid_from: int
    valid_to: int | None
    send: bool
    receive: bool = True


def since(spans: Iterable[Span], stated: Iterable[StatedSetting] = ()) -> SettingSince[Span]:
    told = list(stated)
    return SettingSince(
        spans,
        lambda span, name: getattr(span, name),
        lambda span: SettingChange(span.valid_from, 1),
        lambda _, moment: [each for each in told if moment in (each.start, each.end)],
    )


def row(*sends: bool) -> list[Span]:
    ends: list[Any] = [*range(10, 10 * len(sends), 10), None]
    return [Span(1, 10 * number, end, on) for number, (on, end) in enumerate(zip(sends, ends, strict=True))]


def test_the_last_time_counts_that_a_switch_was_turned() -> None:
    spans = row(False, True, False, False, True, True)
    found = [since(spans).change(span, ("send",)).valid_from for span in spans]
    assert found == [0, 10, 20, 20, 40, 40]
    assert [since(spans).change(span, ()).valid_from for span in spans] == [0, 10, 20, 30, 40, 50]


def test_two_settings_are_as_they_are_since_the_later_change() -> None:
    spans = [Span(1, 0, 10, True, True), Span(1, 10, 20, False, True), Span(1, 20, None, False, False)]
    assert since(spans).change(spans[2], ("send",)).valid_from == 10
    assert since(spans).change(spans[2], ("send", "receive")).valid_from == 20


def test_another_inbox_and_a_gap_break_it() -> None:
    spans = [Span(2, 0, 10, False), Span(1, 10, 20, False), Span(1, 30, None, False)]
    assert [since(spans).change(span, ("send",)).valid_from for span in spans] == [0, 10, 30]


def stated(start: int, end: int | None, order: int, actor: str, *, switched: bool) -> StatedSetting:
    return StatedSetting("send", switched, start, end, (order, order), order, order + 100, actor, None, order)


def test_who_it_was_follows_from_what_was_said() -> None:
    spans = row(True, False)
    begun, box = stated(10, None, 5, "dana", switched=False), stated(0, 10, 7, "kim", switched=True)
    assert since(spans, [begun]).change(spans[1], ("send",)) == SettingChange(10, 5, "dana", None, 5, 5)
    assert since(spans, [box]).change(spans[1], ("send",)) == SettingChange(10, 107, "kim", None, 7, 7)
    assert since(spans, [box, begun]).change(spans[1], ("send",)).actor == "dana"
    outdone = stated(10, None, 6, "sam", switched=True)  # a plan that a later change took the place of
    assert since(spans, [box, outdone]).change(spans[1], ("send",)).actor == "kim"


def test_a_thousand_spans_are_walked_once() -> None:
    spans, asked = row(*[False] * 1_000), 0

    def read(span: Span, name: str) -> object:
        nonlocal asked
        asked += 1
        return getattr(span, name)

    found = SettingSince(spans, read, lambda span: SettingChange(span.valid_from, 1), lambda *_: ())
    assert {found.change(span, ("send",)).valid_from for span in reversed(spans)} == {0}
    assert asked <= 2 * len(list(pairwise(spans)))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("send off", ("send",)),
        ("Sending and receiving off", ("send", "receive")),
        ("approved files only", ("send_approved_only",)),
        ("send_approved_only", ("send_approved_only",)),
        ("linked channels", ("channels",)),
        ("{name} over the quota", ("quota",)),
        ("{quota} of it", ()),
        ("", ()),
    ],
)
def test_words_name_settings(words: str, names: tuple[str, ...]) -> None:
    assert settings_named(words) == names
