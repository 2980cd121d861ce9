"""The texts of a call: placeholders from a closed list, versions and pages."""

import re
from urllib.parse import quote_plus

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from calls import actions, texts
from calls.models import TextTemplate
from grants.core.exceptions import Blocked, Stale
from grants.core.models import Event
from tests.builders import applications, base, calls
from tests.builders.sessions import browser

pytestmark = pytest.mark.django_db
KEY = "support-conditions"
HOSTILE = (
    "{0.__class__}",
    "{sokande.__class__.__mro__}",
    "{sokande!r}",
    "{sokande:>1000000}",
    "{sokande[0]}",
    "{}",
    "{ sokande }",
    "{Sokande}",
    "{sökande}",
    "{pengar}",
    "{sokande",
    "sokande}",
    "{{sokande}}",
    "{{{sokande}}}",
    "{sok\nande}",
    "{" * 5000,
)
MARKUP = ("{% load x %}", "{%", "%(sokande)s", "${sokande}")


def state():
    return TextTemplate.objects.count(), Event.objects.count()


def managed():
    manager = base.call_manager()
    return calls.open_call(manager=manager), manager


def url(call, key=KEY, name="text"):
    return reverse(f"calls:{name}", args=[call.code, key])


# Placeholders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_no_known_placeholder_is_refused_with_those_that_are(text):
    call, manager = managed()
    before = state()

    with pytest.raises(Blocked) as stop:
        actions.save_text(call, KEY, f"Till {text}.", by=manager, version=0)

    said = " ".join(stop.value.reasons)
    assert {reason.where for reason in stop.value.reasons} == {"body"}
    assert "{sokande}" in said
    assert len(said) < 600
    assert state() == before


def test_doubled_braces_are_told_once():
    found = texts.faults(texts.PURPOSES[KEY], "Till {{ x }}.")

    assert [str(reason).partition(".")[0] for reason in found] == [
        "Klamrar hör bara till platshållare",
        "”{ x }” finns inte här",
    ]


def test_a_placeholder_of_another_purpose_is_refused():
    call, manager = managed()

    with pytest.raises(Blocked) as stop:
        actions.save_text(call, KEY, "Läs mer: {lank}", by=manager, version=0)

    assert stop.value.reasons[0].startswith("”{lank}” finns inte här. Använd någon av {sokande}, {projekt}, ")


def test_a_mail_must_hold_its_link():
    call, manager = managed()

    with pytest.raises(Blocked) as stop:
        actions.save_text(call, "mail-decision", "Vi har beslutat om {projekt}.", by=manager, version=0)

    assert stop.value.reasons == ["Texten behöver {lank}: adressen till sidan som mejlet handlar om."]


@pytest.mark.parametrize("text", MARKUP)
def test_the_signs_of_template_languages_are_plain_text_or_refused(text):
    found = texts.faults(texts.PURPOSES[KEY], text)
    filled = texts.fill(text, {"sokande": "Region Norr"})

    assert found or filled == text.replace("{sokande}", "Region Norr")


def test_what_replaces_a_placeholder_is_not_read_for_placeholders():
    assert texts.fill("{sokande} och {projekt}", {"sokande": "{projekt}", "projekt": "{sokande}"}) == (
        "{projekt} och {sokande}"
    )


def test_every_purpose_has_a_standard_text_that_it_would_accept_itself():
    wrong = {p.key: texts.faults(p, p.standard) for p in texts.PURPOSES.values()}

    assert {key: said for key, said in wrong.items() if said} == {}
    assert all(len(key) <= 60 for key in texts.PURPOSES)


# Versions ------------------------------------------------------------------------------------------------------------


def test_each_save_makes_the_next_version_with_who_and_an_event():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    actions.save_text(call, KEY, "Två, {sokande}.", by=manager, version=1)

    rows = list(TextTemplate.objects.filter(call=call).order_by("version"))
    last = Event.objects.filter(stream=call.pk).last()
    assert [(row.version, row.body, row.created_by) for row in rows] == [
        (1, "Ett.", manager),
        (2, "Två, {sokande}.", manager),
    ]
    assert (last.label, last.facts) == ("Mallen ”Allmänna villkor” ändrades", {"purpose": KEY, "version": 2})
    assert texts.text_for(call, KEY, {"sokande": "Region Norr"}) == "Två, Region Norr."


def test_saving_the_same_text_or_nothing_makes_no_version():
    call, manager = managed()
    assert actions.save_text(call, KEY, "", by=manager, version=0) is None
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    before = state()

    actions.save_text(call, KEY, " Ett. ", by=manager, version=1)

    assert state() == before


