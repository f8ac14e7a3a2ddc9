"""Every address of the application. `tests/test_walls.py` lists each one with who may open it."""

from django.urls import include, path, register_converter

from clubhouse import computer, converters, offline, spans, units, views
from clubhouse.me import agreed, held, looks, not_right, page, visits
from members.admin import keeper
from members.views import doors

register_converter(converters.DayConverter, "day")
register_converter(converters.MonthConverter, "month")
register_converter(converters.IsoWeekConverter, "week")
register_converter(spans.SpanConverter, "span")

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("look/", views.set_look, name="set_look"),
    path("me/", page.me, name="me"),
    path("me/visits/", visits.my_visits, name="my_visits"),
    path("me/held/", held.held, name="held"),
    path("me/held/read/", held.held_topics, name="held_topics"),
    path("me/held/read/<slug:topic>/", held.held_topic, name="held_topic"),
    path("me/held/table/<str:table>/", held.held_table, name="held_table"),
    path("me/held/take/", held.take_held_along, name="take_held_along"),
    path("me/held/whole/", held.held_whole, name="held_whole"),
    path("me/held/not-right/", not_right.not_right, name="not_right"),
    path("me/held.json", held.held_json, name="held_json"),
    path("me/agreed/", agreed.agreed, name="agreed"),
    path("me/looks/", looks.my_records, name="my_records"),
    path("members/<int:pk>/visits/", visits.member_visits, name="member_visits"),
    path("house/computer/", computer.see_keeping, name="see_keeping"),
    path("house/backups/now/", computer.back_up_now, name="back_up_now"),
    path("units/", units.units, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("accounts/email/", doors.own_email, name="own_email"),
    path("accounts/sessions/", doors.my_sessions, name="my_sessions"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("keeper/", keeper.urls),
    path("", include("members.urls")),
    path("", include("activities.urls")),
    path("", include("attendance.urls")),
]

handler500 = "clubhouse.views.went_wrong"
