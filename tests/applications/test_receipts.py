"""Receipts: confirmed to whoever holds one, without a word of the content and without a way to guess."""

import json
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from applications import actions
from applications.verifying import look_up, look_up_file
from grants.core import files
from grants.core.models import OutgoingMessage
from grants.core.money import format_sek
from grants.documents.enums import DocumentKind
from grants.documents.letters import ensure_pdf
from grants.documents.models import Document
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.documents.reading import text_of

pytestmark = pytest.mark.django_db
PAGE = "/kvittens/"


@pytest.fixture(autouse=True)
def no_earlier_tries():
    cache.clear()


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def sent(signer):
    return actions.submit(build.complete_draft(by=signer, title="Hemligt i hamnen"), by=signer)


def document(sent, kind):
    return Document.objects.filter(case=sent.case_id, kind=kind).last()


def asked(code):
    return Client().post(PAGE, {"kod": code})


def test_the_page_confirms_number_time_and_call_and_shows_nothing_of_the_content(sent):
    page = asked(sent.content_sha256).content.decode()

    assert "Kvittensen stämmer" in page
    assert sent.register_number in page and sent.call.title in page and "kl.\u00a0" in page
    hidden = (
        sent.title,
        sent.applicant.name,
        sent.contact_name,
        sent.contact_email,
        format_sek(sent.applied_sek),
        str(sent.pk),
    )
    assert [text for text in hidden if text in page] == []


@pytest.mark.parametrize(
    "written", [str.upper, lambda code: f"  {code[:32]} \n {code[32:]}  ", lambda code: " ".join(code)]
)
def test_a_copied_checksum_is_read_with_its_spaces(sent, written):
    assert asked(written(sent.content_sha256)).status_code == 200


def test_the_receipts_own_checksum_is_confirmed_too(sent):
    assert look_up(document(sent, DocumentKind.RECEIPT).sha256).sha256 == sent.content_sha256


MALFORMED = [
    "",
    "0" * 63,
    "g" * 64,
    "\x00" * 64,
    "' OR 1=1 --",
    "x" * 1_000_000,
    "0" * 400,
    "٣" * 64,
    "%",
    "https://x.se",
    "👩‍👧" * 32,
]


def said(answer):
    """What the page says before its form."""
    return answer.content.decode().partition("<main")[2].partition("<form")[0]


@pytest.mark.parametrize("code", ["0" * 64, *MALFORMED])
def test_what_is_unknown_and_what_is_malformed_get_the_same_answer(sent, code):
    unknown, answer = asked("f" * 64), asked(code)

    assert (unknown.status_code, answer.status_code) == (422, 422)
    assert said(unknown) == said(answer)
    assert "Vi hittar ingen kvittens" in said(answer)


def test_half_a_character_gets_that_answer_too(sent):
    answer = Client().post(PAGE, "kod=%ed%a0%80", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, said(answer)) == (422, said(asked("f" * 64)))


def test_a_register_number_an_id_and_a_drafts_fingerprint_find_nothing(sent, signer):
    draft = build.complete_draft(by=signer, call=sent.call)
    from applications.content import content_of, fingerprint

    assert [
        look_up(code) for code in (sent.register_number, str(sent.pk), sent.pk.hex * 2, fingerprint(content_of(draft)))
    ] == [None] * 4


def test_other_documents_of_the_case_are_no_receipts(sent, signer):
    withdrawn = actions.withdraw(sent, by=signer, reason="Därför.")

    assert look_up(document(withdrawn, DocumentKind.WITHDRAWAL).sha256) is None
    assert look_up(sent.content_sha256).is_intact


def test_an_address_that_asks_too_often_waits_and_a_right_code_then_waits_too(sent, settings):
    settings.RECEIPT_CHECK_RATE = "3/m/ip"

    answers = [asked("0" * 64).status_code for _ in range(3)] + [asked(sent.content_sha256).status_code]

    assert answers == [422, 422, 422, 429]
    assert "Vänta en minut" in asked(sent.content_sha256).content.decode()
    assert Client().get(PAGE).status_code == 200


