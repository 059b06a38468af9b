"""The faults that a long proof plants stand in texts of the code: where one is gone, its proof would plant nothing."""

from __future__ import annotations

import pytest

from proofs.report_faults import FAULTS, ROOT, Fault


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_fault_replaces_is_still_in_the_code(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text().count(fault.old) >= 1
