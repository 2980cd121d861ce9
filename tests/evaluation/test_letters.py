"""The letter of a decision: lists that were typed are lists in the document and on the page."""

import pytest
from django.urls import reverse

from evaluation import letters
from grants.core import files
from grants.documents.letters import ensure_pdf
from tests.builders import evaluation
from tests.builders.sessions import browser
from tests.documents.reading import text_of

pytestmark = pytest.mark.django_db
TYPED = "Ni ska:\n- köpa in enligt lagen\n- spara underlagen\n\nHör av er annars."
READ = ["Ni ska:", {"items": ["köpa in enligt lagen", "spara underlagen"], "numbers": []}, "Hör av er annars."]


def block(content, heading):
    return next(one for one in content["blocks"] if one["heading"] == heading)


def test_a_list_in_the_conditions_is_one_in_the_letter_and_on_the_page():
    decision = evaluation.proposed_decision(special_conditions=TYPED)

    assert block(letters.content_of(decision), "Särskilda villkor")["paragraphs"] == READ
    page = browser(decision.rapporteur).get(reverse("evaluation:decision", args=[decision.pk]))
    assert '<ul class="points"><li>köpa in enligt lagen</li><li>spara underlagen</li></ul>' in page.text


def test_the_letter_is_printed_with_it():
    decision = evaluation.dispatched_decision(special_conditions=TYPED)

    assert block(decision.document.content, "Särskilda villkor")["paragraphs"] == READ
    text = text_of(files.path_of(ensure_pdf(decision.document).pdf).read_bytes())
    assert "- köpa in" not in text
    assert [line.strip() for line in text.splitlines() if "köpa in" in line] == ["• köpa in enligt lagen"]
