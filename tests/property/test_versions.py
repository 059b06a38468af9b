"""What was in force at t, against an oracle that only knows what was said when."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.settings.timeline import Delta, Tile, fold, in_force, merge, overlay, renumber, step
from tests.property.versions_oracle import differences, memory


def test_random_histories_agree_with_the_oracle(tmp_path: Path) -> None:
    store = memory(tmp_path)
    assert {seed: found for seed in range(150) if (found := differences(seed, store))} == {}
    store.ledger.close()


deltas = st.lists(
    st.builds(
        lambda gap, length, receive, send: (gap, length, {"receive": receive} if send is None else {"send": send}),
        st.integers(0, 9),
        st.none() | st.integers(1, 30),
        st.booleans(),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(deltas)
def test_laying_over_is_the_same_as_folding(steps: list[tuple[int, int | None, dict[str, object]]]) -> None:
    now, given_deltas = 0, [Delta(0, None, {})]
    tiles = [Tile(0, None, InboxSettings())]
    for gap, length, change in steps:
        now += gap
        delta = Delta(now, None if length is None else now + length, change)
        given_deltas.append(delta)
        tiles = overlay(tiles, delta)
    folded = fold(given_deltas)
    for moment in range(now + 35):
        one, other = in_force(tiles, moment), in_force(folded, moment)
        assert one is not None
        assert other is not None
        assert one.settings == other.settings


@settings(max_examples=200, deadline=None)
@given(deltas, st.integers(0, 50))
def test_a_step_turns_the_old_row_into_the_new_one(
    steps: list[tuple[int, int | None, dict[str, object]]], late: int
) -> None:
    now, rows = 0, [Delta(0, None, {})]
    for gap, length, change in steps:
        now += gap
        rows.append(Delta(now, None if length is None else now + length, change))
    old = [Tile(tile.start, tile.end, tile.settings, number) for number, tile in enumerate(fold(rows), start=1)]
    new = renumber(old, fold([*rows, Delta(late, late + 7, {"receive": False})]))
    made = step(old, new, len(old) + 1)
    kept = {tile.version: tile for tile in old}
    for version, end in made.cut:
        kept[version] = Tile(kept[version].start, end, kept[version].settings, version)
    for version, heir in made.replaced:
        del kept[version]
        assert heir in {tile.version for tile in made.versions}
    row = sorted([*kept.values(), *made.versions], key=lambda tile: tile.start)
    assert [(tile.start, tile.end, tile.settings) for tile in row] == [
        (tile.start, tile.end, tile.settings) for tile in new
    ]


def test_a_late_change_that_changes_nothing_writes_nothing() -> None:
    on, off = InboxSettings(), InboxSettings(receive=False)
    old = [Tile(0, 10, on, 1), Tile(10, 20, on, 4), Tile(20, None, off, 5)]
    new = renumber(old, merge([Tile(0, 20, on), Tile(20, None, off)]))
    assert step(old, new, 6) == step(old, old, 6)
    assert new == old
