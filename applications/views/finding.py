"""Finding an application for the applicant's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from applications import rules
from applications.answering import follow_form
from applications.content import with_content
from applications.drafting import follow_rates
from applications.drafting.budget import has_other_rates, stored_costs
from applications.models import Application
from calls.questions import form_in_use

RATES_CHANGED = (
    "Schablonerna i utlysningen har ändrats, så budgeten är omräknad. Kontrollera summorna och finansieringen."
)
START_MOVED = (
    "Med den nya starten gäller en annan schablon, så budgeten är omräknad. Kontrollera summorna och finansieringen."
)
CHANGED = "Frågorna i utlysningen har ändrats. Era svar finns kvar. Gå igenom frågorna, och svara på dem som är nya eller ändrade."


def find(request: HttpRequest, pk: Any, *, whole: bool = True) -> Application:
    """The application if it is the person's own organisation's, as applicant or party; 404 for everyone else."""
    rows = Application.objects.owned_by(request.user)
    rows = with_content(rows) if whole else rows.select_related("call", "applicant", "case")
    return get_object_or_404(rows, pk=pk)


def up_to_date(request: HttpRequest, application: Application) -> Application:
    """The same application; a draft that the person may change follows the questions and flat rates that its call has now."""
    if not rules.may_edit(application, request.user):
        return application
    asks_others = form_in_use(application.call).pk != application.form_id  # of what was read just now
    told = [CHANGED] if asks_others and follow_form(application, by=request.user) else []
    has_others = has_other_rates(application, stored_costs(application))
    told += [RATES_CHANGED] if has_others and follow_rates(application, by=request.user) else []
    for text in told:
        messages.info(request, text)
    return find(request, application.pk) if told else application
