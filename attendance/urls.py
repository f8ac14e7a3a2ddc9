from django.urls import path

from attendance.views import (
    arrivals,
    closing,
    corrections,
    door,
    guests,
    imports,
    mark_myself,
    paper,
    reports,
    several,
    walk_ins,
)

app_name = "attendance"

urlpatterns = [
    path("arrivals/", arrivals.arrivals, name="arrivals"),
    path("arrivals/now/", arrivals.arrivals_now, name="arrivals_now"),
    path("arrivals/queue/", arrivals.tap_queue, name="tap_queue"),
    path("arrivals/names/", paper.suggest_members, name="suggest_members"),
    path("arrivals/<day:day>/", arrivals.arrivals, name="arrivals_on"),
    path("arrivals/<day:day>/log/", arrivals.log_arrival, name="log_arrival"),
    path("arrivals/<day:day>/sheet/", arrivals.arrivals_sheet, name="arrivals_sheet"),
    path("arrivals/<day:day>/walk-in/", walk_ins.add_walk_in, name="add_walk_in"),
    path("arrivals/<day:day>/guests/", guests.count_guests, name="count_guests"),
    path("arrivals/<day:day>/several/", several.several, name="several"),
    path("arrivals/<day:day>/log-several/", several.log_several, name="log_several"),
    path("arrivals/<day:day>/everyone-out/", several.everyone_out, name="everyone_out"),
    path("arrivals/<day:day>/closing/", closing.close_day, name="close_day"),
    path("arrivals/<day:day>/batches/<uuid:batch>/undo/", closing.undo_batch, name="undo_batch"),
    path("arrivals/visits/<int:pk>/", corrections.correct_visit, name="correct_visit"),
    path("arrivals/visits/<int:pk>/removed/", corrections.restore_visit, name="restore_visit"),
    path("arrivals/visits/<int:pk>/change/", arrivals.change_visit, name="change_visit"),
    path("arrivals/corrections/", corrections.corrections, name="corrections"),
    path("arrivals/corrections/<int:pk>/answer/", corrections.answer_correction, name="answer_correction"),
    path("me/here/", mark_myself.mark_myself, name="mark_myself"),
    path("me/visits/<day:day>/correction/", corrections.request_correction, name="request_correction"),
    path("door/", door.door, name="door"),
    path("door/practice/", door.practise_door, name="practise_door"),
    path("house/import/", imports.import_house, name="import_house"),
    path("house/import/<int:pk>/", imports.import_house_draft, name="import_house_draft"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<month:month>/", reports.report, name="report"),
    path("reports/<month:month>.csv", reports.export_monthly_report, {"format": "csv"}, name="export_monthly_report"),
    path("reports/<month:month>.json", reports.export_monthly_report, {"format": "json"}, name="export_monthly_report"),
]
