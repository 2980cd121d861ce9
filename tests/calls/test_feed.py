"""The calendars: read back by a reader written from RFC 5545 alone, so that the writer cannot agree with itself."""

import datetime as dt

import pytest

from calls import actions, feeds
from calls.models import Call, Cutoff
from grants.core.time import local_instant, now
from tests.builders.base import call_manager, fresh
from tests.builders.calls import draft_call, open_call, published_call

pytestmark = pytest.mark.django_db
ALL = "/utlysningar/kalender.ics"
DAY = dt.timedelta(days=1)


def unfolded(body):
    """The logical lines; asserts what the standard demands of the physical ones (3.1)."""
    assert body.endswith(b"\r\n")
    physical = body.removesuffix(b"\r\n").split(b"\r\n")
    assert [line for line in physical if len(line) > 75 or b"\n" in line or b"\r" in line] == []
    for line in physical:
        line.decode()  # no line is cut inside a letter
    return body.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def read(body):
    """The calendar's own properties and its events, each a dict; texts unescaped (3.3.11)."""
    lines = unfolded(body)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    own, events, held = {}, [], None
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            held = {}
        elif line == "END:VEVENT":
            events.append(held)
            held = None
        else:
            (own if held is None else held)[name.partition(";")[0]] = value
    return own, events


def plain(text):
    out, chars = "", iter(text)
    for char in chars:
        if char == "\\":
            follows = next(chars)
            char = "\n" if follows in "nN" else follows
        out += char
    return out


def served(client, url=ALL, **headers):
    response = client.get(url, **headers)
    assert response.status_code == 200
    return response, *read(response.content)


def test_a_calendar_has_opening_each_cut_off_and_closing_in_utc(client):
    at = now()
    opens = local_instant(dt.date(at.year + 1, 6, 1), dt.time(8))
    closes = local_instant(dt.date(at.year + 2, 1, 15), dt.time(15))
    call = published_call(opens_at=opens, closes_at=closes)
    Cutoff.objects.create(call=call, number=1, closes_at=opens + 30 * DAY, decided_by_on=(opens + 90 * DAY).date())
    Cutoff.objects.create(call=call, number=2, closes_at=closes, decided_by_on=(closes + 60 * DAY).date())

    response, own, events = served(client, f"/utlysningar/{call.code}/kalender.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (own["VERSION"], own["METHOD"]) == ("2.0", "PUBLISH")
    assert [event["UID"] for event in events] == [
        f"{call.pk}-{key}@projektmedel" for key in ("oppnar", "omgang-1", "stanger")
    ]
    assert [event["DTSTART"] for event in events] == [
        f"{at.year + 1}0601T060000Z",
        f"{at.year + 1}0701T060000Z",
        f"{at.year + 2}0115T140000Z",
    ]
    assert ["Beslut planeras senast" in plain(event["DESCRIPTION"]) for event in events] == [False, True, True]
    assert [plain(event["SUMMARY"]).partition(":")[0] for event in events[1:]] == [
        "Sista dag att söka, omgång 1",
        "Sista dag att söka, omgång 2",
    ]
    assert {event["STATUS"] for event in events} == {"CONFIRMED"}


def test_an_end_at_midnight_stands_on_the_last_day(client):
    ends = local_instant(dt.date(now().year + 1, 3, 2), dt.time(0))
    call = published_call(closes_at=ends)

    _, _, events = served(client, f"/utlysningar/{call.code}/kalender.ics")

    assert events[-1]["DTSTART"] == f"{now().year + 1}0301T225900Z"
    assert "före midnatt den 1\u00a0mars" in plain(events[-1]["DESCRIPTION"])


@pytest.mark.parametrize(
    "title",
    [
        "Å" * 150,
        "Komma, semikolon; omvänt \\ och kolon: allt",
        "Planering för ŋ, đ, á och 👩‍👩‍👧‍👦 " * 4,
        'END:VEVENT"; X-ELAKT:1',
    ],
)
def test_any_title_comes_back_as_it_was_written(client, title):
    call = open_call(title=title[:200])

    _, _, events = served(client, f"/utlysningar/{call.code}/kalender.ics")

    assert [plain(event["SUMMARY"]) for event in events] == [
        f"Utlysningen öppnar: {call.title}",
        f"Sista dag att söka: {call.title}",
    ]
    assert plain(events[0]["DESCRIPTION"]).endswith(call.get_absolute_url())


def test_line_breaks_in_a_text_are_written_out():
    assert feeds.escaped("a\r\nb\nc\rd") == "a\\nb\\nc\\nd"


def test_a_moved_deadline_keeps_its_uid_and_says_when_it_moved(client):
    manager = call_manager()
    call = open_call(manager=manager)
    url = f"/utlysningar/{call.code}/kalender.ics"
    first, _, before = served(client, url)

    actions.extend_closing(call, call.closes_at + 7 * DAY, by=manager, version=call.version)
    second, _, after = served(client, url)

    assert [event["UID"] for event in after] == [event["UID"] for event in before]
    assert after[-1]["DTSTART"] != before[-1]["DTSTART"]
    assert int(after[-1]["SEQUENCE"]) > int(before[-1]["SEQUENCE"])
    assert after[-1]["DTSTAMP"] == feeds.instant(call.events.last().at)
    assert first.headers["ETag"] != second.headers["ETag"]


def test_a_program_that_asks_again_gets_304_until_something_changes(client):
    manager = call_manager()
    call = open_call(manager=manager)
    tag = client.get(ALL).headers["ETag"]

    again = client.get(ALL, headers={"if-none-match": tag})
    actions.extend_closing(call, call.closes_at + DAY, by=manager, version=call.version)
    changed = client.get(ALL, headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_the_calendar_of_all_holds_public_calls_and_no_drafts_and_gives_no_cookie(client):
    manager = call_manager()
    shown = [open_call(manager=manager, title="Öppen"), published_call(manager=manager, title="Kommer")]
    hidden = draft_call(manager=manager, title="Hemlig")
    client.force_login(manager)

    response, _, events = served(client)

    assert {event["UID"].partition("-oppnar")[0] for event in events if "oppnar" in event["UID"]} == {
        str(call.pk) for call in shown
    }
    assert hidden.title.encode() not in response.content
    assert client.get(f"/utlysningar/{hidden.code}/kalender.ics").status_code == 404
    client.logout()
    assert not client.get(ALL).cookies


def test_an_empty_calendar_is_whole(client):
    _, own, events = served(client)

    assert own["X-WR-CALNAME"] == "Utlysningar"
    assert events == []


def test_a_call_that_ended_more_than_a_year_ago_leaves_the_calendar_of_all(client):
    at = now()
    open_call(opens_at=at - 500 * DAY, closes_at=at - 400 * DAY)

    assert served(client)[2] == []
    assert fresh(Call.objects.get()).closes_at == at - 400 * DAY
