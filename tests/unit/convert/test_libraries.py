"""Libraries of the extra, and those that work in one process alone."""

from __future__ import annotations

import os

import pytest

from occ_media_cli.convert import libraries


def test_a_library_with_threads_is_not_used_in_a_process_that_was_forked_from_the_one_that_loaded_it() -> None:
    """Guards against a worker that waits for ever: its program had packed a picture itself."""
    pytest.importorskip("oxipng")
    libraries.oxipng()
    child = os.fork()
    if child == 0:
        os._exit(0 if libraries.oxipng() is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
