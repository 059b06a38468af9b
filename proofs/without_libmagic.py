"""The main job on a machine without libmagic, in a mount namespace of its own where the library is gone.

Needs root and `unshare`. It makes a virtual environment from scratch in a copy of the checkout, as a newcomer would.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HIDE = """
set -e
hide() {
  mkdir -p "$1/up$3" "$1/work$3"
  mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/up$3,workdir=$1/work$3" "$2"
}
library=$(dirname "$(readlink -f "$(ldconfig -p | sed -n 's/.*libmagic.so.1 .*=> //p' | head -1)")")
hide "$1" "$library" 1; hide "$1" /etc 2; hide "$1" /usr/share 3
rm -rf "$library"/libmagic* /usr/share/misc/magic* /usr/share/file
ldconfig
if ldconfig -p | grep -q libmagic; then echo "libmagic is still here"; exit 1; fi
sh "$2/sample_configs/run"
"""


def main() -> int:
    """Run the job and say what it ended with."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        print("skipped: needs root and unshare")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", HIDE, "sh", folder, str(clone)],
            capture_output=True,
            text=True,
            check=False,
        )
        print("\n".join(line for line in done.stdout.splitlines() if "files:" in line or line.startswith("Done")))
        print(f"the main job without libmagic ended with {done.returncode}")
        if done.returncode:
            print(done.stderr)
        return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
