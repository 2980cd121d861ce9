"""Searching by parts of words gives the same rows on both databases."""

import pytest

from applications.models import Application
from applications.search import index_all
from grants.core.search import LONGEST, search_words, words_of
from tests.builders.applications import submitted_application
from tests.builders.base import region_organisation

pytestmark = pytest.mark.django_db


def test_words_are_runs_of_letters_and_digits_in_small_letters_each_once():
    assert words_of("Ord till rum, ORD 2026-00012 (Å/ä)") == ["ord", "till", "rum", "2026", "00012", "å", "ä"]


def test_every_ending_of_every_word_is_kept():
    assert search_words("Ås-le") == "ås s le e"


def test_a_word_without_end_is_cut():
    assert words_of("x" * 500) == ["x" * LONGEST]


@pytest.fixture
def found():
    """Asks which of two received applications a text finds."""
    kalmar = submitted_application(
        title="Samhällsplanering i Sápmi: länsplan & ÖP", applicant=region_organisation("08")
    )
    submitted_application(title="Vatten", applicant=region_organisation("25"), call=kalmar.call)
    number = kalmar.case.register_number

    def ask(text):
        assert Application.objects.get(case__register_number=number) == kalmar
        rows = Application.objects.filter(search_words__words=text).order_by("title")
        return [row.title.split()[0] for row in rows]

    ask.number = number
    return ask


def test_any_part_of_a_word_finds_in_any_order(found):
    parts = ["planering", "SAMHÄLLS", "plan", "sápmi", "öp länsplan", "kalmar plan", found.number, "hälls"]

    assert {text: found(text) for text in parts} == {text: ["Samhällsplanering"] for text in parts}
    assert found("vatten norrbotten") == ["Vatten"]


@pytest.mark.parametrize(
    "text", ["vatten kalmar", "planeringar", "", "  ", "%", "_", "'", "& | !", ":*", "\\", "\x00", "x" * 3000]
)
def test_what_does_not_stand_there_finds_nothing_and_never_fails(found, text):
    assert found(text) == []


def test_drafts_have_no_search_words_and_a_renamed_applicant_is_found_after_indexing():
    sent = submitted_application(title="Ord till rum")
    applicant = sent.applicant
    applicant.name = "Nyköpings nya region"
    applicant.save()

    before = list(Application.objects.filter(search_words__words="nyköpings"))
    changed = index_all()

    assert (before, changed, index_all()) == ([], 1, 0)
    assert list(Application.objects.filter(search_words__words="nyköpings")) == [sent]
