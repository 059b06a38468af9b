"""An S3-compatible bucket, on moto's server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from occ_media_cli.errors import NotFound, PartMissing, UsageError
from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger

PAGE = 20
"""Objects in one page of a listing of the server; S3 has 1,000 in one."""

MTIME = Options(inbox="vip", direction="receive", time="mtime")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its listings come in small pages: to put a thousand objects for a second page of S3's own size takes 20 s."""
    pytest.importorskip("boto3", reason="the extra bucket is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_S3_DEFAULT_MAX_KEYS": str(PAGE)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is not None:
                pytest.skip("moto's server is not installed")
            try:
                urllib.request.urlopen(f"{address}/moto-api/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket `media`, and a way to put objects."""
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "y"), ("REGION", "us-east-1"),
                        ("ENDPOINT_URL", server)):  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)

    import boto3

    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")

    def put(key: str, data: bytes) -> None:
        client.put_object(Bucket="media", Key=key, Body=data)

    urllib.request.urlopen(
        urllib.request.Request(f"{server}/moto-api/reset", method="POST", data=b""), timeout=10
    ).close()
    urllib.request.urlopen(urllib.request.Request(f"{server}/media", method="PUT", data=b""), timeout=10).close()
    return put


def take(ledger: Ledger, name: str = "s3://media/2026/", options: Options = MTIME) -> Summary:
    return ingest(ledger.connection, "bucket", name, options=options)


def test_objects_are_entries_and_the_rest_of_the_bucket_is_not(ledger: Ledger, bucket: Any) -> None:
    bucket("2026/03/a.pdf", b"%PDF")
    bucket("2026/.occ-media-quarantine/b.pdf", b"gone")
    bucket("2025/c.pdf", b"old")
    done = take(ledger)
    assert (done.counts.new, done.counts.skipped) == (1, 1)
    [(identity, path, size, name)] = ledger.all("SELECT id, path, size, name FROM entry")
    assert (path, size, name) == ("03/a.pdf", 4, "a.pdf")
    assert identity.startswith("03/a.pdf:")
    assert take(ledger).counts.duplicate == 1


def test_a_sidecar_gives_the_time_and_one_that_is_missing_or_broken_is_told(ledger: Ledger, bucket: Any) -> None:
    bucket("2026/a.pdf", b"%PDF")
    bucket(
        "2026/a.pdf.json", json.dumps({"time": "2026-03-01T10:00:00Z", "inbox": "lab", "direction": "send"}).encode()
    )
    bucket("2026/b.pdf", b"%PDF")
    bucket("2026/c.pdf", b"%PDF")
    bucket("2026/c.pdf.json", b"[")
    done = take(ledger, options=Options())
    assert ledger.all("SELECT time, inbox, name FROM entry") == [("2026-03-01T10:00:00.000Z", "lab", "a.pdf")]
    assert [refusal.group for refusal in done.examples] == ["no time", "bad sidecar"]


def test_a_name_that_is_no_path_is_one_refused_row(
    ledger: Ledger, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("a.pdf", "../x.pdf", "a//b.pdf", "a\nb.pdf", "./c.pdf", "/d.pdf", "z.pdf", "ü %2F+&<x>.pdf")
    lists(monkeypatch, lambda _: [f"2026/{name}" for name in names], pages=1)
    done = take(ledger)
    assert (done.counts.read, done.counts.new, done.counts.refused) == (8, 3, 5)
    assert {refusal.group for refusal in done.examples} == {"bad path"}
    assert ledger.all("SELECT path FROM entry ORDER BY path") == [("a.pdf",), ("z.pdf",), ("ü %2F+&<x>.pdf",)]


def test_names_come_as_they_were_given(ledger: Ledger, bucket: Any) -> None:
    bucket("2026/ü +&<x>.pdf", b"%PDF")
    assert take(ledger).counts.new == 1
    assert ledger.all("SELECT path FROM entry") == [("ü +&<x>.pdf",)]


def test_a_prefix_is_a_folder_and_not_the_start_of_a_name(ledger: Ledger, bucket: Any) -> None:
    bucket("2026/a.pdf", b"one")
    bucket("2026-old/b.pdf", b"two")
    assert take(ledger, "s3://media/2026").counts.new == 1
    assert ledger.all("SELECT path FROM entry") == [("2026/a.pdf",)]


@pytest.mark.parametrize("circle", [1, 2, 7])
def test_a_listing_that_begins_again_is_stopped(
    ledger: Ledger, bucket: Any, monkeypatch: pytest.MonkeyPatch, circle: int
) -> None:
    lists(monkeypatch, lambda number: [f"2026/{number % circle}.pdf"])
    with pytest.raises(PartMissing, match="the listing of the bucket 'media' does not end"):
        take(ledger)
    assert ledger.one("SELECT count(*) FROM entry") <= circle


def test_a_listing_of_empty_pages_is_stopped(ledger: Ledger, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lists(monkeypatch, lambda _: [])
    with pytest.raises(PartMissing, match="does not end"):
        take(ledger)


def test_a_listing_whose_next_page_is_the_same_one_is_stopped(
    ledger: Ledger, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists(monkeypatch, lambda number: [f"2026/{number}.pdf"], token=lambda _: "same")
    with pytest.raises(PartMissing, match="same next token"):
        take(ledger)


def lists(
    monkeypatch: pytest.MonkeyPatch,
    keys: Callable[[int], list[str]],
    token: Callable[[int], str] = lambda number: f"after {number}",
    pages: int | None = None,
) -> None:
    """Have the service list these keys, one page after the other; without `pages` there is no end."""
    from botocore.client import BaseClient

    count = iter(range(1_000_000))

    def page(_client: object, name: str, _arguments: object) -> dict[str, object]:
        assert name == "ListObjectsV2"
        number = next(count)
        found = [
            {"Key": key, "Size": 1, "ETag": '"x"', "LastModified": datetime(2026, 1, 1, tzinfo=UTC)}
            for key in keys(number)
        ]
        if pages is not None and number + 1 >= pages:
            return {"Contents": found, "IsTruncated": False}
        return {"Contents": found, "IsTruncated": True, "NextContinuationToken": token(number)}

    monkeypatch.setattr(BaseClient, "_make_api_call", page)


def test_a_replaced_object_is_another_entry(ledger: Ledger, bucket: Any) -> None:
    bucket("2026/a.pdf", b"one")
    take(ledger)
    bucket("2026/a.pdf", b"two")
    assert take(ledger).counts.new == 1


def test_a_long_listing_is_read_to_its_end(ledger: Ledger, bucket: Any) -> None:
    count = 2 * PAGE + PAGE // 2
    for number in range(count):
        bucket(f"2026/{number}.pdf", b"x")
    assert take(ledger).counts.new == count


def test_what_is_no_bucket(ledger: Ledger, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bucket
    with pytest.raises(NotFound, match="no bucket 'none'"):
        take(ledger, "s3://none/")
    with pytest.raises(UsageError, match="'media' is no bucket"):
        take(ledger, "media")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(PartMissing, match="does not answer"):
        take(ledger)
