"""States and choices of applications."""

from django.db import models

from grants.core.enums import StateChoices


class State(StateChoices):
    DRAFT = "draft", "neutral", "Utkast"
    SUBMITTED = "submitted", "info", "Inkommen"
    IN_REVIEW = "in_review", "info", "Under bedömning"
    SUPPLEMENT_REQUESTED = "supplement_requested", "warning", "Komplettering begärd"
    DECIDED = "decided", "accent", "Beslutad"
    WITHDRAWN = "withdrawn", "neutral", "Återtagen"
    DISMISSED = "dismissed", "danger", "Avvisad"
    CLOSED_WITHOUT_TRIAL = "closed_without_trial", "neutral", "Avskriven"


SENT_STATES = tuple(state for state in State if state != State.DRAFT)
"""Everything that has reached the authority."""
OPEN_STATES = (State.SUBMITTED, State.IN_REVIEW, State.SUPPLEMENT_REQUESTED)
"""What the authority still has to decide."""
CLOSED_STATES = tuple(state for state in SENT_STATES if state not in OPEN_STATES)
"""Ended, by a decision or by the applicant."""


class Section(models.TextChoices):
    """The sections of the form, in order; addresses and links use the value."""

    PARTIES = "parter", "Sökande och parter"
    PROJECT = "projekt", "Projektet"
    OBJECTIVES = "mal", "Mål och områden"
    BUDGET = "budget", "Budget och finansiering"
    ATTACHMENTS = "bilagor", "Bilagor"


class PartyKind(models.TextChoices):
    """Four party types (DOMAIN 1.7). The beneficiary is the application's applicant and always there."""

    BENEFICIARY = "beneficiary", "Stödmottagare"
    CO_APPLICANT = "co_applicant", "Samverkanspart"
    COOPERATING = "cooperating", "Samarbetspart"
    CO_FINANCIER = "co_financier", "Medfinansiär"


class VatLiability(models.TextChoices):
    """Whether the organisation is liable to VAT for the project: if so, VAT is no cost of the project (DOMAIN 1.6)."""

    YES = "yes", "Ja"
    NO = "no", "Nej"
    UNSURE = "unsure", "Vet inte"


class Procurement(models.TextChoices):
    """Which procurement law binds the organisation: eligible costs are bought by it (DOMAIN 1.6)."""

    LOU = "lou", "Ja, lagen om offentlig upphandling (LOU)"
    OTHER = "other", "Ja, en annan upphandlingslag"
    NO = "no", "Nej"


class ConfirmedHow(models.TextChoices):
    """How a party's confirmation of its part was given."""

    DIGITAL = "digital", "I tjänsten, med fullmakt"
    CERTIFICATE = "certificate", "Intyg"


class FinancingForm(models.TextChoices):
    """In what form a financier gives (DOMAIN 1.7). Directly financed: a third party pays costs of the project itself."""

    CASH = "cash", "Pengar"
    IN_KIND = "in_kind", "Bidrag i annat än pengar"
    DIRECT = "direct", "Direktfinansierat"


class FinancingKind(models.TextChoices):
    OWN = "own", "Egen finansiering"
    PUBLIC = "public", "Annan offentlig finansiering"
    PRIVATE = "private", "Privat finansiering"


class Appropriation(models.TextChoices):
    """Which appropriation public money comes from (DOMAIN 1.5, 4). Not knowing is an answer."""

    REGIONAL = "regional", "Regional tillväxt"
    NATIONAL = "national", "Övriga nationella anslag"
    OTHER = "other", "Övriga medel"
    UNKNOWN = "unknown", "Vet ej"


PUBLIC_KINDS = (FinancingKind.OWN, FinancingKind.PUBLIC)
"""Financing that may come from an appropriation: of another public body always, one's own where the applicant is public."""


class ConcernKind(models.TextChoices):
    """National lists that an application chooses from, where its call names what it concerns; and municipalities."""

    CHALLENGE = "challenge", "Samhällsutmaningar"
    KEY_QUESTION = "key_question", "Nyckelfrågor"
    DIALOGUE_THEME = "dialogue_theme", "Dialogteman"
    PLANNING_LEVEL = "planning_level", "Planeringsnivåer"
    MUNICIPALITY = "municipality", "Kommuner"


class SpatialLevel(models.IntegerChoices):
    """How spatial a regional development strategy is, as the applicant rates it (DOMAIN 4, S4). The words are ours."""

    NOT = 1, "Inte alls: strategin säger inget om var i länet"
    LITTLE = 2, "Lite: platser nämns i texten"
    PARTLY = 3, "Delvis: strategin har kartor, men målen hör inte ihop med dem"
    MOSTLY = 4, "Till stor del: en strukturbild visar vad målen betyder för olika delar av länet"
    WHOLLY = 5, "Helt: strukturbilden styr prioriteringar och planering, och följs upp"


PARTY_FILE_KINDS = {
    "handlingar": "Handlingar",
    "beslut": "Beslut",
    "filer": "Filer",
    "handelser": "Händelser",
}
"""What the applicant's own case file is filtered by, in the address."""


class RevisionKind(models.TextChoices):
    """How a text came to the history of the application's fields."""

    WRITTEN = "written", "Ändrat"
    RESTORED = "restored", "Återställt"
    CONFLICT = "conflict", "Inte sparat: någon annan hade ändrat samtidigt"
