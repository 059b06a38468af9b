"""Whether the files of the library still lie where they lay when they were proposed."""

from __future__ import annotations

import os

from occ_media_cli.media.travel import digest_of
from occ_media_cli.places.safe_open import Opened, open_named

_MOST_BYTES = 1 << 30
"""A longer file is not read for this, and not said to lie there."""


class Originals:
    """Looks at each place once, as long as nobody writes there: many files may be told to take the same one."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[tuple[int, ...], str]] = {}

    def lies(self, path: str, size: int, sha256: str) -> bool:
        """Whether these very bytes are at a path now, in a regular file."""
        opened = open_named(os.fsencode(path))
        if not isinstance(opened, Opened):
            return False
        try:
            found = opened.found
            if found.st_size != size or found.st_size > _MOST_BYTES:
                return False
            stamp = (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
            if self._seen.get(path, ((), ""))[0] != stamp:
                self._seen[path] = stamp, digest_of(opened.fd, size)
            return self._seen[path][1] == sha256
        except OSError:
            return False
        finally:
            os.close(opened.fd)
