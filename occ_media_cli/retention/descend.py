"""Reaching a file under a root by directory descriptors, one folder at a time, without following a link."""

from __future__ import annotations

import errno
import os
import stat
from hashlib import sha256

from occ_media_cli.retention.storage import Content, Found, Kept, Parts

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_READ = 1 << 20

LINK = Kept("link", "a link stands where the file should be")
VANISHED = Kept("vanished", "it is not there")


def parent(root: int, device: int, parts: Parts) -> int | Kept:
    """A descriptor of the folder that holds a file, reached without following a link or leaving the device."""
    current = os.dup(root)
    for name in parts[:-1]:
        try:
            below = os.open(name, FOLDER, dir_fd=current)
        except OSError as problem:
            return kept(problem)
        finally:
            os.close(current)
        current = below
        if os.fstat(current).st_dev != device:
            os.close(current)
            return Kept("other-device", "another file system is mounted on the way to it")
    return current


def open_file(folder: int, name: str) -> int | Kept:
    """A descriptor of a regular file, looked at before it is opened: opening a device may act on it."""
    try:
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISLNK(seen.st_mode):
            return LINK
        if not stat.S_ISREG(seen.st_mode):
            return Kept("not-regular", "it is no regular file")
        descriptor = os.open(name, FILE, dir_fd=folder)
    except OSError as problem:
        return kept(problem)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or (found.st_dev, found.st_ino) != (seen.st_dev, seen.st_ino):
        os.close(descriptor)
        return Kept("changed", "it was replaced while it was looked at")
    return descriptor


def content_at(folder: int, name: str) -> Content | Kept:
    """sha256 and size of a regular file in an open folder."""
    descriptor = open_file(folder, name)
    if isinstance(descriptor, Kept):
        return descriptor
    try:
        return content_of(descriptor)
    finally:
        os.close(descriptor)


def found_at(folder: int, name: str) -> Found | Kept:
    """sha256, size and mtime of a regular file in an open folder, if nobody writes to it meanwhile."""
    descriptor = open_file(folder, name)
    if isinstance(descriptor, Kept):
        return descriptor
    try:
        before = os.fstat(descriptor)
        content = content_of(descriptor)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if isinstance(content, Kept):
        return content
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or content[1] != after.st_size:
        return Kept("changed", "it was written to while it was looked at")
    return Found(content, after.st_mtime_ns)


def content_of(descriptor: int) -> Content | Kept:
    """sha256 and size of what a descriptor reads."""
    digest, size = sha256(), 0
    try:
        while chunk := os.read(descriptor, _READ):
            digest.update(chunk)
            size += len(chunk)
    except OSError as problem:
        return kept(problem)
    return digest.digest(), size


def kept(problem: OSError) -> Kept:
    """Why a file is left alone, from what the system says."""
    if problem.errno == errno.ELOOP:
        return LINK
    if problem.errno == errno.ENOTDIR:
        return Kept("link", "a link or a file stands where a folder should be")
    if problem.errno == errno.ENOENT:
        return VANISHED
    return Kept("unreadable", str(problem.strerror).lower())
