"""Runs of one thing in an Office part cost what their length is, not its square."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from occ_media_cli.media.source import source_of
from occ_media_cli.safety.metadata.look import find_metadata
from tests.unit.media.build import VALID

SECONDS = 6.0
"""Of processor time: each takes a tenth of a second, and what begins anew at every byte takes minutes."""

RUNS = {
    "blanks of a field": b"<x:p><x:r><x:instrText>" + b" " * 300_000 + b"X</x:instrText></x:r></x:p>",
    "blanks of a tag": b"<x:p" + b" " * 300_000 + b"/>",
    "names without value": b"<x:p " + b"a " * 150_000 + b"/>",
    "tags that do not end": b"<x:c " * 60_000,
    "sessions": b"<x:p>" + b" rsid " * 50_000 + b"</x:p>",
}


@pytest.mark.parametrize("name", RUNS)
def test_a_long_run_costs_its_length(name: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(VALID["docx"])) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content.replace(b"</x:body>", RUNS[name] + b"</x:body>"))
    begun = time.process_time()
    find_metadata(source_of(made.getvalue(), "docx"), "docx")
    assert time.process_time() - begun < SECONDS
