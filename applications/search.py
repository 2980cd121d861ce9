"""What an application is found by once it has come in: its register number, title, applicant and parties."""

from __future__ import annotations

from applications.models import Application
from grants.core.search import search_words

BATCH = 500


def words_for(application: Application, register_number: str = "") -> str:
    """The search words of the application. Reads ``applicant`` and ``parties``."""
    parties = [name for party in application.parties.all() for name in (party.name, party.org_number)]
    number = register_number or application.register_number
    return search_words(number, application.title, application.applicant.name, *parties)


def index_all() -> int:
    """Set the search words of every application that has come in anew, where they differ; returns how many did.

    For after an organisation has got another name: the words are those of the day when the application came in.
    """
    changed = 0
    rows = Application.objects.exclude(state="draft").select_related("case", "applicant").prefetch_related("parties")
    for application in rows.iterator(chunk_size=BATCH):
        words = words_for(application)
        if words != application.search_words:
            changed += Application.objects.filter(pk=application.pk).update(search_words=words)
    return changed
