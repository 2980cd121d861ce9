"""Addresses of documents."""

from django.urls import path

from grants.documents import views

app_name = "documents"
urlpatterns = [
    path("handlingar/<uuid:pk>/pdf/", views.document_pdf, name="pdf"),
    path("meddelandefiler/<int:number>/", views.message_file, name="message_file"),
]
