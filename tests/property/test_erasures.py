"""Erasures of customers who are named everywhere; `proofs/erasures.py` erases ten thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.erasures import run


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["db", "toml"])
def test_an_erased_customer_is_gone_from_every_byte_or_named(tmp_path: Path, kind: str) -> None:
    figures = run(tmp_path, kind, 1, 40, batch=10)
    assert figures.gone + figures.named == 40
    assert figures.gone > 20
