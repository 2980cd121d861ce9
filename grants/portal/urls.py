"""Addresses of the portal."""

from django.urls import path

from grants.core.styleguide import style_page
from grants.portal.views import desk, public

app_name = "portal"
urlpatterns = [
    path("", public.start, name="start"),
    path("start/", public.home, name="home"),
    path("beslut-och-resultat/", public.granted, name="results"),
    path("sa-soker-ni/", public.how_to_apply, name="how_to_apply"),
    path("in-english/", public.in_english, name="in_english"),
    path("tillganglighet/", public.accessibility, name="accessibility"),
    path("personuppgifter/", public.personal_data, name="personal_data"),
    path("kontakt/", public.contact, name="contact"),
    path("komponenter/", style_page, name="components"),
    path("arbetslista/", desk.worklist, name="worklist"),
    path("meddelanden/", desk.messages, name="messages"),
]
