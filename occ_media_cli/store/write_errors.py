"""What a file system says while something is written, in words for a person.

Apart from `store.sink`, because what is printed needs these words as well, at every start, and not the rest of it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from occ_media_cli.errors import Incomplete

NOTHING = "nothing was written"


@contextmanager
def explained(where: str, then: str = NOTHING) -> Iterator[None]:
    """Turn what a file system says into Incomplete. A reader that went away stays a BrokenPipeError.

    then: what it means for the user.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "it cannot be written"
        hint = "free some space, then run the same command again" if error.errno == errno.ENOSPC else None
        raise Incomplete(f"{where}: {reason}; {then}", hint=hint) from error
