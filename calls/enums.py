"""States and choices of calls."""

from django.db import models

from grants.core.enums import StateChoices


class State(StateChoices):
    DRAFT = "draft", "neutral", "Utkast"
    PUBLISHED = "published", "info", "Kommande"
    OPEN = "open", "success", "Öppen för ansökan"
    CLOSED = "closed", "neutral", "Stängd"
    SETTLED = "settled", "accent", "Avgjord"
    ARCHIVED = "archived", "neutral", "Arkiverad"
    CANCELLED = "cancelled", "danger", "Inställd"


PUBLIC_STATES = (State.PUBLISHED, State.OPEN, State.CLOSED, State.SETTLED, State.CANCELLED)
"""What everyone may see."""
ENDED_STATES = (State.SETTLED, State.ARCHIVED, State.CANCELLED)
"""Nothing more happens with the call itself."""


class CallKind(models.TextChoices):
    OPEN = "open", "Öppen utlysning"
    DIRECTED = "directed", "Riktad inbjudan"
    BASE_FUNDING = "base_funding", "Erbjudande om basfinansiering"


class CostTypeCode(models.TextChoices):
    """Cost types seen in Swedish national project funds (DOMAIN 1.6); a call says which of them it allows."""

    STAFF = "staff", "Personal"
    SERVICES = "services", "Externa tjänster"
    TRAVEL = "travel", "Resor och logi"
    EQUIPMENT = "equipment", "Investeringar, materiel och lokaler"
    INDIRECT = "indirect", "Indirekta kostnader"
    IN_KIND = "in_kind", "Bidrag i annat än pengar"


class JointRule(models.TextChoices):
    """Whether organisations apply alone or together in a call."""

    ALONE = "alone", "Var och en söker själv"
    ALLOWED = "allowed", "En eller flera tillsammans"
    REQUIRED = "required", "Minst två tillsammans"


class ConfirmationRule(models.TextChoices):
    """Whether every party has confirmed its part before an application is sent in."""

    WANTED = "wanted", "Önskas: ansökan går att skicka in ändå"
    REQUIRED = "required", "Krävs: alla parter ska ha bekräftat"


class ThemeLevel(models.TextChoices):
    """What a row of the page of themes is: a track with the themes that follow, or a theme."""

    TRACK = "track", "Inriktning"
    THEME = "theme", "Tema"


class ConsultedBody(models.TextChoices):
    """Who is consulted before a decision."""

    REGION = "region", "Berörd region (samråd)"
    COUNTY_BOARD = "county_board", "Länsstyrelsen"
    BOVERKET = "boverket", "Boverket"
    TRAFIKVERKET = "trafikverket", "Trafikverket"


class AnswerSubject(models.TextChoices):
    """What a published question is about, in the order of the call's page."""

    APPLICANTS = "applicants", "Vem som kan söka"
    PROJECT = "project", "Vad ni kan söka för"
    MONEY = "money", "Pengar och medfinansiering"
    APPLYING = "applying", "Ansökan och bilagor"
    JUDGING = "judging", "Bedömning och beslut"
    REPORTING = "reporting", "Redovisning och utbetalning"
    OTHER = "other", "Övrigt"


class DecisionKind(models.TextChoices):
    """Kinds of decisions. They stand here since a call says of each whether it can be appealed and with which texts it is written."""

    SUPPORT = "support", "Beslut om stöd"
    DISMISSAL = "dismissal", "Avvisning"
    CLOSING_WITHOUT_TRIAL = "closing_without_trial", "Avskrivning"
    CHANGE = "change", "Ändringsbeslut"
    PAYMENT = "payment", "Beslut om utbetalning"
    ADVANCE = "advance", "Beslut om förskott"
    RECOVERY = "recovery", "Beslut om återkrav"
    CORRECTION = "correction", "Rättelse"
    RECONSIDERATION = "reconsideration", "Omprövning"


class QuestionKind(models.TextChoices):
    """Kinds of questions; each has a class in calls.questions."""

    TEXT = "text", "Text"
    NUMBER = "number", "Tal"
    AMOUNT = "amount", "Belopp i kronor"
    DATE = "date", "Datum"
    YES_NO = "yes_no", "Ja eller nej"
    ONE_OF = "one_of", "Ett av flera alternativ"
    SEVERAL_OF = "several_of", "Flera av flera alternativ"
    TABLE = "table", "Tabell"
    FILE = "file", "Fil"
    MUNICIPALITIES = "municipalities", "Berörda kommuner"
    THEORY_OF_CHANGE = "theory_of_change", "Förändringsteori"
    RISKS = "risks", "Risktabell"
    INDICATORS = "indicators", "Indikatorer"


class Required(models.TextChoices):
    """When a question must be answered before the application is sent."""

    ALWAYS = "always", "Alltid"
    NEVER = "never", "Nej, frivillig"
    WHEN = "when", "När en annan fråga har ett visst svar"
