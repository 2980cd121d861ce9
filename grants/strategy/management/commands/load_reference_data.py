"""Load regions, strategies, objectives and the national lists from their files. Can run as often as one likes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grants.strategy.loader import DATA_DIR, load
from grants.strategy.reading import BrokenFiles


class Command(BaseCommand):
    help = (
        "Load the reference data. Says per file what was added, changed, reopened and ended (-v 2: which rows). "
        "A broken file is refused with file, line and reason, and then nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA_DIR, help="folder with the CSV files")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")

    def handle(self, *args: Any, data: Path, dry_run: bool, verbosity: int, **options: Any) -> None:
        if not data.is_dir():
            raise CommandError(f"{data} is not a folder. Give the folder with the CSV files after --data.")
        try:
            reports = load(data, dry_run=dry_run)
        except BrokenFiles as broken:
            raise CommandError(f"Nothing was changed. Faults: {len(broken.faults)}\n{broken}") from broken
        if verbosity < 1:
            return
        for report in reports:
            self.stdout.write(str(report))
            if verbosity >= 2:
                for row in report.rows():
                    self.stdout.write(row)
        self.stdout.write("Dry run: nothing was changed." if dry_run else "Reference data loaded.")
