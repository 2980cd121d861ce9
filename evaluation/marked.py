"""What can be done to many marked cases at once: each through the same action, and refused by the same rules, as a single one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef

from applications.enums import State
from evaluation import actions, listing, rules
from evaluation.columns import COLUMNS
from evaluation.models import Review
from grants.accounts.models import AuthorityRole, User
from grants.core import workbook
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.time import format_instant, now, stockholm

MOST = 200
GONE = "Ett markerat ärende finns inte, eller är inte ditt att se. Markera på nytt i listan."
NOTHING = Reason("Markera minst ett ärende.", "marked")
TOO_MANY = Reason(f"Markera högst {MOST} ärenden åt gången.", "marked")


@dataclass
class Result:
    """What became of each marked case; a refusal left nothing behind in its case, and did not stop the others."""

    done: list[Review] = field(default_factory=list)
    refused: list[tuple[Any, list[str]]] = field(default_factory=list)
    is_stale: bool = False

    @property
    def reasons(self) -> list[Reason]:
        """Each refusal as a sentence that names its case and points at its row."""
        return [
            Reason(text if case is None else f"{case}: {text}", _key(case))
            for case, texts in self.refused
            for text in texts
        ]

    @property
    def left(self) -> set[str]:
        """The cases that stay marked."""
        return {str(case.application_id) for case, _ in self.refused if isinstance(case, _Named)}


@dataclass(frozen=True)
class _Named:
    """A case as a refusal names it."""

    application_id: Any
    name: str

    def __str__(self) -> str:
        return self.name


def _key(case: Any) -> str:
    return f"rad-{case.application_id}" if isinstance(case, _Named) else "marked"


def read(values: Iterable[str]) -> dict[str, int]:
    """The posted marks, "key:version" each, as version by key; -1, which no row has, where there is none to read."""
    found: dict[str, int] = {}
    for value in values:
        key, _, version = value.partition(":")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
        found.setdefault(str(_uuid(key) or key), number)
    return found


def cases(marked: Iterable[str], user: Any) -> dict[str, Review]:
    """The marked cases that the person may see, by the application's key; two queries, however many they are."""
    keys = [key for key in map(_uuid, marked) if key is not None]
    found = Review.objects.visible_to(user).filter(application__in=keys).exclude(application__state=State.DRAFT)
    rows = found.select_related("application__case", "application__call").order_by(
        "application__case__year", "application__case__number", "pk"
    )
    return {str(row.application_id): row for row in rows}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def assign(marked: dict[str, int], handler: Any, *, by: Any) -> Result:
    """Give every marked case to the handler, each in a transaction of its own by ``actions.assign_handler``."""
    result = Result()
    seen = cases(marked, by)
    result.refused += [(None, [GONE]) for key in marked if key not in seen][:1]  # said once: nobody learns which
    for key, review in seen.items():
        application: Any = review.application
        case = _Named(application.pk, f"{application.case.register_number} {application.title}")
        try:
            result.done.append(actions.assign_handler(review, handler, by=by, version=marked[key]))
        except Stale as stop:
            result.is_stale = True
            result.refused.append((case, stop.reasons))
        except Blocked as stop:
            result.refused.append((case, stop.reasons))
        except PermissionDenied:
            result.refused.append((case, ["Du får inte tilldela handläggare i ärendet."]))
    return result


def people(user: Any) -> list[Any]:
    """Everybody who handles or has handled cases where the person works, with ``is_able``: may be given one now. One query."""
    own = {"authority__in": user.authority_ids, "role__in": rules.HANDLING}
    held = AuthorityRole.objects.filter(user=OuterRef("pk"), **own)
    now_held = AuthorityRole.objects.in_force().filter(user=OuterRef("pk"), **own)
    found = User.objects.filter(Exists(held)).annotate(holds_now=Exists(now_held)).order_by("name")
    rows = found.values_list("pk", "name", "is_active", "holds_now")
    return [{"key": str(pk), "name": name, "is_able": active and able} for pk, name, active, able in rows]


def export(marked: Iterable[str], user: Any) -> tuple[str, bytes]:
    """A workbook of the marked cases as the list shows them: its name and its bytes. At most ``MOST`` rows.

    A score that the person must not see yet is left out.
    """
    rows = list(listing.for_export(listing.received(user).filter(pk__in=[key for key in map(_uuid, marked) if key])))
    hidden = listing.hidden_scores(user, [row.pk for row in rows])
    for row in rows:
        if row.pk in hidden:
            row.review.score = None
    at = now()
    facts = (
        ("Vad", "De ansökningar som markerades i listan, en rad för varje."),
        ("Uttaget av", f"{user.name}, {user.email}"),
        ("Uttaget", format_instant(at)),
    )
    sheet = workbook.Sheet("Ansökningar", COLUMNS, rows, total=len(rows))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ansokningar.xlsx"
        workbook.write(path, [sheet], title="Ansökningar om projektmedel", about=workbook.About(facts))
        return f"ansokningar-{stockholm(at):%Y-%m-%d}.xlsx", path.read_bytes()
