"""What the tools share: paths, running a command, stamps that say a step is done."""

import hashlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

Command = Sequence[str | Path]


def run(command: Command, *, env: Mapping[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command in the project's folder; on failure show what it said and end with its status."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        text=True,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode != 0:
        if quiet:
            sys.stderr.write(done.stdout)
        fail(f"'{' '.join(str(part) for part in command)}' ended with status {done.returncode}.", done.returncode)


def fail(reason: str, status: int = 1) -> None:
    """End the tool with a sentence on stderr."""
    sys.stdout.flush()
    sys.stderr.write(f"{reason}\n")
    raise SystemExit(status if 0 < status < 256 else 1)


def fingerprint(*paths: Path, extra: str = "") -> str:
    """sha256 over the names and contents of files, and a text that matters beside them."""
    digest = hashlib.sha256(extra.encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether the stamp holds this value, so that the step it stands for need not run again."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def write_stamp(stamp: Path, value: str) -> None:
    """Written last: a step that was cut short has no stamp and runs again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="utf-8")
