"""Writing the sections of an application: drafts, and the sections that an open request for supplement has opened.

Incomplete is fine, faulty is not: missing answers are saved as they are, malformed ones are refused with a sentence.
"""

from applications.drafting.budget import MAX_FINANCIERS, follow_rates, recalculate, save_budget
from applications.drafting.field import OWN, save_answer, save_contribution, save_field
from applications.drafting.files import MAX_FILES, add_attachment, remove_attachment
from applications.drafting.objectives import save_objectives
from applications.drafting.opening import editable_sections, may_change, opened, saved, stop_if
from applications.drafting.parties import MAX_CONTRIBUTION, MAX_PARTIES, ORG_NUMBER, party_reasons, save_parties
from applications.drafting.place import save_place
from applications.drafting.project import MAX_SUMMARY, save_project

__all__ = [
    "MAX_CONTRIBUTION",
    "MAX_FILES",
    "MAX_FINANCIERS",
    "MAX_PARTIES",
    "MAX_SUMMARY",
    "ORG_NUMBER",
    "OWN",
    "add_attachment",
    "editable_sections",
    "follow_rates",
    "may_change",
    "opened",
    "party_reasons",
    "recalculate",
    "remove_attachment",
    "save_answer",
    "save_budget",
    "save_contribution",
    "save_field",
    "save_objectives",
    "save_parties",
    "save_place",
    "save_project",
    "saved",
    "stop_if",
]
