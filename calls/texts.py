"""The texts that a call may have of its own: for decisions, letters and mails, with placeholders from a closed list.

A placeholder is a name in braces, {sokande}. It is replaced as plain text, once, and what replaces it is not read again: there is
no template language, so nothing that a person types can reach anything but these values. A call without a text of its own uses
the standard one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from calls.enums import DecisionKind, State
from calls.models import Call, DecisionRule, TextTemplate
from grants.core.exceptions import Reason
from grants.core.held import read_once

LONGEST_BODY, LONGEST_SUBJECT = 20_000, 200
ORDINANCE = "förordningen (2003:596) om bidrag för projektverksamhet inom den regionala utvecklingspolitiken"
APPEAL = (
    "Ni kan överklaga beslutet hos förvaltningsrätten. Skriv vilket beslut ni överklagar, ange diarienumret och hur ni vill "
    "att beslutet ska ändras och varför. Skicka överklagandet till {myndighet}. Det ska ha kommit in inom tre veckor från den "
    "dag ni fick del av beslutet (43–44 §§ förvaltningslagen)."
)
NO_APPEAL = "Beslutet kan inte överklagas."


@dataclass(frozen=True)
class Placeholder:
    """A name that may stand in braces, what it becomes, and an invented value for the preview."""

    name: str
    meaning: str
    sample: str

    @property
    def braced(self) -> str:
        return f"{{{self.name}}}"


PLACEHOLDERS = {
    p.name: p
    for p in (
        Placeholder("sokande", "sökandens namn", "Region Exempel"),
        Placeholder("projekt", "projektets namn", "Planering över länsgränsen"),
        Placeholder("utlysning", "utlysningens rubrik", "Strategisk planering i praktiken"),
        Placeholder("dnr", "ärendets diarienummer", "2027-00001"),
        Placeholder("myndighet", "den beviljande myndighetens namn", "Myndigheten"),
        Placeholder("sokt_belopp", "det sökta stödet", "1 200 000 kr"),
        Placeholder("total_kostnad", "projektets hela kostnad", "2 400 000 kr"),
        Placeholder("projekttid", "när projektet startar och slutar", "2027-03-01–2028-12-31"),
        Placeholder("poang", "ansökans poäng av 100", "82,5"),
        Placeholder("sista_dag", "sista dagen att svara", "15 mars 2027"),
        Placeholder("beslut", "beslutets utfall med ett ord", "beviljad"),
        Placeholder("belopp", "det beviljade beloppet", "1 000 000 kr"),
        Placeholder("lank", "adressen till sidan som mejlet handlar om", "https://exempel.se/sidan/"),
    )
}
CASE = ("sokande", "projekt", "utlysning", "dnr", "myndighet", "sokt_belopp", "total_kostnad", "projekttid")


@dataclass(frozen=True)
class Purpose:
    """What a text is used for. ``allowed``: its placeholders; ``needed``: those it must hold; ``template``: the mail it replaces.

    ``standard`` is what is used, or for a mail what its own words start from, when the call has none.
    """

    key: str
    group: str
    label: str
    about: str
    standard: str = ""
    allowed: tuple[str, ...] = CASE
    needed: tuple[str, ...] = ()
    template: str = ""

    @property
    def is_mail(self) -> bool:
        return bool(self.template)

    @property
    def without(self) -> str:
        """What holds when the call has no text of its own."""
        return "Standardtexten används nu." if self.standard else "Utlysningen har ingen text här nu."

    @property
    def placeholders(self) -> list[Placeholder]:
        return [PLACEHOLDERS[name] for name in self.allowed]


SUPPORT, ENDINGS, APPEALS = "Beslut om stöd", "Andra beslut", "Hur man överklagar"
LETTERS, MAILS = "Brev", "Mejl"
SCORED = (*CASE, "poang")


def appeal_key(kind: str, is_appealable: bool) -> str:
    """The purpose of the text about appeal in decisions of a kind. Each kind has two, so that a changed choice never leaves
    an instruction in a decision that cannot be appealed.
    """
    return f"{'appeal' if is_appealable else 'no-appeal'}-{kind}"


def _appeals(kind: DecisionKind) -> tuple[Purpose, Purpose]:
    return (
        Purpose(
            appeal_key(kind, True),
            APPEALS,
            f"{kind.label}, hur man överklagar",
            "Hur, var och inom vilken tid man överklagar (33 § förvaltningslagen). Står i beslutet.",
            APPEAL,
        ),
        Purpose(
            appeal_key(kind, False),
            APPEALS,
            f"{kind.label}, kan inte överklagas",
            "Att beslutet inte kan överklagas. Står i beslutet. Skriv gärna vilken bestämmelse som säger det.",
            NO_APPEAL,
        ),
    )


_ALL = (
    Purpose(
        "support-grounds",
        SUPPORT,
        "Bestämmelser",
        "Det som står under ”Bestämmelser som beslutet bygger på”. Standardtexten börjar med utlysningens rättsliga grund.",
        f"1–3, 5 och 8 §§ {ORDINANCE}.",
    ),
    Purpose("support-conditions", SUPPORT, "Allmänna villkor", "Villkor som gäller alla projekt i utlysningen."),
    Purpose(
        "support-special-conditions",
        SUPPORT,
        "Särskilda villkor",
        "Utgångspunkt för villkor som gäller ett enda projekt.",
    ),
    Purpose(
        "support-reasons-granted", SUPPORT, "Skäl, beviljad", "Skälen när hela det sökta stödet beviljas.", "", SCORED
    ),
    Purpose(
        "support-reasons-partly-granted",
        SUPPORT,
        "Skäl, delvis beviljad",
        "Skälen när en del av stödet beviljas.",
        "",
        SCORED,
    ),
    Purpose("support-reasons-rejected", SUPPORT, "Skäl, avslag", "Skälen när ansökan avslås.", "", SCORED),
    Purpose(
        "dismissal-grounds",
        ENDINGS,
        "Avvisning, bestämmelser",
        "Bestämmelserna när ansökan avvisas.",
        f"20 § förvaltningslagen (2017:900) och 8 § {ORDINANCE}.",
    ),
    Purpose(
        "dismissal-reasons",
        ENDINGS,
        "Avvisning, skäl",
        "Skälen när ansökan avvisas. Står före de punkter som inte är uppfyllda.",
    ),
    Purpose(
        "closing-grounds",
        ENDINGS,
        "Avskrivning, bestämmelser",
        "Bestämmelserna när ärendet skrivs av.",
        "Ärendet prövas inte i sak och avslutas, 9 § förvaltningslagen (2017:900).",
    ),
    Purpose(
        "closing-reasons",
        ENDINGS,
        "Avskrivning, skäl",
        "Skälen när ansökan är återtagen och ärendet skrivs av.",
        "Sökanden har tagit tillbaka ansökan. Det finns därför inget att pröva i sak.",
    ),
    Purpose(
        "payment-grounds",
        ENDINGS,
        "Utbetalning, bestämmelser",
        "Bestämmelserna när vi beslutar om en utbetalning.",
        f"11 § {ORDINANCE}, och beslutet om stöd.",
    ),
    *(purpose for kind in DecisionKind for purpose in _appeals(kind)),
    Purpose(
        "supplement-consequence",
        LETTERS,
        "Komplettering, om sökanden inte svarar",
        "Står i begäran om komplettering, under ”Om ni inte svarar”.",
        "Om ni inte kompletterar ansökan i tid kan vi avvisa den eller avgöra ärendet på de uppgifter som finns "
        "(20 § förvaltningslagen).",
    ),
    Purpose(
        "mail-receipt",
        MAILS,
        "Ansökan har kommit in",
        "Skickas när en ansökan har kommit in.",
        "Hej,\n\nvi har tagit emot ansökan {projekt} från {sokande}. Diarienumret är {dnr}.\n\nKvittens: {lank}\n\n{myndighet}",
        (*CASE, "lank"),
        ("dnr", "lank"),
        "applications/receipt",
    ),
    Purpose(
        "mail-supplement-requested",
        MAILS,
        "Begäran om komplettering",
        "Skickas när ni begär komplettering.",
        "Hej,\n\nvi behöver mer underlag för att kunna pröva ansökan {projekt}. Svara senast {sista_dag}.\n\n"
        "Läs vad vi behöver och svara här: {lank}\n\n{myndighet}",
        (*CASE, "sista_dag", "lank"),
        ("sista_dag", "lank"),
        "applications/supplement_requested",
    ),
    Purpose(
        "mail-supplement-received",
        MAILS,
        "Komplettering har kommit in",
        "Skickas när sökanden har kompletterat.",
        "Hej,\n\nvi har tagit emot er komplettering av ansökan {projekt}.\n\nAnsökan: {lank}\n\n{myndighet}",
        (*CASE, "lank"),
        ("lank",),
        "applications/supplement_received",
    ),
    Purpose(
        "mail-withdrawn",
        MAILS,
        "Ansökan är återtagen",
        "Skickas när sökanden har återtagit ansökan.",
        "Hej,\n\nansökan {projekt} från {sokande} är återtagen. Vi prövar den därför inte.\n\nÄrendet: {lank}\n\n{myndighet}",
        (*CASE, "lank"),
        ("lank",),
        "applications/withdrawn",
    ),
    Purpose(
        "mail-decision",
        MAILS,
        "Beslut",
        "Skickas när ett beslut om ansökan expedieras.",
        "Hej,\n\nvi har fattat beslut i ärende {dnr}, {projekt}. Beslut: {beslut}.\n\nLäs hela beslutet, skälen och hur ni "
        "överklagar: {lank}\n\n{myndighet}",
        (*CASE, "beslut", "belopp", "lank"),
        ("lank",),
        "evaluation/decision",
    ),
    Purpose(
        "mail-opinion-communicated",
        MAILS,
        "Yttrande att lämna synpunkter på",
        "Skickas när ett yttrande kommuniceras till sökanden.",
        "Hej,\n\nni kan lämna synpunkter på ett yttrande över ansökan {projekt} senast {sista_dag}.\n\nLäs och svara här: "
        "{lank}\n\n{myndighet}",
        (*CASE, "sista_dag", "lank"),
        ("sista_dag", "lank"),
        "evaluation/opinion_communicated",
    ),
)
PURPOSES = {purpose.key: purpose for purpose in _ALL}
BY_TEMPLATE = {purpose.template: purpose for purpose in _ALL if purpose.is_mail}

# Placeholders --------------------------------------------------------------------------------------------------------

_NAME = re.compile(r"\{([a-z_]+)\}")
_BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")
SHOWN = 30


def faults(purpose: Purpose, text: str, where: str = "body", *, whole: bool = True) -> list[Reason]:
    """What is wrong with the braces of a text, each fault once, with the placeholders that may be used.

    ``whole``: it is the text itself, which must also hold what its purpose needs; False for a mail's subject.
    """
    said = []
    allowed = ", ".join(p.braced for p in purpose.placeholders)
    for found in dict.fromkeys(_BRACES.findall(text)):
        if found in "{}":
            said.append(
                f"Klamrar hör bara till platshållare. Skriv dem hela, till exempel {{{purpose.allowed[0]}}}, och inga andra klamrar."
            )
        elif found[1:-1] not in purpose.allowed:
            shown = found if len(found) <= SHOWN else f"{found[:SHOWN]}…"
            said.append(f"”{shown}” finns inte här. Använd någon av {allowed}.")
    if whole and text.strip():
        given = set(_NAME.findall(text))
        said += [
            f"Texten behöver {PLACEHOLDERS[name].braced}: {PLACEHOLDERS[name].meaning}."
            for name in purpose.needed
            if name not in given
        ]
    return [Reason(text, where) for text in dict.fromkeys(said)]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced, once; one without a value stays as it is. Values are not read for placeholders."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)


def samples(purpose: Purpose) -> dict[str, str]:
    """Invented values for a preview."""
    return {p.name: p.sample for p in purpose.placeholders}


# What a call has -----------------------------------------------------------------------------------------------------


def current_texts(call: Call, keys: Iterable[str] | None = None) -> dict[str, TextTemplate]:
    """The text in use by purpose, where the call has one of its own; one query. An empty one means the standard text again."""
    held = TextTemplate.objects.filter(call=call)
    if keys is not None:
        held = held.filter(purpose__in=list(keys))
    newest = (
        TextTemplate.objects.filter(call=call, purpose=OuterRef("purpose"))
        .order_by()
        .values("purpose")
        .annotate(newest=Max("version"))
        .values("newest")
    )
    return {row.purpose: row for row in held.filter(version=Subquery(newest)) if row.body}


def text_for(call: Call, key: str, values: Mapping[str, str], held: Mapping[str, TextTemplate] | None = None) -> str:
    """The call's own text for the purpose, or the standard one, filled. ``held``: what ``current_texts`` gave, if it was asked."""
    own = (current_texts(call, [key]) if held is None else held).get(key)
    return fill(own.body if own else PURPOSES[key].standard, values)