def test_a_stale_page_overwrites_nothing():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    before = state()

    with pytest.raises(Stale):
        actions.save_text(call, KEY, "Annat.", by=manager, version=0)
    with pytest.raises(Stale):
        actions.restore_text(call, KEY, 0, by=manager, version=0)

    assert state() == before


def test_an_older_version_comes_back_as_a_new_one_and_the_standard_text_too():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    actions.save_text(call, KEY, "Två.", by=manager, version=1)

    third = actions.restore_text(call, KEY, 1, by=manager, version=2)
    assert (third.version, third.body) == (3, "Ett.")
    fourth = actions.restore_text(call, KEY, 0, by=manager, version=3)

    assert (fourth.version, fourth.body) == (4, "")
    assert texts.current_texts(call) == {}
    with pytest.raises(Blocked):
        actions.restore_text(call, KEY, 99, by=manager, version=4)


@pytest.mark.parametrize(
    ("person", "status"), [(base.handler, 200), (base.decider, 403), (base.reader, 403), (base.member, 403)]
)
def test_only_a_call_manager_of_the_authority_changes_texts_and_handlers_read_them(person, status):
    call, _ = managed()
    by = person()

    with pytest.raises(PermissionDenied):
        actions.save_text(call, KEY, "Ett.", by=by, version=0)
    assert browser(by).get(reverse("calls:texts", args=[call.code])).status_code == status


def test_the_texts_of_an_ended_call_stand():
    manager = base.call_manager()
    call = actions.archive(calls.settled_call(manager=manager), by=manager)

    with pytest.raises(Blocked):
        actions.save_text(call, KEY, "Ett.", by=manager, version=0)


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_call_manager_writes_compares_restores_and_previews_by_the_pages():
    call, manager = managed()
    client = browser(manager)
    assert client.post(url(call), {"version": "0", "body": "Ett till {sokande}."}).status_code == 302
    assert client.post(url(call), {"version": "1", "body": "Två till {sokande}."}).status_code == 302

    compared = client.get(url(call) + "?jamfor=1").content.decode()
    overview = client.get(reverse("calls:texts", args=[call.code])).content.decode()
    restored = client.post(url(call, name="text_restore"), {"version": "2", "nummer": "1"})

    assert "<del>" in compared and "Ett till {sokande}." in compared
    assert "Egen text" in overview and "Standardtext" in overview
    assert restored.status_code == 302
    assert texts.current_texts(call)[KEY].body == "Ett till {sokande}."


def badges(client, call):
    """What the list says of each text, by its label."""
    said = client.get(reverse("calls:texts", args=[call.code])).content.decode()
    rows = re.findall(
        r'<th scope="row"><a [^>]*>(.*?)</a>.*?</th><td><span[^>]*>(?:<svg.*?</svg>)?(.*?)</span>', said, re.S
    )
    return {label: badge.strip() for label, badge in rows}


def test_a_text_that_has_no_standard_text_is_said_to_be_none_until_it_is_written():
    call, manager = managed()
    client = browser(manager)
    before = badges(client, call)
    page = client.get(url(call)).content.decode()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    written = badges(client, call)
    emptied = client.post(url(call), {"version": "1", "body": ""}, follow=True).content.decode()

    assert {label for label, badge in before.items() if badge == "Ingen text"} == {
        purpose.label for purpose in texts.PURPOSES.values() if not purpose.standard
    }
    assert before["Bestämmelser"] == "Standardtext"
    assert "Lämna tomt om ni inte vill ha någon text här." in page
    assert "standardtexten" not in page
    assert (written["Allmänna villkor"], badges(client, call)["Allmänna villkor"]) == ("Egen text", "Ingen text")
    assert "Utlysningen har ingen text här nu." in emptied
    assert "Version 2, ingen text" in emptied


def test_going_back_from_a_text_without_a_standard_text_takes_it_away():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)

    answer = browser(manager).post(url(call, name="text_restore"), {"version": "1", "nummer": "0"}, follow=True)

    assert "Utlysningen har ingen text här nu." in answer.content.decode()
    assert Event.objects.filter(stream=call.pk).last().label == "Texten ”Allmänna villkor” togs bort"


def test_a_preview_uses_the_frozen_content_of_a_real_application_and_saves_nothing():
    call, manager = managed()
    sent = applications.submitted_application(call=call)
    draft = applications.draft_application(call=call, title="Hemligt utkast")
    client = browser(manager)
    before = state()

    page = client.post(
        url(call),
        {
            "version": "0",
            "body": "{dnr} {sokande} {projekt} {sokt_belopp}",
            "application": str(sent.pk),
            "forhandsgranska": "1",
        },
    )

    said = page.content.decode().replace("\u00a0", " ")
    assert page.status_code == 200
    assert f"{sent.register_number} {sent.applicant} {sent} 900 000 kr" in said
    assert draft.title not in said
    assert state() == before


