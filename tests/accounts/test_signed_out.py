"""A session that ended while somebody wrote: nothing is saved, and nothing that was typed is lost."""

import pytest
from django.urls import reverse

from applications.models import Application
from tests.applications.web import posted, section_url
from tests.builders import applications as build
from tests.builders import base

pytestmark = pytest.mark.django_db
LOGIN = "/konto/login/"


@pytest.fixture
def draft():
    return build.complete_draft(by=base.signatory())


def test_what_was_typed_is_shown_with_a_way_back_to_the_page(client, draft):
    url = section_url(draft, "projekt")

    answer = client.post(url, posted(draft, "projekt", summary="Skrivet under en timme </textarea><b>"))

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Skrivet under en timme &lt;/textarea&gt;&lt;b&gt;" in page
    assert f'href="{LOGIN}?next={url}"' in page
    assert Application.objects.get(pk=draft.pk).summary == draft.summary


def test_the_way_back_is_the_page_with_the_form_when_the_form_is_sent_elsewhere(client, draft):
    came_from = f"{draft.get_absolute_url()}?flik=1"

    answer = client.post(
        reverse("applications:withdraw", args=[draft.pk]),
        {"reason": "Vi söker senare."},
        headers={"Referer": f"http://testserver{came_from}"},
    )

    assert f'href="{LOGIN}?next={draft.get_absolute_url()}%3Fflik%3D1"' in answer.content.decode()


@pytest.mark.parametrize("referer", ["", "https://annan.example/x", "//annan.example/x", "javascript:alert(1)", "\x00"])
def test_the_way_back_never_leaves_the_service(client, draft, referer):
    answer = client.post(
        reverse("applications:withdraw", args=[draft.pk]), {"reason": "Skäl."}, headers={"Referer": referer}
    )

    assert answer.status_code == 403
    assert f'href="{LOGIN}"' in answer.content.decode()


@pytest.mark.parametrize("form", [{}, {"version": "3", "do": "submit", "summary": " "}, {"password": "hemligt lösen"}])
def test_a_press_with_nothing_typed_goes_straight_to_the_sign_in(client, draft, form):
    answer = client.post(section_url(draft, "projekt"), form)

    assert (answer.status_code, answer["Location"].startswith(LOGIN)) == (302, True)


def test_passwords_and_tokens_are_never_shown_again(client, draft):
    form = {"summary": "Synlig text", "password": "hemligt lösen", "token": "hemlig-token", "version": "17171717"}

    page = client.post(section_url(draft, "projekt"), form).content.decode()

    assert [word in page for word in ("Synlig text", "hemligt lösen", "hemlig-token", "17171717")] == [
        True,
        False,
        False,
        False,
    ]


def test_an_address_that_does_not_exist_tells_the_anonymous_nothing_more(client, draft):
    there, nowhere = (
        client.post(f"/ansokningar/{pk}/projekt/", {"summary": "Text"}).status_code
        for pk in (draft.pk, "00000000-0000-4000-8000-000000000000")
    )

    assert (there, nowhere) == (403, 403)


def test_a_faulty_sign_in_is_answered_with_422_in_our_words_and_keeps_the_address(client):
    answer = client.post(LOGIN, {"login": "namn@example.se", "password": "fel lösenord här"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Adressen eller lösenordet stämmer inte. Kontrollera båda och försök igen." in page
    assert 'value="namn@example.se"' in page and "<title>Fel:" in page


def test_an_empty_sign_in_is_answered_with_422(client):
    assert client.post(LOGIN, {}).status_code == 422


def test_signing_out_empties_what_the_browser_has_stored(client):
    client.force_login(base.member())

    kept = client.get(reverse("account_logout"))
    gone = client.post(reverse("account_logout"))

    assert (kept.headers.get("Clear-Site-Data"), gone.headers.get("Clear-Site-Data")) == (None, '"storage"')
