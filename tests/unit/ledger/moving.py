"""Keys that move to the large table in ledgers of a few rows too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from occ_media_cli.ledger.append import keys


@contextmanager
def keys_move_after(many: int) -> Iterator[None]:
    """Move keys when more than so many are recent, and remember keys from as many on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "LEAST", many)
        patch.setattr(keys, "FEW", many)
        yield
