"""Mutated files of every kind through every check and the making of a copy: each is answered, and no check breaks.

The same as `proofs/scan_mutants.py`, in this process and few of them.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from occ_media_cli.safety.inner_look import make_look
from occ_media_cli.safety.scan_request import ScanRequest
from tests.unit.media.build import FOREIGN, VALID
from tests.unit.media.mutate import mutated
from tests.unit.safety import telling_files

pytest.importorskip("pikepdf")

SAMPLES = {
    **{f"plain {name}": (name, content) for name, content in {**FOREIGN, **VALID}.items()},
    **{f"telling {name}": (name, make()) for name, make in telling_files.FILES.items()},
}
EACH = 100


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_mutated_file_is_answered_by_every_check(sample: str) -> None:
    kind, whole = SAMPLES[sample]
    look = make_look(ScanRequest(antivirus="off", strip=True))
    chance = Random(sample)
    for number in range(EACH):
        content = whole if number == 0 else mutated(chance, [whole])
        fd = os.memfd_create("mutant")
        try:
            os.write(fd, content)
            _, _, said, _ = look(fd, len(content), f"a.{kind}")
        finally:
            os.close(fd)
        assert [name for name, _ in said] == ["active", "sensitive", "metadata"]
        reasons = [reason for _, (_, unread, _) in said for _, reason in unread]
        assert not [reason for reason in reasons if reason.startswith("it cannot be read (")], f"mutant {number}"
