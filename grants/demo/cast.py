"""Who acts in the demo: the people of ``grants.demo.people``, by what they do."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from grants.accounts.models import AuthorityRole, Mandate, Membership, User
from grants.demo.people import address


class Cast:
    """The people, each read once and kept: what they may do does not change while the demo is built."""

    def __init__(self) -> None:
        people = {user.email: user for user in User.objects.filter(email__endswith="@example.se")}
        self.manager = people[address("Utlysningsansvarig")]
        self.decider = people[address("Beslutsfattare")]
        self.payer = people[address("Utbetalare")]
        self.registrar = people[address("Registrator")]
        self.assessors = [people[address(f"Bedömare {number}")] for number in ("Ett", "Två", "Tre")]
        self.handlers = {
            held.contact_area_id: people[held.user.email]
            for held in AuthorityRole.objects.filter(
                authority__code=settings.AUTHORITY_CODE, role="handler", contact_area__isnull=False
            ).select_related("user")
        }
        signers = {mandate.user_id for mandate in Mandate.objects.all()}
        self.leads: dict[Any, User] = {}
        self.signers: dict[Any, User] = {}
        for member in Membership.objects.select_related("user"):
            kept = self.signers if member.user_id in signers else self.leads
            kept[member.organisation_id] = people[member.user.email]
