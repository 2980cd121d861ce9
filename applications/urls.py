"""Addresses of applications."""

from django.urls import path

from applications.views import (
    budget_book,
    case,
    comments,
    files,
    invitations,
    mine,
    printing,
    receipts,
    review,
    sections,
    sharing,
    signing,
    starting,
    supplement,
    trying,
)

app_name = "applications"
urlpatterns = [
    path("ansokningar/", mine.mine, name="mine"),
    path("utlysningar/<slug:code>/ansok/", starting.start, name="start"),
    path("utlysningar/<slug:code>/prova/", trying.try_call, name="try"),
    path("utlysningar/<slug:code>/prova/ta-bort/", trying.discard_try, name="discard_try"),
    path("ansokningar/<uuid:pk>/", case.detail, name="detail"),
    path("ansokningar/<uuid:pk>/granska/", review.review, name="review"),
    path("ansokningar/<uuid:pk>/utkast-pdf/", printing.draft_pdf, name="draft_pdf"),
    path("ansokningar/<uuid:pk>/kommentarer/", comments.add, name="comment"),
    path("ansokningar/<uuid:pk>/kommentarer/<int:number>/", comments.resolve, name="comment_resolve"),
    path("ansokningar/<uuid:pk>/be-om-underskrift/", signing.ask, name="ask_signature"),
    path("ansokningar/<uuid:pk>/skicka-in/", signing.submit, name="submit"),
    path("ansokningar/<uuid:pk>/kvittens/", receipts.receipt, name="receipt"),
    path("ansokningar/<uuid:pk>/kvittens/json/", receipts.receipt_json, name="receipt_json"),
    path("kvittens/", receipts.verify, name="verify_receipt"),
    path("ansokningar/<uuid:pk>/vagen/", case.whole_way, name="process"),
    path("ansokningar/<uuid:pk>/aterta/", case.withdraw, name="withdraw"),
    path("ansokningar/<uuid:pk>/komplettering/", supplement.supplement, name="supplement"),
    path("ansokningar/<uuid:pk>/delning/", sharing.sharing, name="sharing"),
    path("ansokningar/<uuid:pk>/delning/inbjudan/", sharing.invitation, name="invitation_change"),
    path("ansokningar/<uuid:pk>/delning/<int:number>/", sharing.share, name="share"),
    path("inbjudan/<str:key>/", invitations.invitation, name="invitation"),
    path("inbjudningar/", invitations.accept_own, name="invitation_accept"),
    path("ansokningar/<uuid:pk>/bilagor/ny/", files.add, name="attachment_add"),
    path("ansokningar/<uuid:pk>/bilagor/<int:number>/", files.download, name="attachment"),
    path("ansokningar/<uuid:pk>/bilagor/<int:number>/ta-bort/", files.remove, name="attachment_remove"),
    path("ansokningar/<uuid:pk>/budget/excel/", budget_book.upload, name="budget_upload"),
    path("ansokningar/<uuid:pk>/budget/excel/fil/", budget_book.download, name="budget_download"),
    path("ansokningar/<uuid:pk>/<slug:section>/", sections.section, name="section"),
]
