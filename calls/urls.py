"""Addresses of calls."""

from django.urls import path

from calls.parts import PARTS
from calls.views import answers, desk, life, public, setup

app_name = "calls"
urlpatterns = [
    path("utlysningar/", public.call_list, name="list"),
    path("utlysningar/hantera/", desk.manage, name="manage"),
    path("utlysningar/ny/", setup.create, name="create"),
    path("utlysningar/kalender.ics", public.calendar, name="calendar"),
    path("utlysningar/<slug:code>/", public.detail, name="detail"),
    path("utlysningar/<slug:code>/kalender.ics", public.call_calendar, name="call_calendar"),
    path("utlysningar/hantera/<slug:code>/", desk.overview, name="overview"),
    path("utlysningar/hantera/<slug:code>/svar/", answers.answers, name="answers"),
    path("utlysningar/hantera/<slug:code>/svar/<int:pk>/", answers.answer, name="answer"),
    path("utlysningar/hantera/<slug:code>/svar/<int:pk>/ta-bort/", answers.remove, name="answer_remove"),
    path("utlysningar/<slug:code>/andra/", setup.edit, name="edit"),
    *[path(f"utlysningar/<slug:code>/andra/{part.slug}/", setup.PAGES[part.key], name=part.key) for part in PARTS],
    path("utlysningar/<slug:code>/forlang/", desk.extend, name="extend"),
    path("utlysningar/<slug:code>/steg/<slug:name>/", desk.step, name="step"),
    path("utlysningar/<slug:code>/stall-in/", life.cancel, name="cancel"),
    path("utlysningar/<slug:code>/oppna-igen/", life.reopen, name="reopen"),
]