def test_the_standard_text_is_put_in_the_box_by_one_press_and_not_saved():
    call, manager = managed()
    sent = applications.submitted_application(call=call)
    actions.save_text(call, "mail-receipt", "{dnr} {lank}", subject="Tack", by=manager, version=0)
    client = browser(manager)
    before = state()
    typed = {"version": "1", "subject": "Hej", "body": "Halvfärdigt", "application": str(sent.pk)}

    page = client.post(url(call, "mail-receipt"), {**typed, "standardtexten": "1"})

    form = page.context["form"]
    assert page.status_code == 200
    assert (form["body"].value(), form["subject"].value()) == (texts.PURPOSES["mail-receipt"].standard, "Hej")
    assert "Rutan visar standardtexten. Inget är sparat än." in page.content.decode()
    assert f"ansökan {sent} från {sent.applicant}" in page.content.decode()
    assert state() == before


def test_a_text_without_a_standard_text_has_no_such_press():
    call, manager = managed()
    client = browser(manager)

    page = client.post(url(call), {"version": "0", "body": "", "standardtexten": "1"})

    assert "Använd standardtexten" not in client.get(url(call)).content.decode()
    assert page.status_code == 302
    assert TextTemplate.objects.count() == 0


@pytest.mark.parametrize("press", ["forhandsgranska", "standardtexten"])
def test_a_press_that_saves_nothing_does_not_hide_that_somebody_else_saved(press):
    call, manager = managed()
    client = browser(manager)
    actions.save_text(call, "closing-reasons", "Den andras.", by=manager, version=0)

    shown = client.post(url(call, "closing-reasons"), {"version": "0", "body": "Mitt.", press: "1"})
    saved = client.post(url(call, "closing-reasons"), {"version": str(shown.context["version"]), "body": "Mitt."})

    assert saved.status_code == 409
    assert texts.current_texts(call)["closing-reasons"].body == "Den andras."


def test_without_applications_the_preview_is_invented_and_says_so():
    call, manager = managed()

    said = (
        browser(manager).post(url(call), {"version": "0", "body": "{sokande}", "forhandsgranska": "1"}).content.decode()
    )

    assert "Region Exempel" in said
    assert "påhittade" in said


def test_a_fault_stands_at_the_field_with_what_was_typed():
    call, manager = managed()

    page = browser(manager).post(url(call), {"version": "0", "body": "Hej {sokande.__class__}"})

    said = page.content.decode()
    assert page.status_code == 422
    assert "Hej {sokande.__class__}" in said
    assert said.count("finns inte här. Använd någon av") == 2
    assert TextTemplate.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"body": "\0", "version": "0"},
        {"body": "x" * 1_000_000, "version": "0"},
        {"body": "Ett.", "version": "\0"},
        {"body": "Ett.", "version": "9" * 60},
        {"body": "Ett.", "version": "0", "application": "0' OR 1=1"},
        {"body": "Ett.", "version": "0", "application": "00000000-0000-0000-0000-000000000000"},
        {"body": "\ud800"},
        {"body": "\ud800", "subject": "\0", "application": "x", "version": "-9", "standardtexten": "1"},
    ],
)
def test_hostile_posts_are_answered_in_words(typed):
    call, manager = managed()
    client = browser(manager)
    client.raise_request_exception = False

    pairs = [f"{name}={quote_plus(value, errors='surrogatepass')}" for name, value in typed.items()]
    for key, name in ((KEY, "text"), ("mail-receipt", "text"), (KEY, "text_restore")):
        answer = client.post(url(call, key, name), "&".join(pairs), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (200, 302, 409, 422)


def test_unknown_purposes_and_other_authorities_calls_are_not_found():
    call, manager = managed()
    stranger = base.officer("call_manager", at=base.authority(code="annan", name="Annan"))

    assert browser(manager).get(url(call, "pahittad")).status_code == 404
    assert browser(stranger).get(url(call)).status_code == 404
    assert browser(stranger).post(url(call), {"version": "0", "body": "Ett."}).status_code == 404


def test_the_pages_cost_the_same_for_one_version_and_for_many(django_assert_max_num_queries):
    call, manager = managed()
    client = browser(manager)
    actions.save_text(call, KEY, "0", by=manager, version=0)

    def costs():
        found = []
        for page in (reverse("calls:texts", args=[call.code]), url(call)):
            client.get(page)
            with django_assert_max_num_queries(25) as caught:
                client.get(page)
            found.append(len(caught))
        return found

    before = costs()
    for number in range(1, 40):
        actions.save_text(call, KEY, str(number), by=manager, version=number)

    assert costs() == before
