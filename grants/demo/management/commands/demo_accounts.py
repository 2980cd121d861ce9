"""manage.py demo_accounts: the demo sign-ins, for people and (with --json) for programs."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grants.demo import people

KEYS = ("email", "password", "role", "organisation")
HEAD = ("E-postadress", "Lösenord", "Roll", "Organisation")


class Command(BaseCommand):
    help = "Lists the demo sign-ins: e-mail, password, role and organisation. Refused outside demo databases."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a JSON list instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = people.accounts()
        except people.NotADemo as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        if not accounts:
            self.stdout.write("No demo sign-ins yet. Build them with: manage.py seed_demo")
            return
        rows = [HEAD, *(tuple(account[key] for key in KEYS) for account in accounts)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
