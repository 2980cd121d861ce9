"""manage.py index_applications: what applications are found by, worked out anew."""

from typing import Any

from django.core.management.base import BaseCommand

from applications.search import index_all


class Command(BaseCommand):
    help = "Works out anew what received applications are found by: after an organisation has got another name."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index_all()} applications changed.")
