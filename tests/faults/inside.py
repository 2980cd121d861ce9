"""The part that runs with Django on one database: prepares it, runs the test, writes its figures."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django


def main(name: str, options: list[str]) -> int:
    """Run the test of this id; ``options``: ``--name number`` pairs that replace the keyword defaults of its ``run``."""
    from tests.faults.catalogue import FAULTS
    from tests.faults.world import prepare

    prepare()
    run = importlib.import_module(f"tests.faults.{FAULTS[name].module}").run
    figures = run(**numbers(options))
    if not figures.is_reached:
        tell_logs()
    result = {"reached": figures.is_reached, "missed": figures.missed, "line": figures.line()}
    Path(os.environ["FAULT_FIGURES"]).write_text(json.dumps(result), encoding="utf-8")
    return 0 if figures.is_reached else 1


def tell_logs(lines: int = 40) -> None:
    """The end of what the servers logged: their folder is gone afterwards."""
    for log in sorted(Path(os.environ["FAULT_FOLDER"]).glob("*.log")):
        said = log.read_text(errors="replace").splitlines()
        print("\n".join([f"--- {log.name}", *said[-lines:]]))


def numbers(options: list[str]) -> dict[str, int]:
    """``--rounds 5`` as {"rounds": 5}."""
    return {
        name.removeprefix("--").replace("-", "_"): int(value)
        for name, value in zip(options[::2], options[1::2], strict=True)
    }


def interrupted(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    django.setup()
    sys.exit(main(sys.argv[1], sys.argv[2:]))
