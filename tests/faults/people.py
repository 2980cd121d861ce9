"""People of a fault test with their browsers, and drafts ready to be sent."""

from __future__ import annotations

import http.client
import re
from typing import Any

from applications.content import content_of, fingerprint
from benchmarks.client import Visitor
from benchmarks.fill import session_for
from grants.accounts.models import Organisation
from tests.builders import applications, base, calls

NUMBER = re.compile(r"\d{4}-\d{6}|\d+:\d+|\b\d{4}[-/]\d+\b")
LOST = (OSError, http.client.HTTPException)
"""What a client sees when the server dies under it."""


class Submitter:
    """A person who may sign, with a draft that is complete, and a browser that is signed in."""

    def __init__(self, port: int, draft: Any, session: str):
        self.port, self.session, self.pk = port, session, draft.pk
        self.path = f"/ansokningar/{draft.pk}/skicka-in/"
        self.read = [("sha256", fingerprint(content_of(draft)))]
        """What the review page gave the form: the fingerprint of what the person has read."""
        self.receipt = f"/ansokningar/{draft.pk}/kvittens/"

    def press(self) -> tuple[int, str, float]:
        """Press "Skicka in" once, in a connection of its own: (status, where it leads or the page, milliseconds)."""
        visitor = Visitor(self.port, self.session)
        try:
            return visitor.post(self.path, self.read)
        finally:
            visitor.link.close()

    def see_receipt(self) -> tuple[int, str]:
        """The receipt page as this person gets it."""
        visitor = Visitor(self.port, self.session)
        try:
            status, page, _ = visitor.get(self.receipt)
            return status, page
        finally:
            visitor.link.close()


APPLICANTS = 100
"""Organisations that the drafts are shared out among: as many people write for each as do for a region."""


def submitters(port: int, count: int, *, call: Any = None) -> list[Submitter]:
    """People with a complete draft each in the same call."""
    call = call or calls.open_call()
    applicants = [applicant(number) for number in range(min(count, APPLICANTS))]
    found = []
    for number in range(count):
        organisation = applicants[number % len(applicants)]
        signer = base.signatory(organisation)
        draft = applications.complete_draft(call=call, applicant=organisation, by=signer, title=f"Projekt {number}")
        found.append(Submitter(port, draft, session_for(signer)))
    return found


def applicant(number: int) -> Organisation:
    """One of many organisations in a few of the regions, so that not everybody's colleagues get everybody's mail."""
    region = base.region_organisation(("24", "25", "23", "21")[number % 4])
    if number < 4:
        return region
    fields = {"name": f"{region.name}, sökande {number}", "kind": region.kind, "region": region.region}
    found, _ = Organisation.objects.get_or_create(
        code=f"{region.code}-{number}", defaults={"is_applicant": True, **fields}
    )
    return found
