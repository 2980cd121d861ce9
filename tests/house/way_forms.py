"""Every form of the way: whose it is, where it is sent, what it may change, and what it sends when nobody touches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse

from applications import party_facts
from applications.content import content_of, fingerprint
from calls.parts import PARTS
from grants.core.mail import key_of
from tests.faults.pages import fields_of
from tests.house.worlds import World


@dataclass(frozen=True)
class Target:
    """One form: whose, where, which object, and the columns of its row that the form may change."""

    who: str
    url: str
    obj: Any
    columns: frozenset[str] = frozenset()
    base: tuple[tuple[str, str], ...] = ()
    fixed: frozenset[str] = frozenset()
    """Names of fields that say what is saved, beside those that hold it."""


ALWAYS = frozenset({"version", "updated_at", "state_changed_at"})
PARTIES = frozenset({"is_joint", "contact_name", "contact_email", "contact_phone", *party_facts.OWN})
PROJECT = frozenset({"title", "summary", "answers", "start_on", "end_on"})
OBJECTIVES = frozenset({"main_objective_id", "main_area_id", "region_id", "contact_area_id"})
BUDGET = frozenset({"applied_sek", "total_cost_sek", "financed_sek"})
REPORT = frozenset({"done", "results", "objective_progress", "deviations"})
PAYMENT = frozenset({"comment", "period_start", "period_end", "reported_cost"})
REASON = (("reason", "Därför"),)
REOPENING = (("organisation", ""), ("ends_at", ""), ("reason", ""))
OPINION_FORMS = (
    ("begär yttrande", "handler", "opinion_ask", "to ask"),
    ("anteckna yttrande", "handler", "opinion_record", "requested"),
    ("avstå från yttrande", "handler", "opinion_waive", "to ask"),
    ("kommunicera yttrande", "handler", "opinion_communicate", "answered"),
    ("lämna yttrande", "consulted", "opinion", "requested"),
    ("synpunkter", "owner editor", "opinion_reply", "communicated"),
)
"""Name, whose, where and on an opinion in which state."""


WRITTEN_IN = (
    ("skriv sammanfattning", "projekt", "summary"),
    ("skriv datum", "projekt", "end_on"),
    ("skriv e-post", "parter", "contact_email"),
    ("skriv part", "parter", "parter-0-name"),
    ("skriv belopp", "budget", "applied_sek"),
    ("skriv område", "mal", "main_area"),
    ("skriv plats", "geografi", "spatial_how"),
)
"""Fields that are saved while somebody writes: name, page, field."""


def targets(world: World) -> dict[str, Target]:
    """Every form of the way, by name, for a person who may send it."""
    draft, asked, under = (world.applications[state] for state in ("draft", "supplement asked", "under assessment"))
    made = {}

    def add(
        name: str, who: str, route: str, obj: Any, *columns: Any, args: tuple = (), fields: Any = (), fixed: Any = ()
    ) -> None:
        allowed = frozenset().union(*columns)
        key = obj.pk if obj is not None and not args else None
        if fields and obj is not None:
            fields = [("version", str(obj.version)), *fields]
        url = reverse(route, args=args or ([key] if key else []))
        made[name] = Target(who, url, obj, allowed, tuple(fields), frozenset(fixed))

    for section, columns in (("parter", PARTIES), ("projekt", PROJECT), ("mal", OBJECTIVES), ("budget", BUDGET)):
        add(section, "owner editor", "applications:section", draft, columns, args=(draft.pk, section))
    add("starta", "owner editor", "applications:start", None, args=(world.call.code,), fields=[("organisation", "")])
    add("geografi", "owner editor", "applications:section", world.placed, args=(world.placed.pk, "geografi"))
    for name, section, field in WRITTEN_IN:
        fields, at = [("del", section), ("falt", field), ("varde", ""), ("bas", ""), ("rad", "")], world.placed
        to_it = {"args": (at.pk,), "fields": fields, "fixed": ("del", "falt", "bas")}
        add(name, "owner editor", "applications:autosave", at, **to_it)
    fields = [("del", "projekt"), ("falt", "title"), ("varde", ""), ("bas", ""), ("rad", ""), ("sida", "")]
    add("spara fält", "owner editor", "applications:autosave", draft, args=(draft.pk,), fields=fields)
    fields = [("del", "projekt"), ("skriver", "1")]
    add("skriver här", "owner editor", "applications:beat", draft, args=(draft.pk,), fields=fields)
    add("budget från Excel", "owner editor", "applications:budget_upload", draft)
    fields = [("call", ""), ("chosen_files", "")]
    add("använd igen", "owner editor", "applications:use_again", under, args=(under.pk,), fields=fields)
    add("hela akten", "owner editor", "applications:case_file", under, args=(under.pk,), fields=[("gor", "")])
    add("ta tillbaka", "owner editor", "applications:withdraw", world.applications["submitted"], fields=REASON)
    add("komplettera", "owner editor", "applications:supplement", asked)
    add("be om mer tid", "owner editor", "applications:more_time", asked)
    add("meddelande", "owner editor", "applications:messages", under)
    add("meddelande till sökande", "handler", "evaluation:case_dialogue", under)
    add(
        "skicka in",
        "owner editor",
        "applications:submit",
        draft,
        fields=[("token", ""), ("sha256", fingerprint(content_of(draft)))],
    )
    add(
        "kommentera",
        "owner editor",
        "applications:comment",
        draft,
        fields=[("text", ""), ("page", ""), ("thread", ""), ("token", "")],
    )
    add("be om underskrift", "owner editor", "applications:ask_signature", draft, fields=[("note", "")])
    add("kontrollera kvittens", "anonymous", "applications:verify_receipt", None, fields=[("kod", "")])
    fields = [("email", ""), ("level", "edit")]
    add("bjud in", "owner editor", "applications:sharing", draft, args=(draft.pk,), fields=fields)
    share, fields = draft.participants.first(), [("gor", "niva"), ("level", "view")]
    add("ändra behörighet", "owner editor", "applications:share", draft, args=(draft.pk, share.pk), fields=fields)
    party, fields = asked.parties.get(), [("gor", "intyg"), ("name", ""), ("day", ""), ("sha256", "")]
    add("intyg", "owner editor", "applications:confirmation", asked, args=(asked.pk, party.pk), fields=fields)
    link, fields = (key_of(world.invitation.seed),), [("name", ""), ("password", "")]
    add("svara på inbjudan", "anonymous", "applications:invitation", None, args=link, fields=fields)
    add("tilldela", "handler", "evaluation:assign", under, fields=[("person", "")])
    add("formell kontroll", "handler", "evaluation:formal_check", under)
    add("begär komplettering", "handler", "evaluation:supplement", under)
    add("utse bedömare", "handler", "evaluation:appoint", under, fields=[("person", "")])
    add("jäv", "handler", "evaluation:conflict", under)
    add("förslag", "handler", "evaluation:propose", under)
    add("bedömning", "assessor", "evaluation:assessment", world.assessments["begun"])
    proposed = world.decisions["proposed"]
    add("fastställ", "decider", "evaluation:decide", proposed, fields=[("others", ""), ("dissent", "")])
    add("återför", "decider", "evaluation:send_back", proposed, fields=REASON)
    running = world.projects["running"]
    add("pausa", "handler", "projects:step", running, args=(running.pk, "pause"), fields=REASON)
    add("ny rapport", "owner editor", "projects:new_report", running, args=(running.pk,))
    add("rapport", "owner editor", "projects:report:detail", world.reports["draft"], REPORT)
    report = world.reports["submitted"]
    for step in ("request_supplement", "mark_checked"):
        fields = [("reason", ""), ("comment", "")]
        add(f"rapport {step}", "handler", "projects:report:step", report, args=(report.pk, step), fields=fields)
    add("ny utbetalning", "owner editor", "projects:new_payment", running, args=(running.pk,))
    add("utbetalning", "owner editor", "projects:payment:detail", world.payments["draft"], PAYMENT)
    payment = world.payments["submitted"]
    kinds = [(f"approved-{cost.cost_type_id}", "1") for cost in payment.costs.all()]
    for step, fields in (("request_supplement", REASON), ("mark_checked", [*kinds, ("comment", "")])):
        add(f"utbetalning {step}", "handler", "projects:payment:step", payment, args=(payment.pk, step), fields=fields)
    decided = world.payments["decided"]
    paid = [("paid_on", "2026-01-01"), ("reference", "")]
    add("betald", "payment officer", "projects:payment:step", decided, args=(decided.pk, "record_paid"), fields=paid)
    add("uttag", "reader", "exports:decisions", None)
    add("ny utlysning", "call manager", "calls:create", None)
    for part in PARTS:
        name, columns = (
            f"utlysning {part.slug}",
            frozenset(world.draft_call._meta.get_field(f).attname for f in part.fields),
        )
        draft = world.draft_call
        add(name, "call manager", part.url_name, draft, columns, args=(draft.code,))
    asked_to = world.opinions
    for name, who, route, state in OPINION_FORMS:
        add(name, who, f"evaluation:{route}", asked_to[state])
    for name, route, args, fields in (
        ("text", "calls:text", (draft.code, "support-reasons-granted"), ()),
        ("återställ text", "calls:text_restore", (draft.code, "support-reasons-granted"), [("nummer", "0")]),
        ("mejltext", "calls:text", (draft.code, "mail-decision"), ()),
        ("nytt svar", "calls:answers", (world.call.code,), ()),
        ("ändra svar", "calls:answer", (world.call.code, world.answer.pk), ()),
        ("ta bort svar", "calls:answer_remove", (world.call.code, world.answer.pk), [("version", "1")]),
        ("kopiera utlysning", "calls:copy", (world.call.code,), ()),
        ("öppna igen", "calls:reopen", (world.call.code,), REOPENING),
        ("ställ in", "calls:cancel", (world.call.code,), ()),
        ("förläng", "calls:extend", (world.call.code,), ()),
        ("nytt program", "calls:programme_create", (), ()),
    ):
        add(name, "call manager", route, None, args=args, fields=fields)
    add("logga in", "anonymous", "account_login", None, fields=[("login", ""), ("password", "")])
    return made


NAMES = (
    *(name for name, *_ in WRITTEN_IN),
    *("spara fält", "skriver här", "budget från Excel", "använd igen", "hela akten", "geografi"),
    "parter",
    "projekt",
    "mal",
    "budget",
    "starta",
    "ta tillbaka",
    "komplettera",
    "be om mer tid",
    "meddelande",
    "meddelande till sökande",
    "skicka in",
    "kommentera",
    "be om underskrift",
    "kontrollera kvittens",
    "bjud in",
    "ändra behörighet",
    "intyg",
    "svara på inbjudan",
    "tilldela",
    "formell kontroll",
    "begär komplettering",
    "utse bedömare",
    "jäv",
    "förslag",
    "bedömning",
    "fastställ",
    "återför",
    "pausa",
    "ny rapport",
    "rapport",
    "rapport request_supplement",
    "rapport mark_checked",
    "ny utbetalning",
    "utbetalning",
    "utbetalning request_supplement",
    "utbetalning mark_checked",
    "betald",
    "uttag",
    "ny utlysning",
    *(f"utlysning {part.slug}" for part in PARTS),
    *(name for name, *_ in OPINION_FORMS),
    *("text", "återställ text", "mejltext"),
    *("nytt svar", "ändra svar", "ta bort svar"),
    *("kopiera utlysning", "öppna igen", "ställ in", "förläng", "nytt program"),
    "logga in",
)


def form_of(world: World, target: Target, client: Any) -> list[tuple[str, str]]:
    """What the form sends when nobody touches it."""
    if target.base:
        return list(target.base)
    found = fields_of(client.get(target.url).content)
    assert found, f"{target.url}: no form on the page"
    return found


def body_of(fields: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value, errors='surrogatepass')}" for name, value in fields)


def post(client: Any, url: str, body: str | bytes) -> Any:
    return client.post(url, data=body, content_type="application/x-www-form-urlencoded")
