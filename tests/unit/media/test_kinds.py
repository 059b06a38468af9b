"""The list of recognisers and their files are the same."""

from __future__ import annotations

from pathlib import Path

from occ_media_cli.media import kinds
from occ_media_cli.media.source import source_of
from tests.unit.media.build import FOREIGN, VALID


def test_every_recogniser_is_listed_and_every_listed_one_has_both_functions() -> None:
    files = {path.stem for path in Path(kinds.__file__).parent.glob("*.py")} - {"__init__"}
    assert {kind.__name__.rpartition(".")[2] for kind in kinds.KINDS} == files
    assert all(callable(kind.claims) and callable(kind.recognise) for kind in kinds.KINDS)
    assert kinds.KINDS[-1].__name__.endswith(".text")


def test_no_kind_claims_a_file_with_another_first_byte() -> None:
    for content in (*VALID.values(), *FOREIGN.values()):
        claimed = [kind for kind in kinds.KINDS if kind.claims(source_of(content))]
        assert set(claimed) <= set(kinds.of_first_byte(content[0]))
