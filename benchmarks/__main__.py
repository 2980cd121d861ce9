"""make benchmark: measure everything, print a table, exit status 0 only when every target is reached."""

from __future__ import annotations

import argparse
import platform
import sys
from typing import Any


def show(row: dict[str, Any]) -> str:
    """One line of the table."""
    verdict = "ok" if row["ok"] else "MISSED"
    target = f"≤ {row['target']} {row['unit']}" if row.get("target") is not None else ""
    return f"{verdict:7} {row['name']:78} {row['value']:>9} {row['unit']:3} {target}"


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--only", choices=("pages", "writing", "export"), help="one part alone")
    cli.add_argument("--rows", type=int, default=10_000, help="applications and decisions (default 10,000)")
    args = cli.parse_args()
    from benchmarks import export, pages, writing

    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    rows: list[dict[str, Any]] = []
    if args.only in (None, "pages"):
        rows += pages.measure(args.rows)
    if args.only in (None, "writing"):
        rows += writing.measure()
    if args.only in (None, "export"):
        rows += export.measure(args.rows)
    print("\n".join(show(row) for row in rows))
    missed = sum(not row["ok"] for row in rows)
    print(f"{len(rows)} figures, {missed} missed." if missed else f"{len(rows)} figures, all targets reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
