"""manage.py export_decisions [--call CODE] --output FILE: the same workbook as the page's, with every decision in it."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls.models import Call
from evaluation.models import Decision
from grants.core.time import now
from grants.exports import decisions


class Command(BaseCommand):
    help = "Write the decisions of one call (or of all) to an Excel workbook."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--call", metavar="CODE", help="code of a call; without it all calls")
        parser.add_argument("--output", metavar="FILE", required=True, type=Path, help="where to write the workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        call, output = _call(options["call"]), Path(options["output"])
        if output.is_dir():
            raise CommandError(f"{output} is a folder. Name a file in it, for example {output / 'beslut.xlsx'}.")
        if not output.parent.is_dir():
            raise CommandError(f"The folder {output.parent} does not exist. Create it first.")
        temp = output.with_name(f".{output.name}.{uuid.uuid4().hex}")
        try:
            taken = decisions.write(
                temp,
                Decision.objects.all(),
                call=call,
                who="Kommandot export_decisions på servern",
                at=now(),
            )
            os.replace(temp, output)  # whole or not at all: a file that stood there before stays until now
        except OSError as fault:
            raise CommandError(f"{output} could not be written: {fault.strerror}.") from fault
        finally:
            temp.unlink(missing_ok=True)
        self.stdout.write(f"{taken.rows} decisions written to {output}")


def _call(code: str | None) -> Call | None:
    """The call with the code, None without one. Raises CommandError that names the known codes."""
    if code is None:
        return None
    found = Call.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Call.objects.order_by("code").values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no call {code!r}. Known codes: {known}.")
    return found
