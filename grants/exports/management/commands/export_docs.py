"""manage.py export_docs: write docs/exports.md anew from the columns."""

from typing import Any

from django.core.management.base import BaseCommand

from grants.exports import reference


class Command(BaseCommand):
    help = "Write docs/exports.md from the declared columns."

    def handle(self, *args: Any, **options: Any) -> None:
        reference.PATH.write_text(reference.markdown(), encoding="utf-8")
        self.stdout.write(f"{reference.PATH.name} written.")
