"""Addresses of exports."""

from django.urls import path

from grants.exports import views

app_name = "exports"
urlpatterns = [
    path("uttag/beslut/", views.decisions, name="decisions"),
    path("uttag/<uuid:pk>/", views.job, name="job"),
    path("uttag/<uuid:pk>/fil/", views.download, name="download"),
]
