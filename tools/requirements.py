"""make requirements: compile the ranges of requirements*.in and package.json to lock files with hashes, newest first.

The lock files name versions and hashes only, no address of a registry.
"""

import json
from pathlib import Path

from tools.build_assets import npm, npm_environment
from tools.common import ROOT, VENV, run

COMPILE = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header", "--upgrade"]


def main() -> None:
    for ranges in sorted(ROOT.glob("requirements*.in")):
        uv: list[str | Path] = [VENV / "bin" / "uv", "pip", "compile", "--system-certs", "--quiet"]
        run([*uv, *COMPILE, ranges.name, "-o", ranges.with_suffix(".txt").name])
        print(f"Compiled {ranges.with_suffix('.txt').name}", flush=True)
    run([*npm(), "install", "--package-lock-only", "--ignore-scripts"], env=npm_environment(), quiet=True)
    drop_addresses()
    print("Compiled package-lock.json. Run 'make test' and read the changes before you commit them.")


def drop_addresses() -> None:
    """Take the packages' begging addresses out of package-lock.json: the lock is versions and hashes."""
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
