"""How each set-up page is laid out: its sections with their fields, in order, and the list that stands in a section."""

from __future__ import annotations

from dataclasses import dataclass

from calls.enums import CallKind
from grants.core.prose import HOW_TO_LIST
from grants.core.ui import lower_first

Line = str | tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section of a page. ``fields``: those beside each other as a tuple. ``rows``: a list by name. ``kinds``: only for such calls."""

    id: str
    heading: str
    hint: str = ""
    fields: tuple[Line, ...] = ()
    rows: str = ""
    kinds: tuple[str, ...] = ()


BLANK = "Rader som du lämnar tomma sparas inte."

SECTIONS: dict[str, tuple[Section, ...]] = {
    "basics": (
        Section("grunduppgifter", "Grunduppgifter", fields=("title", "kind", "authority")),
        Section(
            "uppdrag",
            "Uppdrag och regler",
            fields=("programme", "assignment_number", "follows_ordinance", "source_url"),
        ),
        Section("tider", "Ansökningstid", fields=(("opens_at", "closes_at"),)),
        Section(
            "cutoffs",
            "Delsista datum",
            "Bara om utlysningen stänger flera gånger och besluten tas efter hand. Det sista datumet är också utlysningens "
            f"sista. {BLANK}",
            rows="cutoffs",
        ),
        Section("projekttid", "Projekttid", fields=(("earliest_start_on", "latest_end_on"), "longest_months")),
    ),
    "wording": (
        Section(
            "vad",
            "Vad utlysningen gäller",
            f"Gäller alla rutor på sidan: {lower_first(HOW_TO_LIST)}",
            fields=("pitch", "what_for", "themes_intro", "expected_results", "not_funded"),
        ),
        Section("vem", "Vem som kan söka, och hur", fields=("who_may_apply", "cooperation_rules", "how_to_apply")),
        Section("stod", "Stödet", fields=("how_much", "is_money_reserved", "reservation", "legal_basis")),
        Section("ovrigt", "Bedömning och kontakt", fields=("assessment_intro", "contact")),
    ),
    "themes": (
        Section(
            "themes",
            "Inriktningar och teman",
            "En utlysning kan ha teman, och teman kan ligga under inriktningar. Ett tema hör till den inriktning som står "
            f"närmast ovanför. Sökanden väljer ett tema. {BLANK} I beskrivningen: {lower_first(HOW_TO_LIST)}",
            rows="themes",
        ),
    ),
    "applicants": (
        Section(
            "applicant_kinds",
            "Slag av organisationer",
            "Inga kryss: alla organisationer som kan söka stöd i tjänsten.",
            rows="applicant_kinds",
        ),
        Section(
            "tillsammans", "Gemensamma ansökningar", fields=("joint_rule", "fewest_applicants", "confirmation_rule")
        ),
        Section("lan", "Län", fields=("counties",)),
        Section(
            "invitations",
            "Inbjudna",
            f"Bara de som är inbjudna kan söka. I ett erbjudande om basfinansiering skriver du vad var och en erbjuds. {BLANK}",
            rows="invitations",
            kinds=(CallKind.DIRECTED, CallKind.BASE_FUNDING),
        ),
    ),
    "concerns": (
        Section(
            "areas",
            "Strategiska områden",
            "Kryssa i de områden som utlysningen gäller. Budgeten per område är vägledande och får vara tom.",
            rows="areas",
        ),
        Section("utmaningar", "Utmaningar och frågor", fields=("challenges", "key_questions")),
        Section("dialog", "Dialogteman och planeringsnivåer", fields=("dialogue_themes", "planning_levels")),
        Section("plats", "Plats och rumslighet", fields=("asks_spatial",)),
    ),
    "money": (
        Section(
            "budget",
            "Budget och stöd",
            fields=("budget_sek", ("smallest_amount_sek", "largest_amount_sek"), "largest_share_percent"),
        ),
        Section(
            "years",
            "Budget per år",
            f"Raderna ska tillsammans bli hela budgeten. Välj tema på varje rad om pengarna fördelas på teman. {BLANK}",
            rows="years",
        ),
        Section(
            "cost_types",
            "Kostnadsslag",
            "Kryssa i de kostnader som ger stöd. Skriv en enhet, till exempel timmar, om sökanden ska ange antal och kronor "
            "per enhet. Utan enhet skriver sökanden bara ett belopp.",
            rows="cost_types",
        ),
        Section(
            "flat_rates",
            "Schabloner",
            "Ett kostnadsslag som räknas fram som en del av andra, under en viss tid. Sökanden skriver då inget belopp "
            f"själv. {BLANK}",
            rows="flat_rates",
        ),
        Section(
            "medfinansiering",
            "Medfinansiering",
            "Så får resten av kostnaderna betalas.",
            fields=("allows_cash", "allows_in_kind", "allows_direct"),
        ),
        Section(
            "forskott",
            "Förskott",
            "Regeln visas för dem som söker. Förskott hanteras än så länge utanför tjänsten.",
            fields=(("advance_highest_percent", "advance_highest_sek"),),
        ),
        Section(
            "andring",
            "När en ändrad budget kräver nytt beslut",
            "En ändring över båda gränserna kräver ett nytt beslut. Regeln visas för dem som söker, men tjänsten håller inte "
            "själv reda på gränserna.",
            fields=(("change_threshold_percent", "change_threshold_sek"),),
        ),
        Section(
            "redovisning",
            "Rapporter och utbetalningar",
            fields=(("first_report_months", "report_interval_months"), ("report_due_days", "final_report_due_days")),
        ),
    ),
    "judging": (
        Section("sa-bedoms", "Så bedöms ansökningarna", fields=("assessors_needed", "is_blind", "lowest_score")),
        Section(
            "criteria",
            "Kriterier",
            "Vikterna ska tillsammans bli 100\u00a0%. Skalan går från 0 till 5 om du inte skriver något annat. Skriv vad poängen "
            f"betyder på en rad var, den lägsta först: 3: Planen är rimlig. {BLANK}",
            rows="criteria",
        ),
        Section(
            "formal_check_points",
            "Formell kontroll",
            "Frågorna som handläggaren svarar ja eller nej på innan ansökan bedöms. Varje fråga har sin grund: lag, förordning "
            f"eller utlysningens villkor. {BLANK}",
            fields=("needs_second_check",),
            rows="formal_check_points",
        ),
        Section("required_attachments", "Bilagor", f"Filer som ansökan ska ha. {BLANK}", rows="required_attachments"),
        Section(
            "consultations",
            "Samråd och remiss",
            "De som tillfrågas före beslut, och vad de ska svara på (26\u00a0§ förvaltningslagen). Så länge förordning (2003:596) "
            "gäller tillfrågas berörd region alltid (3\u00a0§). Svarstiden är 21 dagar om du inte skriver något annat.",
            rows="consultations",
        ),
    ),
    "decisions": (
        Section(
            "decision_rules",
            "Överklagande per slag av beslut",
            "Ett beslut får överklagas om det kan antas påverka någons situation på ett inte obetydligt sätt, om inte en annan "
            "lag eller förordning säger något annat (4 och 40–43 §§ förvaltningslagen). Det kan ofta gälla också när en ansökan "
            "avvisas. Fråga er jurist innan ni väljer.",
            rows="decision_rules",
        ),
    ),
}
