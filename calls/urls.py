"""Addresses of calls."""

from django.urls import path

from calls.parts import PARTS
from calls.views import answers, desk, in_advance, life, programmes, public, questions, setup, texts

app_name = "calls"
urlpatterns = [
    path("utlysningar/", public.call_list, name="list"),
    path("utlysningar/hantera/", desk.manage, name="manage"),
    path("utlysningar/program/", programmes.programmes, name="programmes"),
    path("utlysningar/program/nytt/", programmes.create, name="programme_create"),
    path("utlysningar/program/<slug:code>/", programmes.change, name="programme"),
    path("utlysningar/ny/", setup.create, name="create"),
    path("utlysningar/kalender.ics", public.calendar, name="calendar"),
    path("utlysningar/<slug:code>/", public.detail, name="detail"),
    path("utlysningar/<slug:code>/fragor/", in_advance.questions, name="in_advance"),
    path("utlysningar/<slug:code>/fragor.pdf", in_advance.questions_pdf, name="in_advance_pdf"),
    path("utlysningar/<slug:code>/kalender.ics", public.call_calendar, name="call_calendar"),
    path("utlysningar/hantera/<slug:code>/", desk.overview, name="overview"),
    path("utlysningar/hantera/<slug:code>/svar/", answers.answers, name="answers"),
    path("utlysningar/hantera/<slug:code>/svar/<int:pk>/", answers.answer, name="answer"),
    path("utlysningar/hantera/<slug:code>/svar/<int:pk>/ta-bort/", answers.remove, name="answer_remove"),
    path("utlysningar/<slug:code>/andra/", setup.edit, name="edit"),
    *[path(f"utlysningar/<slug:code>/andra/{part.slug}/", setup.PAGES[part.key], name=part.key) for part in PARTS],
    path("utlysningar/<slug:code>/forlang/", desk.extend, name="extend"),
    path("utlysningar/hantera/<slug:code>/fragor/", questions.overview, name="questions"),
    path("utlysningar/hantera/<slug:code>/fragor/andra/", questions.change, name="questions_change"),
    path("utlysningar/hantera/<slug:code>/fragor/avsnitt/", questions.section, name="question_section_new"),
    path("utlysningar/hantera/<slug:code>/fragor/avsnitt/<slug:section>/", questions.section, name="question_section"),
    path("utlysningar/hantera/<slug:code>/fragor/avsnitt/<slug:section>/ny/", questions.question, name="question_new"),
    path(
        "utlysningar/hantera/<slug:code>/fragor/avsnitt/<slug:section>/visa/",
        questions.preview,
        name="question_preview",
    ),
    path("utlysningar/hantera/<slug:code>/fragor/fraga/<slug:question>/", questions.question, name="question"),
    path("utlysningar/hantera/<slug:code>/fragor/ny-version/", questions.begin, name="questions_begin"),
    path("utlysningar/hantera/<slug:code>/fragor/kasta/", questions.discard, name="questions_discard"),
    path("utlysningar/hantera/<slug:code>/fragor/ta-i-bruk/", questions.take_into_use, name="questions_use"),
    path("utlysningar/<slug:code>/steg/<slug:name>/", desk.step, name="step"),
    path("utlysningar/<slug:code>/stall-in/", life.cancel, name="cancel"),
    path("utlysningar/<slug:code>/kasta/", life.discard, name="discard"),
    path("utlysningar/<slug:code>/kopiera/", life.copy, name="copy"),
    path("utlysningar/<slug:code>/oppna-igen/", life.reopen, name="reopen"),
    path("utlysningar/<slug:code>/texter/", texts.text_list, name="texts"),
    path("utlysningar/<slug:code>/texter/<slug:purpose>/", texts.text, name="text"),
    path("utlysningar/<slug:code>/texter/<slug:purpose>/aterstall/", texts.restore, name="text_restore"),
]
