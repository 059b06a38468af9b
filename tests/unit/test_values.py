from __future__ import annotations

import pickle

import pytest

from occ_media_cli.values import EMPTY, as_dict, replace, value


@value
class Point:
    """A point."""

    x: int
    y: int = 0


@value
class Positive:
    """A checked value."""

    number: int

    def __post_init__(self) -> None:
        if self.number <= 0:
            raise ValueError("not positive")


def test_positions_names_and_defaults_fill_the_same_fields() -> None:
    assert Point(1) == Point(x=1, y=0) == Point(1, 0)
    assert Point(1, 2) != Point(2, 1)
    assert Point(1) != 1
    assert len({Point(1), Point(1, 0), Point(2)}) == 2
    assert repr(Point(1)) == "Point(x=1, y=0)"


@pytest.mark.parametrize(
    ("positional", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1}), ((1,), {"x": 1, "z": 2}), ((), {"y": 1})]
)
def test_wrong_fields_are_refused(positional: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*positional, **named)


def test_nothing_can_be_set_or_deleted() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2  # type: ignore[misc]  # what the test is about
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    assert point == Point(1)


def test_a_copy_differs_only_where_asked_and_checks_run_again() -> None:
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert as_dict(Point(1, 2)) == {"x": 1, "y": 2}
    with pytest.raises(ValueError, match="not positive"):
        replace(Positive(1), number=0)


def test_a_value_crosses_processes() -> None:
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)


def test_the_shared_default_stays_empty() -> None:
    assert EMPTY == {}
