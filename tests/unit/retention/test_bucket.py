"""Against a real S3 server in this process (moto): versions, object lock, legal holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.errors import NotFound, Refused, UsageError
from occ_media_cli.places.opened import describe_place, open_place
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.places.s3 import address
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.retention.plan import make, saved
from occ_media_cli.retention.purge import bring_back, entry_purge, finish, guards, quarantine, recover
from occ_media_cli.retention.purge import run as purge_run
from tests.unit.retention.store import START, Store, stamp

boto3 = pytest.importorskip("boto3", reason="the extra s3 is not installed")
pytest.importorskip("moto.server", reason="moto is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # boto3 and moto use what newer Pythons warn of

DAY = 86_400_000
DUE = START + 30 * DAY
MONTH = {"remove_after": "30d"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


class Remote:
    """A bucket and the store that speaks of it."""

    def __init__(self, client: Any, bucket: str, store: Store) -> None:
        self.client, self.bucket, self.store = client, bucket, store
        self.root = f"s3://{bucket}/media"

    def put(self, name: str, data: bytes | None = None, *, entry: bool = True, **lock: Any) -> None:
        data = name.encode() if data is None else data
        if entry:
            self.store.file(name, path=f"2026/{name}", data=data)
        self.client.put_object(Bucket=self.bucket, Key=f"media/2026/{name}", Body=data, ContentMD5=md5(data), **lock)

    def get(self, name: str) -> bytes | None:
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=f"media/2026/{name}")["Body"]
        except self.client.exceptions.NoSuchKey:
            return None
        return bytes(body.read())

    def approved(self, now: int = DUE) -> saved.Plan:
        from occ_media_cli.retention.plan import approval

        self.store.take_in()
        connection = self.store.connection
        made = make.make_plan(connection, describe_place(self.root), stamp(now))
        return approval.approve(connection, made.plan.plan, stamp(now, "sam"))[0]

    def purge(self, plan: saved.Plan, now: int = DUE) -> purge_run.PurgeOutcome:
        with open_place(self.root, locked=True) as storage:
            connection = self.store.connection
            run = entry_purge.Purge(connection, storage, plan, stamp(now), grace=7 * DAY)
            before = recover.recover(connection, storage, stamp(now))
            outcome = run.run(self.store.path, guards.parse_limit("100%"))
            outcome.refused[:0] = before.refused
            return outcome

    def finish(self, now: int = DUE + 7 * DAY) -> quarantine.GraceOutcome:
        with open_place(self.root, locked=True) as storage:
            return finish.finish(self.store.connection, storage, stamp(now), self.store.path)

    def restore(self, entry: str) -> None:
        with open_place(self.root, locked=True) as storage:
            bring_back.restore_file(self.store.connection, storage, entry, stamp(DUE))

    def versions(self) -> list[str]:
        found = self.client.list_object_versions(Bucket=self.bucket)
        return sorted(item["Key"].removeprefix("media/") for item in found.get("Versions", ()))


def md5(data: bytes) -> str:
    import base64
    import hashlib

    return base64.b64encode(hashlib.md5(data).digest()).decode()


@pytest.fixture(params=["plain", "versions", "locks"])
def remote(request: pytest.FixtureRequest, server: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> Remote:
    for name, value in (
        ("AWS_ENDPOINT_URL", server), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=server)
    bucket = f"b-{os.urandom(6).hex()}"
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=request.param == "locks")
    if request.param != "plain":
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    store.rules(MONTH)
    return Remote(client, bucket, store)


def codes(outcome: Any) -> dict[str, str]:
    return {item.entry: item.code for item in outcome.refused}


def test_objects_go_into_quarantine_come_back_and_go_for_good(remote: Remote) -> None:
    for name in ("a", "b", "c"):
        remote.put(name)
    plan = remote.approved()
    assert remote.purge(plan).taken == 3
    assert [remote.get(name) for name in "abc"] == [None, None, None]
    remote.restore("b")
    assert remote.get("b") == b"b"
    assert remote.purge(plan).restored == 1
    assert remote.finish(DUE + DAY).waiting == 2
    done = remote.finish()
    assert (done.removed, done.bytes, done.refused) == (2, 2, [])
    assert remote.versions() == ["2026/b"]
    assert remote.finish().removed == 0


def test_a_changed_object_is_kept(remote: Remote) -> None:
    for name in ("a", "b", "c", "d"):
        remote.put(name)
    plan = remote.approved()
    remote.put("a", b"A", entry=False)
    remote.put("b", b"longer", entry=False)
    remote.client.delete_object(Bucket=remote.bucket, Key="media/2026/c")
    outcome = remote.purge(plan)
    assert (outcome.taken, codes(outcome)) == (1, {"a": "other-hash", "b": "other-size", "c": "vanished"})
    assert remote.get("a") == b"A"


def test_a_newer_object_is_not_replaced_by_a_restore(remote: Remote) -> None:
    remote.put("a")
    remote.put("b")
    remote.purge(remote.approved())
    remote.put("a", b"newer", entry=False)
    with pytest.raises(Exception, match="another object is in its place"):
        remote.restore("a")
    assert remote.get("a") == b"newer"


def test_a_hold_keeps_an_object_in_quarantine(remote: Remote) -> None:
    remote.put("a")
    remote.put("b")
    remote.purge(remote.approved())
    remote.store.hold("claim", entry=remote.store.seq("a"))
    done = remote.finish()
    assert (done.removed, codes(done)) == (1, {"a": "held"})
    remote.restore("a")
    assert remote.get("a") == b"a"


def test_what_an_interrupted_run_left_is_put_right(remote: Remote) -> None:
    remote.put("a")
    remote.put("b")
    plan = remote.approved()
    name = f"{plan.plan}-{remote.store.seq('a')}"
    with open_place(remote.root, locked=True) as storage:  # killed between the move and the commit
        assert not isinstance(storage.take(("2026", "a"), {(sha256(b"a").digest(), 1)}, name), Kept)
    assert remote.get("a") is None
    assert remote.purge(plan).taken == 2
    with open_place(remote.root, locked=True) as storage:  # killed between the way back and the commit
        assert storage.put_back(name, ("2026", "a")) is None
    done = remote.finish()
    assert (done.removed, done.refused) == (1, [])
    assert remote.get("a") == b"a"


def test_verify_looks_into_a_bucket_too(remote: Remote) -> None:
    from occ_media_cli.retention import root_result, verify

    for name in ("a", "b", "c"):
        remote.put(name)
    remote.purge(remote.approved())
    remote.put("late", b"late", entry=False)
    remote.restore("c")
    remote.put("c", b"newer", entry=False)

    def found() -> root_result.RootResult:
        with open_place(remote.root, locked=False) as storage:
            return verify.verify_removals(remote.store.connection, storage)

    versioned = remote.client.get_bucket_versioning(Bucket=remote.bucket).get("Status") == "Enabled"
    result = found()
    assert [(item.code, item.path) for item in result.wrong] == [("changed-bytes", "2026/c"), ("orphan", "2026/late")]
    assert (result.waiting, result.older) == (2, int(versioned))
    remote.finish()
    remote.put("a", entry=False)
    assert ("surviving-bytes", "2026/a") in [(item.code, item.path) for item in found().wrong]


def test_older_versions_stay(remote: Remote) -> None:
    remote.put("a", b"first", entry=False)
    remote.put("a")
    remote.purge(remote.approved())
    remote.finish()
    assert remote.get("a") is None
    assert remote.versions() == (
        [] if remote.client.get_bucket_versioning(Bucket=remote.bucket).get("Status") is None else ["2026/a"]
    )


@pytest.mark.parametrize("remote", ["locks"], indirect=True)
def test_an_object_lock_is_respected_and_reported(remote: Remote) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    remote.put("free")
    remote.put("governed", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    remote.put("strict", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    remote.put("legal", ObjectLockLegalHoldStatus="ON")
    plan = remote.approved()
    outcome = remote.purge(plan)
    assert (outcome.taken, codes(outcome)) == (1, dict.fromkeys(("governed", "strict", "legal"), "locked"))
    assert all(remote.get(name) for name in ("governed", "strict", "legal"))
    assert any("COMPLIANCE until" in item.words for item in outcome.refused)
    remote.client.put_object_legal_hold(Bucket=remote.bucket, Key="media/2026/legal", LegalHold={"Status": "OFF"})
    assert remote.purge(plan).taken == 1


@pytest.mark.parametrize("remote", ["locks"], indirect=True)
def test_a_lock_that_comes_during_the_grace_keeps_the_version(remote: Remote) -> None:
    remote.put("a")
    version = remote.client.head_object(Bucket=remote.bucket, Key="media/2026/a")["VersionId"]
    remote.purge(remote.approved())
    remote.client.put_object_legal_hold(
        Bucket=remote.bucket, Key="media/2026/a", VersionId=version, LegalHold={"Status": "ON"}
    )
    done = remote.finish()
    assert (done.removed, codes(done)) == (0, {"a": "locked"})
    assert remote.store.connection.execute("SELECT state FROM purged").fetchall() == [("quarantined",)]
    assert "2026/a" in remote.versions()


def test_another_or_an_empty_place_is_refused(remote: Remote) -> None:
    remote.put("a")
    plan = remote.approved()
    other = f"s3://{remote.bucket}/other"
    with open_place(other, locked=True) as storage:
        assert "not the bucket that was planned" in str(storage.refuses(plan.content["root"], remote.store.path))
        assert "empty" in str(storage.refuses(describe_place(other), remote.store.path))
    with pytest.raises(NotFound, match="no bucket"), open_place("s3://no-such-bucket-here", locked=True):
        pass
    with open_place(remote.root, locked=True) as storage:
        assert storage.refuses(plan.content["root"], remote.store.path) is None
        assert QUARANTINE not in {item.shown for item in storage.walk()}


@pytest.mark.parametrize(
    "root", ["s3://", "s3:///x", "s3://B/x", "s3://bucket/../x", "s3://bucket//x", "s3://bucket/./x"]
)
def test_a_root_that_names_no_bucket_is_refused(root: str) -> None:
    with pytest.raises(UsageError):
        address(root)


def test_a_folder_plan_does_not_purge_a_bucket(remote: Remote) -> None:
    remote.put("a")
    remote.store.take_in()
    plan = remote.store.approved(DUE)
    with pytest.raises(Refused, match="not the bucket"):
        remote.purge(plan)


@pytest.mark.parametrize("remote", ["versions"], indirect=True)
def test_the_commands_take_a_bucket_as_root(remote: Remote) -> None:
    import json
    import time

    from tests.e2e.program import occ_media

    for name in ("a", "b"):
        remote.put(name)
    remote.store.take_in()
    env = {name: os.environ[name] for name in os.environ if name.startswith("AWS_")}

    def run(*arguments: str, code: int = 0, actor: str = "dana") -> str:
        return occ_media("--store", "s.db", "--actor", actor, *arguments, code=code, env=env,
                         cwd=remote.store.folder).out  # fmt: skip

    plan = json.loads(run("retention", "plan", "--root", remote.root, "--format", "json"))["plan"]
    run("retention", "approve", plan, actor="sam")
    done = run("retention", "purge", plan, "--root", remote.root, "--max-delete", "100%", "--grace", "1s")
    assert done.startswith(f"plan {plan}: 2 files, 2 bytes, moved into quarantine")
    run("retention", "restore", "b", "--root", remote.root)
    time.sleep(1.1)
    assert run("retention", "purge", "--finish", "--root", remote.root) == ("1 file, 1 byte, removed for good\n")
    assert "1 as the ledger says" in run("retention", "verify", "--root", remote.root)
    env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    run("retention", "verify", "--root", remote.root, code=14)


def test_orphans_of_a_bucket_go_by_a_plan_of_their_own(remote: Remote) -> None:
    from occ_media_cli.retention import orphans
    from occ_media_cli.retention.plan import approval, orphan_plan
    from occ_media_cli.retention.purge import start

    remote.put("known")
    remote.store.take_in()
    for name in ("lost", "other"):
        remote.client.put_object(Bucket=remote.bucket, Key=f"media/2026/{name}", Body=name.encode())
    now = times.wall() + 40 * DAY
    connection, month = remote.store.connection, orphans.Age(30 * DAY, "30d")
    with open_place(remote.root, locked=False) as storage:
        assert orphan_plan.make_orphan_plan(connection, storage, stamp(times.wall()), month).summary["remove"] == 0
        made = orphan_plan.make_orphan_plan(connection, storage, stamp(now), month)
    assert {item.path for item in orphans.listed(connection, made.plan.number)} == {"2026/lost", "2026/other"}
    plan = approval.approve(connection, made.plan.plan, stamp(now, "sam"))[0]
    remote.client.put_object(Bucket=remote.bucket, Key="media/2026/other", Body=b"OTHER")
    with open_place(remote.root, locked=True) as storage:
        run = start.start_purge(connection, storage, plan, stamp(now), grace=7 * DAY)
        outcome = run.run(remote.store.path, guards.parse_limit("100%"))
    assert (outcome.taken, len(outcome.refused)) == (1, 1)
    assert outcome.refused[0].code in ("other-hash", "other-time")  # a service tells times to the second
    assert (remote.get("lost"), remote.get("other")) == (None, b"OTHER")
    first = next(orphans.listed(connection, plan.number))
    remote.restore(first.label)
    assert remote.get("lost") == b"lost"


def test_what_is_written_while_it_is_looked_at_stays(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    overtaken_while_reading(remote, monkeypatch, "media/2026/a")


@pytest.mark.parametrize("remote", ["plain"], indirect=True)
def test_what_is_written_while_its_copy_is_compared_stays(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    overtaken_while_reading(remote, monkeypatch, f"media/{QUARANTINE}/object/n")


def overtaken_while_reading(remote: Remote, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Write an object again while a purge reads it, or its copy: the newer one must stay, and nothing may wait."""
    from occ_media_cli.places.s3 import Objects

    remote.put("a")
    real = Objects.read

    def overtaken(self: Objects, key: str, version: str | None = None) -> Any:
        found = real(self, key, version)
        if key == what:
            remote.put("a", b"newer", entry=False)
        return found

    with open_place(remote.root, locked=True) as storage:
        monkeypatch.setattr(Objects, "read", overtaken)
        assert isinstance(storage.take(("2026", "a"), {(sha256(b"a").digest(), 1)}, "n"), Kept)
        monkeypatch.undo()
        assert remote.get("a") == b"newer"
        assert list(storage.waiting()) == []


