"""Load the real calls that ended before this service existed. Can run as often as one likes."""

from typing import Any

from django.core.management.base import BaseCommand

from calls import actions


class Command(BaseCommand):
    help = "Load the real calls TSP2018 and SRP2020 as settled history."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        loaded = actions.load_history()
        if verbosity:
            self.stdout.write(f"Call history: {loaded} loaded." if loaded else "Call history: nothing new.")