def own_mail(call: Call, template: str, values: Mapping[str, str]) -> tuple[str, str] | None:
    """Subject ("" for the usual one) and body of a mail in the call's own words; None when it has none."""
    purpose = BY_TEMPLATE.get(template)
    own = current_texts(call, [purpose.key]).get(purpose.key) if purpose else None
    return (fill(own.subject, values), fill(own.body, values)) if own else None


def appeal_of(
    call: Call, kind: str, values: Mapping[str, str], held: Mapping[str, TextTemplate] | None = None
) -> tuple[bool, str]:
    """Whether decisions of the kind can be appealed in the call, and what the decision says of it (33 § förvaltningslagen).

    ``held`` as in ``text_for``.
    """
    rules = read_once(DecisionRule, call.pk, lambda: {rule.kind: rule for rule in call.decision_rules.all()})
    is_appealable = kind in rules and rules[kind].is_appealable
    return is_appealable, text_for(call, appeal_key(kind, is_appealable), values, held)


def purposes_of(call: Call) -> list[Purpose]:
    """Those that the call uses: of the two about appeal of a kind, the one that the choice for the kind points at.

    None of them while a draft has no choice. A call that was published without one has decisions that cannot be appealed.
    """
    chosen = dict(call.decision_rules.values_list("kind", "is_appealable"))
    if call.state != State.DRAFT:
        chosen = dict.fromkeys(DecisionKind.values, False) | chosen
    keys = {appeal_key(kind, is_appealable) for kind, is_appealable in chosen.items()}
    return [purpose for purpose in _ALL if purpose.group != APPEALS or purpose.key in keys]


GROUNDS = {
    DecisionKind.SUPPORT: "support-grounds",
    DecisionKind.DISMISSAL: "dismissal-grounds",
    DecisionKind.CLOSING_WITHOUT_TRIAL: "closing-grounds",
    DecisionKind.PAYMENT: "payment-grounds",
}

# Real applications for the preview -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """Where a later stage's applications are found: those of a call that a person may see, and the values of one."""

    choices: Callable[[Call, Any], list[tuple[str, str]]]
    values: Callable[[Call, Any, str], dict[str, str] | None]


@dataclass
class Sources:
    """The source that is registered in ``AppConfig.ready`` of the stage that has applications; none before."""

    found: list[Source] = field(default_factory=list)

    def register(self, source: Source) -> None:
        self.found[:] = [source]

    def choices(self, call: Call, user: Any) -> list[tuple[str, str]]:
        return [choice for source in self.found for choice in source.choices(call, user)]

    def values(self, call: Call, user: Any, key: str) -> dict[str, str] | None:
        """The values of the application; None when it is none that the person may see."""
        return next((source.values(call, user, key) for source in self.found), None)


applications = Sources()
