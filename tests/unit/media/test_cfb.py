"""Compound files: every stream with its path, and what is there of one that is cut off."""

from __future__ import annotations

import struct

import pytest

from occ_media_cli.media.readers.cfb import CfbBroken, CompoundFile
from occ_media_cli.media.source import source_of
from tests.unit.media.build import compound


def test_every_stream_is_walked_once_with_its_path() -> None:
    file = CompoundFile(source_of(compound({"a": b"1", "b": b"2"}, storages=("c",))))
    assert sorted(path for path, _ in file.walk()) == [("a",), ("b",), ("c",)]


def test_a_directory_that_leads_to_itself_ends() -> None:
    data = bytearray(compound({"a": b"1", "b": b"2"}))
    at = data.find("a".encode("utf-16-le") + b"\0" * 62)
    data[at + 68 : at + 80] = struct.pack("<III", 1, 2, 0)
    assert len(list(CompoundFile(source_of(bytes(data))).walk())) == 2


def test_a_stream_that_no_storage_lists_comes_last() -> None:
    data = bytearray(compound({"a": b"1", "b": b"2"}))
    at = data.find("a".encode("utf-16-le") + b"\0" * 62)
    data[at + 72 : at + 76] = b"\xff" * 4
    assert [path for path, _ in CompoundFile(source_of(bytes(data))).walk()] == [("a",), ("?", "b")]


def test_what_is_there_of_a_stream_that_is_cut_off() -> None:
    data = bytearray(compound({"a": b"x" * 5000}))
    table = data.rfind(b"\xfd\xff\xff\xff") // 512 * 512
    data[table + 4 : table + 8] = struct.pack("<I", 100_000)
    file = CompoundFile(source_of(bytes(data)))
    entry = file.children(file.root)["A"]
    assert file.read_remains(entry, 5000) == b"x" * 1024
    data[table + 4 : table + 8] = struct.pack("<I", 110)
    file = CompoundFile(source_of(bytes(data)))
    assert len(file.read_remains(file.children(file.root)["A"], 5000)) == 1024


def test_a_stream_that_lies_behind_the_end_is_none() -> None:
    data = compound({"a": b"x" * 5000})
    file = CompoundFile(source_of(data))
    entry = file.children(file.root)["A"]._replace(start=110)
    with pytest.raises(CfbBroken):
        file.read(entry._replace(start=len(data) // 512 + 5), 10)
