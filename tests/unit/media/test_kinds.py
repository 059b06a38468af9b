"""The list of recognisers and their files are the same."""

from __future__ import annotations

from pathlib import Path

from occ_media_cli.media import kinds


def test_every_recogniser_is_listed_and_every_listed_one_has_both_functions() -> None:
    files = {path.stem for path in Path(kinds.__file__).parent.glob("*.py")} - {"__init__"}
    assert {kind.__name__.rpartition(".")[2] for kind in kinds.KINDS} == files
    assert all(callable(kind.claims) and callable(kind.recognise) for kind in kinds.KINDS)
    assert kinds.KINDS[-1].__name__.endswith(".text")
