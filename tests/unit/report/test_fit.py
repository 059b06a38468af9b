from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.blocks import Column
from occ_media_cli.report.formats.web.fit_lanes import looks

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import CellKind

TIME = "2026-02-11T08:00:00.000Z"


def classes(*columns: tuple[CellKind, str]) -> list[str]:
    shown, _ = looks([Column("k", "T", kind) for kind, _ in columns], [[text for _, text in columns]])
    return [look.classes for look in shown]


def test_ids_are_whole_while_there_is_room_the_shortest_first() -> None:
    assert classes(("time", TIME), ("name", "a long file name.pdf"), ("id", "x" * 54)) == ["time", "wrap", "id whole"]
    assert classes(("time", TIME), ("id", "x" * 40), ("id", "y" * 54)) == ["time", "id whole", "id"]


def test_a_short_id_is_whole_however_crowded_the_table_is() -> None:
    crowded = [("time", TIME), ("time", TIME), ("time", TIME), ("text", "w " * 20), ("text", "w " * 20), ("id", "dana")]
    assert classes(*crowded) == ["time", "time", "time", "", "", "id whole"]


def test_where_there_is_no_room_at_all_everything_may_break() -> None:
    assert classes(*[("time", TIME)] * 5, ("id", "dana")) == [""] * 5 + ["id"]


def test_a_long_value_in_a_column_of_short_ones_may_break() -> None:
    assert classes(("state", "s" * 33), ("size", "z" * 33), ("time", "t" * 33)) == ["wrap"] * 3


def test_the_first_column_is_the_header_of_its_rows_only_where_columns_are_few() -> None:
    few = [Column("k", "Inbox", "text"), Column("n", "Files", "count")]
    many = [*few, *(Column(f"t{number}", "Time", "time") for number in range(6))]
    shown, layout = looks(few, [["vip", 3]])
    assert (layout, [look.header for look in shown]) == ("few", [True, False])
    shown, layout = looks(many, [["vip", 3, *[TIME] * 6]])
    assert layout != "few"
    assert not any(look.header for look in shown)
