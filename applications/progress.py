"""Where an application stands, in the applicant's words: what is left, whose turn it is, who may sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from applications.answers import form_of, section_questions
from applications.blockers import missing_by_section
from applications.enums import Section, State
from applications.pages import PLACE, Page, open_pages
from applications.places import stored
from calls import applying
from grants.accounts.enums import MandateScope
from grants.accounts.models import Mandate, User
from grants.core.exceptions import Reason
from grants.core.money import group
from grants.core.time import format_instant, format_long_day, now


@dataclass(frozen=True)
class SectionStatus:
    """One page of the form with its status in words."""

    section: Page
    reasons: list[Reason]
    is_begun: bool

    @property
    def is_done(self) -> bool:
        return not self.reasons and self.is_begun

    @property
    def words(self) -> str:
        if self.section.section == Section.ATTACHMENTS and not self.reasons:
            return "Klart" if self.is_begun else "Inga bilagor"
        if not self.is_begun:
            return "Inte påbörjat"
        if not self.reasons:
            return "Klart"
        return "1 sak kvar" if len(self.reasons) == 1 else f"{group(len(self.reasons))} saker kvar"


def statuses(application: Any) -> list[SectionStatus]:
    """Every page, in order. Wants the row with its relations (``content.with_content``)."""
    missing = [reason for reasons in missing_by_section(application).values() for reason in reasons]
    return [
        SectionStatus(
            page,
            [reason for reason in missing if reason.where.partition("#")[0] == page.value],
            is_place_begun(application) if page.value == PLACE else is_begun(application, page.section, page.questions),
        )
        for page in open_pages(application)
    ]


def is_begun(application: Any, section: Section, questions: str = "") -> bool:
    """Whether the applicant has put anything into the page. The contact is filled in at the start."""
    if questions:
        return any(
            question.code in application.answers for question in section_questions(form_of(application), questions)
        )
    if section == Section.PARTIES:
        return bool(application.contact_name or application.contact_email or application.parties.all())
    if section == Section.PROJECT:
        return bool(application.summary or application.answers or application.start_on or application.end_on)
    if section == Section.OBJECTIVES:
        return bool(application.objective_links.all() or application.main_area_id)
    if section == Section.BUDGET:
        return bool(application.total_cost_sek or application.applied_sek or application.financed_sek)
    return any(row.removed_at is None for row in application.attachments.all())


def is_place_begun(application: Any) -> bool:
    return bool(
        application.spatial_before or application.spatial_after or application.spatial_how or stored(application)
    )


def next_step(application: Any) -> str:
    """What happens next and who it waits for, in one sentence."""
    closes_at = application.call.closes_at
    match application.state:
        case State.DRAFT:
            if (
                closes_at
                and closes_at <= now()
                and applying.reopened_until(application.call, application.applicant_id, now()) is None
            ):
                return (
                    f"Ansökningstiden gick ut {format_instant(closes_at)}. Ni kan skicka in ändå, men då som sent inkommen: vi prövar "
                    "om den kan tas upp."
                )
            when = f" senast {format_instant(closes_at)}" if closes_at else ""
            return f"Fyll i ansökan och skicka in den{when}."
        case State.SUBMITTED:
            return "Vi fördelar ansökan till en handläggare, som först kontrollerar att den är komplett."
        case State.IN_REVIEW:
            return "Vi bedömer ansökan. Vi hör av oss om något behöver kompletteras."
        case State.SUPPLEMENT_REQUESTED:
            asked = next((one for one in application.supplement_requests.all() if one.answered_at is None), None)
            return f"Komplettera ansökan senast {format_long_day(asked.due_on)}." if asked else "Komplettera ansökan."
        case State.DECIDED:
            return "Ansökan är avgjord. Läs beslutet."
        case State.WITHDRAWN:
            return "Ni har återtagit ansökan. Vi skriver av ärendet."
        case State.DISMISSED:
            return "Ansökan är avvisad och prövas inte. Läs beslutet."
    return "Ärendet är avskrivet och avslutat."


def signatories(application: Any) -> list[User]:
    """The people who may sign for the applicant now."""
    held = (
        Mandate.objects.in_force()
        .filter(
            organisation=application.applicant_id,
            scope__in=(MandateScope.ALL, MandateScope.APPLICATIONS),
            user__is_active=True,
        )
        .select_related("user")
        .order_by("user__name")
    )
    return list({mandate.user_id: mandate.user for mandate in held}.values())
