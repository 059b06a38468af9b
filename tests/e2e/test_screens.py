"""Every command as a person reads it, held word by word in `tests/golden/screens`.

`OCC_MEDIA_GOLDEN=write` writes the files anew; read each difference before a commit.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

from tests.e2e.screens import FOLDER, Story, play
from tests.e2e.stories_files import FILES
from tests.e2e.stories_ledger import LEDGER
from tests.e2e.stories_library import LIBRARY
from tests.e2e.stories_retention import RETENTION
from tests.e2e.stories_settings import SETTINGS

STORIES = (*SETTINGS, *FILES, *LEDGER, *LIBRARY, *RETENTION)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.name))
def test_screens(story: Story, tmp_path: Path) -> None:
    now = play(story, tmp_path)
    file = FOLDER / f"{story.name}.txt"
    if os.environ.get("OCC_MEDIA_GOLDEN") == "write":
        FOLDER.mkdir(parents=True, exist_ok=True)
        file.write_text(now, encoding="utf-8")
    held = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    assert held == now.splitlines(), "\n".join(difflib.unified_diff(held, now.splitlines(), "held", "now", lineterm=""))


def test_no_golden_file_is_left_over() -> None:
    """A file that no story writes any more holds nothing."""
    assert {file.stem for file in FOLDER.iterdir()} == {story.name for story in STORIES}
