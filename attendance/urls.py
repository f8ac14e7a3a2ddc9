from django.urls import path

from attendance.views import imports, reports

app_name = "attendance"

urlpatterns = [
    path("house/import/", imports.import_house, name="import_house"),
    path("house/import/<int:pk>/", imports.import_house_draft, name="import_house_draft"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<month:month>/", reports.report, name="report"),
    path("reports/<month:month>.csv", reports.export_monthly_report, {"format": "csv"}, name="export_monthly_report"),
    path("reports/<month:month>.json", reports.export_monthly_report, {"format": "json"}, name="export_monthly_report"),
]
