"""manage.py verify_receipt: confirm a receipt by its checksum, or by the file of the receipt."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.verifying import look_up, look_up_file
from grants.core.time import format_instant

LARGEST = 20 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "Says register number, time and call of what came in with a receipt, and whether the stored content still gives its "
        "checksum. RECEIPT: a checksum of 64 characters, or the path of the receipt's PDF or JSON. Exit status 1 when it is not ours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", help="checksum, or path of a PDF or JSON file")

    def handle(self, *args: Any, receipt: str, **options: Any) -> None:
        found = look_up(receipt) or look_up_file(self.content(receipt))
        if found is None:
            raise CommandError("No receipt of ours.")
        self.stdout.write(f"{found.what}, {found.register_number}")
        self.stdout.write(f"Came in: {format_instant(found.received_at)}{', late' if found.is_late else ''}")
        self.stdout.write(f"Call: {found.call_title}")
        self.stdout.write(f"Checksum: {found.sha256}")
        if not found.is_intact:
            raise CommandError("The stored content no longer gives this checksum.")
        self.stdout.write("The stored content gives this checksum.")

    def content(self, path: str) -> bytes:
        """What is in the file; nothing for what names no file, or one that is too large to be a receipt."""
        try:
            file = Path(path)
            return file.read_bytes() if file.is_file() and file.stat().st_size <= LARGEST else b""
        except (OSError, ValueError):
            return b""