def test_content_that_was_changed_in_the_database_is_told(sent, monkeypatch):
    from applications import verifying

    monkeypatch.setattr(verifying, "checksum", lambda content: "0" * 64)

    page = asked(sent.content_sha256).content.decode()
    assert "innehållet har ändrats" in page and "Kvittensen stämmer" not in page


def test_a_late_application_says_so(signer):
    draft = build.complete_draft(by=signer)
    late = actions.submit(draft, by=signer, at=draft.call.closes_at)

    assert "efter sista ansökningstid" in asked(late.content_sha256).content.decode()


# The receipt in its three forms -----------------------------------------------------------------------------------------


def test_page_mail_pdf_and_json_carry_number_time_and_checksum_and_where_to_confirm(sent, signer):
    client = signed_in(signer)
    proof = ensure_pdf(document(sent, DocumentKind.RECEIPT))
    printed = text_of(files.path_of(proof.pdf).read_bytes())
    sheets = {
        "page": client.get(url("receipt", sent)).content.decode(),
        "mail": OutgoingMessage.objects.filter(template="applications/receipt")[0].body,
        "json": client.get(url("receipt_json", sent)).content.decode(),
    }

    for name, text in sheets.items():
        for fact in (sent.register_number, sent.content_sha256, PAGE):
            assert fact in text, name
    assert sent.register_number in printed and sent.content_sha256 in "".join(printed.split())


def test_the_files_are_confirmed_and_a_changed_one_is_not(sent, signer):
    proof = ensure_pdf(document(sent, DocumentKind.RECEIPT))
    pdf = files.path_of(proof.pdf).read_bytes()
    sheet = signed_in(signer).get(url("receipt_json", sent)).content

    assert look_up_file(pdf).register_number == look_up_file(sheet).register_number == sent.register_number
    changed = {**json.loads(sheet), "title": "Annat"}
    others = [
        pdf + b" ",
        json.dumps(changed).encode(),
        b"",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe",
        b"{}",
        b'{"a": NaN}',
        b"null",
    ]
    assert [look_up_file(content) for content in others] == [None] * len(others)


def test_others_do_not_get_the_json(sent):
    stranger = signed_in(base.member(base.region_organisation("25")))

    assert stranger.get(url("receipt_json", sent)).status_code == 404
    draft = build.complete_draft(by=sent.submitted_by, call=sent.call)
    assert signed_in(sent.submitted_by).get(url("receipt_json", draft)).status_code == 404


def run(receipt):
    out = StringIO()
    call_command("verify_receipt", str(receipt), stdout=out)
    return out.getvalue()


def test_the_command_takes_a_checksum_or_a_file(sent, signer, tmp_path):
    path = tmp_path / "bevis.json"
    path.write_bytes(signed_in(signer).get(url("receipt_json", sent)).content)

    for receipt in (sent.content_sha256, path):
        said = run(receipt)
        assert (
            sent.register_number in said
            and sent.call.title in said
            and "The stored content gives this checksum." in said
        )


@pytest.mark.parametrize("receipt", ["0" * 64, "", "finns-inte.pdf", "/", "\x00", "x" * 5000])
def test_the_command_ends_with_status_one_for_what_is_not_ours(sent, receipt):
    with pytest.raises(CommandError, match="No receipt of ours"):
        run(receipt)


# The draft as a PDF ----------------------------------------------------------------------------------------------------


def test_the_draft_is_printed_with_every_answer_and_says_that_it_is_a_draft(signer):
    draft = build.complete_draft(by=signer, title="Hamnen \u202e<b>")

    answer = signed_in(signer).get(url("draft_pdf", draft))

    text = text_of(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    pages = text.split("\f")
    assert all("inte inskickat" in page for page in pages if page.strip())
    assert draft.summary.split()[0] in text


def test_only_the_applicants_people_print_it_and_only_while_it_is_written(signer):
    draft = build.complete_draft(by=signer)
    stranger, officer = base.member(base.region_organisation("25")), base.handler()

    assert [signed_in(one).get(url("draft_pdf", draft)).status_code for one in (stranger, officer)] == [404, 404]
    sent = actions.submit(draft, by=signer)
    assert signed_in(signer).get(url("draft_pdf", sent)).status_code == 404
