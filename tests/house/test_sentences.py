"""Every fault names its field: no page says the same sentence of two fields, however much is wrong (DESIGN.md 5)."""

import sys

import pytest
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.test import RequestFactory

from applications import forms as applying
from applications.forms import TryForm, UploadForm
from applications.forms.book import BudgetFileForm
from applications.forms.confirming import CertificateForm
from applications.forms.place import PlaceForm
from applications.forms.reusing import ReuseForm
from applications.forms.sharing import InviteForm, JoinForm
from calls.forms import NewCallForm
from calls.forms.programme import ProgrammeForm
from calls.forms_answers import AnswerForm
from calls.forms_life import CancelForm, CopyForm, ExtensionForm, ReopenForm
from calls.parts import PARTS
from calls.setup import PartSetup
from evaluation import forms as evaluating
from evaluation.forms_supplements import ExtensionForm as ExtensionAnswerForm
from grants.core.styleguide import SampleForm
from grants.core.time import now
from grants.core.ui import page_errors
from grants.exports.forms import DecisionsForm
from grants.projects import forms as projects
from grants.projects.selectors import costs_of
from grants.strategy.models import CollaborationLevel, Objective, StrategicArea
from tests.builders import base
from tests.builders import evaluation as reviews
from tests.builders import projects as running
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db
NEVER_SHOWN = {
    "DraftForm",
    "ReasonedForm",
    "NumberedRow",
    "RowForm",
    "PartForm",
    "PlainForm",
    "StepForm",
    "PeriodForm",
    "FactsFields",
}
"""Forms that others build on, and the one without fields."""


class Everything(dict):
    """What was posted: the same text in every field."""

    def __init__(self, text, **counts):
        super().__init__(counts)
        self.text = text

    def get(self, key, default=None):
        return super().get(key, self.text)

    def getlist(self, key):
        return [self.text]

    def __contains__(self, key):
        return True


def rows(form_set, prefix, data, **kwargs):
    counts = Everything(data.text, **{f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "0"})
    return form_set(counts, prefix=prefix, form_kwargs=kwargs)


def pages(data):
    """Every form or form set of ours, each filled with the same text in every field."""
    base.reference_data()
    application = reviews.assessed_application()
    call, review = application.call, application.review
    costs = costs_of(running.submitted_payment())
    person = base.person()
    levels = list(CollaborationLevel.objects.current())
    objectives = list(Objective.objects.all()[:3])
    areas = [(str(area.pk), str(area)) for area in StrategicArea.objects.current()]
    return [
        applying.PartiesForm(data),
        rows(applying.PartyRows, "parter", data, levels=levels, organisations={}),
        rows(applying.FinancingRows, "finansiar", data),
        applying.ProjectForm(data, questions=[], answers={}, around=None),
        applying.ObjectivesForm(data, objectives=objectives, areas=areas, themes=[], concerns={}),
        applying.BudgetForm(data, application=application, years=[2027, 2028]),
        UploadForm(data),
        applying.SupplementForm(data),
        applying.MoreTimeForm(data),
        applying.MessageForm(data),
        ReuseForm(data, calls=[call], held=[]),
        ExtensionAnswerForm(data),
        TryForm(data),
        BudgetFileForm(data),
        PlaceForm(data, municipalities=forms.MultipleChoiceField(label="Kommuner", required=False)),
        CertificateForm(data),
        InviteForm(data),
        JoinForm(data),
        CancelForm(data),
        CopyForm(data),
        ReopenForm(data, call=call, after=now()),
        *set_up_pages(data),
        NewCallForm(data, offered={"programme": [], "authority": [base.authority(), base.authority(code="annan")]}),
        ProgrammeForm(data),
        ExtensionForm(data, after=now()),
        AnswerForm(data),
        evaluating.ReasonForm(data, label="Varför kan du vara jävig?"),
        evaluating.PersonForm(data, people=[], label="Handläggare"),
        evaluating.FormalCheckForm(data, items=list(review.formal_checks.all())),
        evaluating.SupplementForm(data),
        evaluating.AssessmentForm(data, criteria=list(call.criteria.all()), scores={}),
        evaluating.ProposalForm(data, years=list(call.year_budgets.all())),
        evaluating.DecideForm(data),
        evaluating.FinalForm(data),
        DecisionsForm(data, user=person),
        projects.ReasonForm(data),
        projects.BeginForm(data),
        projects.CheckReportForm(data),
        projects.CertifyForm(data),
        projects.PaidForm(data),
        projects.NewReportForm(data),
        projects.NewPaymentForm(data, reports=StrategicArea.objects.none()),
        projects.ReportForm(data),
        projects.CostsForm(data, costs=costs),
        projects.CheckPaymentForm(data, costs=costs),
        SampleForm(data),
    ]


def set_up_pages(data):
    """Every page of a call's set-up, two rows in each list."""
    manager = base.call_manager()
    offer = draft_call(manager=manager, kind="base_funding")
    lists = {f"{name}-antal": "2" for part in PARTS for name in part.lists}
    posted = Everything(data.text, **lists)
    return [PartSetup(offer, part, user=manager, data=posted) for part in PARTS]


def sign_in_pages(data):
    """The forms of allauth, as our pages show them."""
    person = base.person()
    return [
        LoginForm(data, request=RequestFactory().post("/")),
        ResetPasswordForm(data),
        ResetPasswordKeyForm(data=data, user=person),
        ChangePasswordForm(data=data, user=person),
        AuthenticateForm(data=data, user=person),
    ]


@pytest.mark.parametrize("text", ["", "x", "x" * 25_000, "-5", "2027-02-30", "9" * 40], ids=lambda text: text[:10])
def test_no_page_says_the_same_sentence_of_two_fields(text):
    twice = []
    for page in pages(Everything(text)):
        said = [error.text for error in page_errors([page])]
        twice += [(type(page).__name__, sentence) for sentence in {*said} if said.count(sentence) > 1]

    assert sorted(twice) == []


def test_an_empty_sign_in_names_each_field_that_is_empty():
    said = [[error.text for error in page_errors([page])] for page in sign_in_pages(Everything(""))]

    assert said == [
        ["Fyll i e-postadress.", "Fyll i lösenord."],
        ["Fyll i e-postadress."],
        ["Fyll i nytt lösenord.", "Fyll i nytt lösenord (igen)."],
        ["Fyll i nuvarande lösenord.", "Fyll i nytt lösenord.", "Fyll i nytt lösenord (igen)."],
        ["Fyll i kod."],
    ]


def test_every_form_of_ours_is_among_those_that_are_tried():
    tried = {type(form) for page in pages(Everything("")) for form in getattr(page, "forms", [page])}
    ours = {
        form
        for name, module in list(sys.modules.items())
        if (name.endswith(".forms") or ".forms." in name)
        and name.split(".")[0] in ("applications", "calls", "evaluation", "grants")
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == name
    }

    assert sorted({form.__name__ for form in ours - tried} - NEVER_SHOWN) == []
