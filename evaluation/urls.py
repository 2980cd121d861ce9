"""Addresses of evaluation. The addresses of a decision's steps carry the steps' names, so that buttons find them."""

from django.urls import path

from evaluation.views import applicant, assess, case, consulted, decision, lists, opinions, propose, ranking

app_name = "evaluation"
urlpatterns = [
    path("arenden/", lists.applications, name="list"),
    path("arenden/<uuid:pk>/", case.case, name="case"),
    path("arenden/<uuid:pk>/bedomning/", case.case, {"tab": "bedomning"}, name="case_assessment"),
    path("arenden/<uuid:pk>/yttranden/", case.case, {"tab": "yttranden"}, name="case_opinions"),
    path("arenden/<uuid:pk>/handlingar/", case.case, {"tab": "handlingar"}, name="case_documents"),
    path("arenden/<uuid:pk>/handelser/", case.case, {"tab": "handelser"}, name="case_events"),
    path("arenden/<uuid:pk>/borja/", case.begin, name="begin"),
    path("arenden/<uuid:pk>/tilldela/", case.assign, name="assign"),
    path("arenden/<uuid:pk>/formell-kontroll/", case.formal_check, name="formal_check"),
    path("arenden/<uuid:pk>/bekrafta-kontroll/", case.confirm_check, name="confirm_check"),
    path("arenden/<uuid:pk>/komplettering/", case.supplement, name="supplement"),
    path("arenden/<uuid:pk>/utse-bedomare/", case.appoint, name="appoint"),
    path("arenden/<uuid:pk>/jav/", case.conflict, name="conflict"),
    path("arenden/<uuid:pk>/forslag/", propose.propose, name="propose"),
    path("yttranden/", consulted.mine, name="opinions"),
    path("yttranden/<uuid:pk>/", consulted.opinion, name="opinion"),
    path("yttranden/<uuid:pk>/fil/", consulted.file, name="opinion_file"),
    path("yttranden/<uuid:pk>/synpunkter/", consulted.reply, name="opinion_reply"),
    path("yttranden/<uuid:pk>/begar/", opinions.ask, name="opinion_ask"),
    path("yttranden/<uuid:pk>/anteckna/", opinions.record, name="opinion_record"),
    path("yttranden/<uuid:pk>/avsta/", opinions.waive, name="opinion_waive"),
    path("yttranden/<uuid:pk>/kommunicera/", opinions.communicate, name="opinion_communicate"),
    path("bedomningar/<uuid:pk>/", assess.assessment, name="assessment"),
    path("utlysningar/<slug:code>/rankning/", ranking.ranking, name="ranking"),
    path("beslut/", lists.decisions, name="decisions"),
    path("beslut/<uuid:pk>/", decision.decision, name="decision"),
    path("beslut/<uuid:pk>/faststall/", decision.decide, name="decide"),
    path("beslut/<uuid:pk>/aterfor/", decision.send_back, name="send_back"),
    path("beslut/<uuid:pk>/expediera/", decision.dispatch, name="dispatch"),
    path("beslut/<uuid:pk>/laga-kraft/", decision.make_final, name="make_final"),
    path("beslut/om-ansokan/<uuid:pk>/", applicant.decision, name="decision_applicant"),
]
