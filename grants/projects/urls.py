"""Addresses of projects, their reports and their payment applications."""

from django.urls import URLPattern, URLResolver, include, path

from grants.projects.views import lists, payments, projects, reports

app_name = "projects"

report_patterns = (
    [
        path("<uuid:pk>/", reports.detail, name="detail"),
        path("<uuid:pk>/kasta/", reports.discard, name="discard"),
        path("<uuid:pk>/steg/<str:name>/", reports.step, name="step"),
    ],
    "report",
)
payment_patterns = (
    [
        path("<uuid:pk>/", payments.detail, name="detail"),
        path("<uuid:pk>/kasta/", payments.discard, name="discard"),
        path("<uuid:pk>/steg/<str:name>/", payments.step, name="step"),
    ],
    "payment",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("projekt/", lists.project_list, name="list"),
    path("projekt/<uuid:pk>/", projects.detail, name="detail"),
    path("projekt/<uuid:pk>/steg/<str:name>/", projects.step, name="step"),
    path("projekt/<uuid:pk>/rapporter/ny/", reports.new, name="new_report"),
    path("projekt/<uuid:pk>/utbetalningar/ny/", payments.new, name="new_payment"),
    path("rapporter/", include(report_patterns)),
    path("utbetalningar/", lists.payments, name="payments"),
    path("utbetalningar/", include(payment_patterns)),
]
