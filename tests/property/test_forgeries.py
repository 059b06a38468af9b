"""Forged bundles and checkpoints: each is noticed, by the bundle itself or by what the reader has from elsewhere.

`proofs/forged_bundles.py` prints them all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.property import forgeries
from tests.property.forgeries import command, noticed, packed, unpacked

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="apt-get install openssh-client")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("forged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OCC_MEDIA_NOW", "2026-11-24")
        yield forgeries.made(folder)


def test_what_nobody_forged_is_intact(made: Path) -> None:
    assert noticed(made) == []
    packed(made.with_name("same.zip"), *unpacked(made))
    assert noticed(made.with_name("same.zip")) == []


@pytest.mark.parametrize("name", forgeries.NOTICED)
def test_a_forgery_is_noticed_without_a_signature(made: Path, name: str) -> None:
    files, facts = unpacked(made)
    before = dict(files), dict(facts)
    forgeries.NOTICED[name](files, facts)
    assert (files, facts) != before
    file = made.with_name("forged.zip")
    packed(file, files, facts)
    assert noticed(file)


@needs_keygen
def test_the_bundle_of_another_ledger_is_met_by_whom_the_reader_expects(made: Path) -> None:
    keys = []
    for name in ("ours", "theirs"):
        keys.append(made.with_name(name))
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys[-1])], check=True)
    (made.parent / "signers").write_text("dana " + keys[0].with_suffix(".pub").read_text())
    signers = made.parent / "signers"
    signed = made.with_name("signed.zip")
    files, facts = unpacked(made)
    packed(signed, files, facts | {"signed": True}, keys[0])
    assert noticed(signed, signers) == []
    other = forgeries.ledger_without(made.parent)
    assert noticed(other) == []
    assert noticed(other, signers)
    packed(other, *unpacked(other), keys[1])
    assert noticed(other, signers)
    from zipfile import ZipFile

    with ZipFile(signed) as archive:
        signature = archive.read("manifest.sig")
    packed(other, *unpacked(other))
    from occ_media_cli.audit.bundle import bundle

    files, facts = unpacked(other)
    with other.open("wb") as stream, bundle.BundleWriter(stream) as writer:
        for name, data in files.items():
            writer.add_file(name, [data])
        writer.finish(facts)
        body = json.loads(signature)
        from occ_media_cli.store.signature import Signature

        writer.sign(Signature(body["signature"], body["key"]))
    assert noticed(other)
    assert noticed(other, signers)


def test_a_forged_checkpoint_does_not_match(made: Path) -> None:
    store, mark = made.with_name("s.db"), made.with_name("c.json")
    command("--store", str(store), "ledger", "checkpoint", "--output", str(mark))
    body = json.loads(mark.read_text())
    assert command("--store", str(store), "ledger", "verify", "--checkpoint", str(mark))[0] == 0
    for what, changed in forgeries.checkpoints(body).items():
        mark.write_text(json.dumps(changed))
        for asked in (("ledger", "verify"), ("audit",)):
            code, out, err = command("--store", str(store), *asked, "--checkpoint", str(mark))
            assert code in (1, 20), (what, asked, code, out, err)
            assert code == 20 or "ALTERED" in out, (what, asked)
