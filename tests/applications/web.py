"""How tests press the applicant's pages: addresses, a signed-in browser, and what a section's form sends."""

import json

from django.test import Client
from django.urls import reverse

from applications.content import fingerprint
from applications.supplementing import content_to_send, open_request
from applications.views.bound import BOUND
from applications.writing.values import digest
from tests.builders.base import fresh
from tests.builders.sessions import confirmed


def signed_in(user):
    """A browser of the person, who has just confirmed who they are: signing asks for no more."""
    client = Client()
    client.force_login(user)
    return confirmed(client, user)


def url(name, application, *rest):
    return reverse(f"applications:{name}", args=[application.pk, *rest])


def section_url(application, section):
    return url("section", application, section)


def read_form(application, **more):
    """What the review page's form, or that of a supplement, sends: the fingerprint of the content that was read."""
    asked = open_request(fresh(application))
    return {"sha256": fingerprint(content_to_send(application, asked)), **more}


def posted(application, section, **changes):
    """What a browser would send from the section's page, with changes."""
    bound = BOUND[str(section)](fresh(application))
    data = {"version": fresh(application).version, "gor": "spara"}
    for source in bound.sources:
        if hasattr(source, "management_form"):
            for field in source.management_form:
                data[field.html_name] = field.value()
    for field in bound.fields():
        value = field.value()
        if value is True or value not in (None, False, ""):
            data[field.html_name] = "on" if value is True else value
    return {**data, **changes}


def send(user, application, section, name, *values, was=(), **more):
    """Save one field as the page does while its person writes. ``was``: what the page had there."""
    client = user if hasattr(user, "post") else signed_in(user)
    data = {"del": section, "falt": name, "varde": list(values), "bas": digest(was), "sida": "page-1", **more}
    return client.post(url("autosave", application), data)


def shown(user, application, section):
    """The page's text, and what it says that its fields held."""
    page = signed_in(user).get(section_url(application, section))
    return page.content.decode(), json.loads(page.context["bases"])
