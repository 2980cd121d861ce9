"""python -m benchmarks.fill ROWS SEEDED DRAFTS: fill the database of DATABASE_URL and print what to ask for there, as JSON."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import django


def session_for(user: Any) -> str:
    """A signed-in session of the person, who has just confirmed who they are: a run may last longer than that counts."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from grants.accounts.sessions import SessionStore
    from tests.builders.sessions import confirm

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "grants.accounts.backends.PasswordBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    confirm(session, user, ago=-12 * 3600)
    session.create()
    return str(session.session_key)


def main(rows: int, seeded: int, drafts: int) -> dict[str, Any]:
    from django.urls import reverse

    from applications.enums import Section
    from applications.models import Application
    from benchmarks import data, questions
    from calls.enums import State
    from calls.models import Call
    from grants.accounts.enums import Role
    from grants.accounts.models import AuthorityRole
    from tests.builders.applications import complete_draft
    from tests.builders.base import region_organisation, signatory

    data.seed(seeded)
    sent = Application.objects.exclude(state="draft").count()
    data.multiply(math.ceil(rows / sent))
    handler = AuthorityRole.objects.filter(role=Role.HANDLER).order_by("pk")[0].user
    member = signatory(region_organisation("24"))
    some = Application.objects.received_by(handler).filter(review__score__isnull=False).order_by("pk")[0]
    call = Call.objects.filter(state=State.OPEN).order_by("code")[0]
    made = [complete_draft(by=member) for _ in range(drafts)]
    return {
        "sessions": {"handler": session_for(handler), "member": session_for(member)},
        "pages": {
            "list": reverse("evaluation:list"),
            "list with search": reverse("evaluation:list") + "?q=planering",
            "one case": reverse("evaluation:case", args=[some.pk]),
            "public call": reverse("calls:detail", args=[call.code]),
            questions.NAME: reverse(
                "applications:section", args=[questions.draft_with_questions(member).pk, questions.PAGE]
            ),
        },
        "drafts": [
            {
                "section": reverse("applications:section", args=[draft.pk, Section.PROJECT]),
                "review": reverse("applications:review", args=[draft.pk]),
                "submit": reverse("applications:submit", args=[draft.pk]),
            }
            for draft in made
        ],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:4]))))
