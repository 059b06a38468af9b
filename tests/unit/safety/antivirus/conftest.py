from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import clamd as real


@pytest.fixture(scope="session")
def clamd() -> Iterator[real.Clamd]:
    """A clamd with the settings that a scan needs, and three signatures of our own."""
    yield from _running()


@pytest.fixture
def own_clamd() -> Iterator[real.Clamd]:
    """The same for one test, which may kill it."""
    yield from _running()


@pytest.fixture(scope="session")
def lenient_clamd() -> Iterator[real.Clamd]:
    """A clamd as its package sets it up: it says OK of what lies beyond its limits."""
    yield from _running(alerts=False)


@pytest.fixture(scope="session")
def tcp_clamd() -> Iterator[real.Clamd]:
    """A clamd that listens on a port of this machine, and takes streams of 2 MB."""
    yield from _running("StreamMaxLength 2M", tcp=True)


def _running(*lines: str, alerts: bool = True, tcp: bool = False) -> Iterator[real.Clamd]:
    if real.PROGRAM is None:
        pytest.skip("clamd is not installed")
    running = real.Clamd(*lines, alerts=alerts, tcp=tcp)
    yield running
    running.close()
