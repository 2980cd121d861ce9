"""The pages of what went wrong: status, words, and nothing typed is lost."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.test import RequestFactory

from grants.core import errors
from tests.builders.base import call_manager


def request_for(path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("view", "status", "heading"),
    [
        (lambda r: errors.bad_request(r, Exception()), 400, "Vi kunde inte läsa det som skickades"),
        (lambda r: errors.bad_request(r, RequestDataTooBig()), 413, "Det som skickades är för stort"),
        (lambda r: errors.permission_denied(r, Exception("Bara <beslutare>.")), 403, "Bara &lt;beslutare&gt;."),
        (lambda r: errors.page_not_found(r, None), 404, "Sidan finns inte"),
        (errors.server_error, 500, "Något gick fel hos oss"),
    ],
)
def test_every_error_page_says_what_happened_in_swedish(view: object, status: int, heading: str) -> None:
    answer = view(request_for())  # type: ignore[operator]

    page = answer.content.decode()
    assert answer.status_code == status
    assert heading in page
    assert '<html lang="sv"' in page
    assert page.count("<h1") == 1
    assert '<a href="/">Till startsidan</a>' in page


def test_a_post_that_is_too_large_links_back_to_the_page_it_came_from_and_to_no_other_site() -> None:
    shown = []
    for came_from in ("http://testserver/ansokningar/1/projekt/", "https://ond.example/"):
        request = RequestFactory().post("/ansokningar/1/projekt/spara/", HTTP_REFERER=came_from)
        request.user = AnonymousUser()
        page = errors.bad_request(request, RequestDataTooBig()).content.decode()
        shown.append(re.findall(r'href="([^"]+)">Till sidan du kom ifrån', page))

    assert shown == [["http://testserver/ansokningar/1/projekt/"], []]


def test_a_page_that_could_not_be_read_can_be_tried_again_by_a_link_and_a_post_cannot() -> None:
    said = [
        re.findall(r'href="([^"]+)">Försök igen', errors.server_error(request).content.decode())
        for request in (RequestFactory().get("/beslut/?sida=2"), RequestFactory().post("/beslut/"))
    ]

    assert said == [["/beslut/?sida=2"], []]


def test_the_page_of_an_inner_error_has_a_number_that_the_log_holds(caplog: pytest.LogCaptureFixture) -> None:
    page = errors.server_error(request_for("/ansokningar/")).content.decode()

    number = re.search(r'<b class="num">(\w{8})</b>', page)
    assert number is not None
    assert number[1] in caplog.text


def test_what_was_typed_is_kept_when_the_page_was_too_old() -> None:
    request = RequestFactory().post(
        "/", {"syfte": "Hej </textarea><script>", "password": "hemligt", "tom": " ", "csrfmiddlewaretoken": "x"}
    )
    request.user = AnonymousUser()

    answer = errors.csrf_failure(request)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Hej &lt;/textarea&gt;&lt;script&gt;" in page
    assert "hemligt" not in page
    assert errors.posted_texts(request) == [("syfte", "Hej </textarea><script>")]


@pytest.mark.django_db
def test_a_database_that_does_not_answer_gives_503_with_what_was_typed(client, monkeypatch):
    from django.db import OperationalError

    def locked(*args, **kwargs):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr("calls.views.setup.NewCallForm", locked)
    client.raise_request_exception = False
    client.force_login(call_manager())

    answer = client.post("/utlysningar/ny/", {"title": "Skrivet under en timme <b>", "password": "hemligt"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    page = answer.content.decode()
    assert "Skrivet under en timme &lt;b&gt;" in page
    assert "hemligt" not in page
