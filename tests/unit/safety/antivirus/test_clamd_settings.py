"""The settings of clamd that a scan rests on, by what clamd does and by its configuration."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from pathlib import Path

from occ_media_cli.safety.antivirus import probes
from occ_media_cli.safety.antivirus.address import ClamdAddress, find_address, socket_warnings
from occ_media_cli.safety.antivirus.clamd_settings import judge_settings, read_config
from occ_media_cli.safety.antivirus.replies import ClamdAnswer

DEEP, LOCKED = (
    ClamdAnswer("found", "Heuristics.Limits.Exceeded.MaxRecursion"),
    ClamdAnswer("found", "Heuristics.Encrypted.Zip"),
)


def test_a_configuration_belongs_to_its_socket(tmp_path: Path) -> None:
    path = tmp_path / "clamd.conf"
    path.write_text(
        "# a comment\nLocalSocket /run/one.ctl\nMaxFileSize 25M\n  StreamMaxLength\t10M  \nAlertEncryptedDoc yes\n"
    )
    paths = (str(tmp_path / "none"), str(path))
    found = read_config("/run/one.ctl", paths)
    assert (found["maxfilesize"], found["streammaxlength"], found["alertencrypteddoc"]) == ("25M", "10M", "yes")
    assert read_config("/run/other.ctl", paths) == {}
    assert read_config(None, paths)["maxfilesize"] == "25M"


def test_small_limits_are_told_with_the_line_to_write() -> None:
    config = {"localsocket": "x", "maxfilesize": "25M", "maxscansize": "0", "streammaxlength": "1G"}
    found = {each.name: each for each in judge_settings(config, DEEP, LOCKED, streams=True)}
    assert (found["MaxFileSize"].good, found["MaxFileSize"].line) == (False, "MaxFileSize 100M")
    assert found["MaxScanSize"].good  # 0 is no limit
    assert found["StreamMaxLength"].good
    assert (found["AlertEncryptedDoc"].found, found["AlertEncryptedDoc"].good) == ("no", False)
    assert found["AlertExceedsMax"].good
    assert not any(each.needed for each in found.values() if each.name != "AlertExceedsMax")


def test_what_cannot_be_seen_is_not_guessed() -> None:
    found = {each.name: each for each in judge_settings({}, ClamdAnswer("error", "x"), None, streams=False)}
    assert {name: each.good for name, each in found.items()} == {
        "AlertExceedsMax": None, "AlertEncryptedArchive": None, "MaxFileSize": None, "MaxScanSize": None,
    }  # fmt: skip
    ok = judge_settings({}, ClamdAnswer("ok", ""), ClamdAnswer("found", "Own.Signature"), streams=False)
    assert [each.good for each in ok[:2]] == [False, False]


def test_the_probes_are_what_they_say() -> None:
    content, levels = probes.too_deep(), 0
    while content.startswith(b"\x1f\x8b"):
        content, levels = gzip.decompress(content), levels + 1
    assert levels > 100
    with zipfile.ZipFile(BytesIO(probes.encrypted())) as archive:
        assert archive.infolist()[0].flag_bits & 1


def test_addresses_are_read_as_people_write_them() -> None:
    assert find_address("/run/c.ctl") == ClamdAddress("/run/c.ctl", "", 0)
    assert find_address("unix:/run/c.ctl") == ClamdAddress("/run/c.ctl", "", 0)
    assert find_address("sub/c.ctl") == ClamdAddress("sub/c.ctl", "", 0)
    assert find_address("localhost:3310").shown == "tcp://localhost:3310"
    assert find_address("tcp://[::1]:3310").shown == "tcp://[::1]:3310"
    assert find_address("tcp://scanner.example.com:3310", allow_remote=True).host == "scanner.example.com"


def test_a_socket_of_another_user_or_in_an_open_folder_is_told(tmp_path: Path) -> None:
    import os

    path = tmp_path / "ctl"
    path.write_bytes(b"")
    path.chmod(0o600)
    assert socket_warnings(str(path)) == ()
    tmp_path.chmod(0o777)
    assert socket_warnings(str(path)) == ("everybody on this host may put another socket in its place",)
    tmp_path.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(path, 12_345, -1)
        assert socket_warnings(str(path)) == ("its socket belongs to user 12345, who is neither root, clamav nor you",)
    assert socket_warnings(str(tmp_path / "none")) == ()
