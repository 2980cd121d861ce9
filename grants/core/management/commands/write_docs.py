"""manage.py write_docs: write the documents that are generated from the code; --check fails when one is not current."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from grants.core.tables import permissions, workflows

DOCUMENTS = {"workflows.md": workflows, "permissions.md": permissions}


class Command(BaseCommand):
    help = "Write docs/workflows.md and docs/permissions.md from the declarations."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail when a document is not current")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, make in DOCUMENTS.items():
            path = Path(settings.BASE_DIR) / "docs" / name
            text = make()
            if options["check"]:
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    raise CommandError(f"docs/{name} is not current. Run: manage.py write_docs")
            else:
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"docs/{name}")
