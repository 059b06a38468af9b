from __future__ import annotations

from pathlib import Path

from tests.property.retention_world import differences, template


def test_random_stores_agree_with_the_oracle(tmp_path: Path) -> None:
    made = template(tmp_path)
    for seed in range(150):
        assert differences(seed, tmp_path, made) == (set(), set()), seed
