"""A process that has the program loaded and becomes a new one for each run: `python -m tests.e2e.warm`.

Most of a short command's time is the interpreter that starts and the modules that it reads, and under measured coverage
twice that. This process does both once; for each request it forks, and the fork takes the folder, the environment, the
words and the three streams of the request and runs the program to its end, as the process that a shell would start.
What only a newly started interpreter has (limits, other locales, a preloaded library) is run by `program.py` in one.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import random
import socket
import sys
import threading
import time

import coverage

HEAVY = ("pyarrow", "duckdb", "pyspark", "psycopg", "boto3")
"""Libraries with threads of their own: a process that has them must not fork."""


def load() -> None:
    """Import every module of the program; what it imports only when needed stays out."""
    import occ_media_cli

    for module in pkgutil.walk_packages(occ_media_cli.__path__, "occ_media_cli."):
        importlib.import_module(module.name)
    heavy = [name for name in HEAVY if name in sys.modules]
    if heavy or threading.active_count() > 1:
        raise SystemExit(f"cannot fork: {heavy or 'threads'}")


def serve(door: socket.socket) -> bool:
    """Fork for each request on the door; true in a fork, which is to run the program, and false when the door closes."""
    while True:
        message, streams, *_ = socket.recv_fds(door, 1 << 18, 3)
        if not message:
            return False
        process = os.fork()
        if not process:
            door.close()
            become(json.loads(message), streams)
            return True
        for stream in streams:
            os.close(stream)
        door.send(b"%d" % process)
        door.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def become(request: dict[str, object], streams: list[int]) -> None:
    """Take what the request says: folder, environment, words, and the streams as descriptors 0, 1 and 2."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]  # JSON
    time.tzset()
    random.seed()
    main = sys.modules["__main__"] = sys.modules["occ_media_cli.__main__"]
    sys.argv = [str(main.__file__), *request["words"]]  # type: ignore[misc]  # JSON
    sys.path[0] = str(request["folder"])


if __name__ == "__main__":
    load()
    if measuring := coverage.Coverage.current():
        measuring.save()  # what loading ran is kept once, not again by every fork
    if os.fork():
        os._exit(0)  # it is nobody's child: tests look at who is left of theirs
    gc.freeze()
    if not serve(socket.socket(fileno=int(sys.argv[1]))):
        os._exit(0)
    from occ_media_cli.__main__ import main

    code = main()
    atexit._run_exitfuncs()
    os._exit(code)  # without taking apart all that was loaded, which takes longer than most runs
