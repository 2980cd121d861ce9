"""manage.py verify_history: check every case's chain of events; exit status 1 on any fault."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grants.core.history import faults
from grants.core.models import Event


class Command(BaseCommand):
    help = "Verify the hash chain of every case's history (or of one with --stream)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--stream", help="UUID of one case or call")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults(options["stream"]))
        for fault in found:
            self.stderr.write(str(fault))
        if found:
            raise CommandError(f"{len(found)} faults found in the history.")
        self.stdout.write(f"History verified: {Event.objects.count()} events, no faults.")
