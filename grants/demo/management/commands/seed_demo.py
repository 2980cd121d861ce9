"""manage.py seed_demo: people, calls and applications of a demo, brought to a stage through the real actions."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grants.demo import seed
from grants.demo.people import NotADemo

MOST = 100_000


class Command(BaseCommand):
    help = (
        "Builds the demo in a database without one: sign-ins, an open call, and a call whose applications have come as far as "
        "--stage says. The same --seed gives the same data on the same day. Refused outside demo databases (DEMO=1)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stage", choices=seed.STAGES, default="running", help="how far the applications have come"
        )
        parser.add_argument("--applications", type=int, default=40, metavar="N", help="how many (40)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another number gives other data (1)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing, without an error, where a demo exists")

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["applications"]
        if not 1 <= number <= MOST:
            raise CommandError(f"Give --applications a number from 1 to {MOST}.")
        started = time.monotonic()
        try:
            call = seed.seed(options["stage"], number, options["seed"], self.told)
        except NotADemo as refusal:
            raise CommandError(str(refusal)) from refusal
        except seed.AlreadySeeded as refusal:
            said = "The database holds demo data already; nothing was changed. Empty it first to build another demo."
            if not options["if_empty"]:
                raise CommandError(said) from refusal
            self.stdout.write(said)
            return
        seconds = time.monotonic() - started
        self.stdout.write(
            f"Demo built in {seconds:.0f} s: stage {options['stage']}, {number} applications, seed {options['seed']}. "
            f"Open now: {call.title} ({call.code})."
        )

    def told(self, what: str, done: int, total: int) -> None:
        """A line for the operator: on a terminal it is written over, in a log there are few."""
        if getattr(self.stdout, "isatty", bool)():
            self.stdout.write(f"\r{what} {done}/{total}", ending="\n" if done == total else "")
        elif done == total or done % 1000 == 0:
            self.stdout.write(f"{what} {done}/{total}")
        self.stdout.flush()
