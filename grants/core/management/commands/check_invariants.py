"""manage.py check_invariants: every invariant on the database at hand; exit status 1 on any violation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grants.core.invariants import CHECKS


class Command(BaseCommand):
    help = "Check every registered invariant; prints violations."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for name, (statement, check) in sorted(CHECKS.items()):
            found = check()
            total += len(found)
            self.stdout.write(f"{'FAIL' if found else 'ok  '} {name}: {statement}")
            for violation in found:
                self.stderr.write(f"     {violation}")
        if total:
            raise CommandError(f"{total} violations.")
        self.stdout.write(f"{len(CHECKS)} checks, no violations.")