def test_a_version_that_the_service_did_not_tell_deletes_nothing(remote: Remote) -> None:
    from occ_media_cli.places.s3 import Objects

    remote.put("a")
    objects = Objects(address(remote.root))
    with pytest.raises(objects.errors):
        objects.delete_version("media/2026/a", None)
    objects.close()
    assert remote.get("a") == b"a"


def test_an_object_that_was_written_again_with_the_same_bytes_is_another(remote: Remote) -> None:
    from occ_media_cli.places.safe_open import Kept
    from occ_media_cli.places.storage import Taken

    remote.put("a")
    with open_place(remote.root, locked=True) as storage:
        found = storage.examine_object(("2026", "a"))
        assert not isinstance(found, Kept)
        result = storage.take(("2026", "a"), {found.content}, "n", mtime=found.mtime - 1_000_000_000)
        assert result == Kept("other-time", "it was written to since the plan")
        assert isinstance(storage.take(("2026", "a"), {found.content}, "n", mtime=found.mtime), Taken)
        assert isinstance(storage.examine_object(("2026", "a")), Kept)


def test_an_object_is_opened_to_be_read_and_its_copy_has_no_name(remote: Remote) -> None:
    remote.put("a.txt", b"words" * 1000)
    with open_place(remote.root, locked=False) as storage:
        opened = storage.open_object(("2026", "a.txt"))
        missing = storage.open_object(("2026", "b.txt"))
    assert not isinstance(opened, Kept)
    try:
        assert os.pread(opened.fd, 10_000, 0) == b"words" * 1000
        assert opened.found.st_nlink == 0
    finally:
        os.close(opened.fd)
    assert isinstance(missing, Kept)
