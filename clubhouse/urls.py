"""Every address of the application. `tests/test_walls.py` lists each one with who may open it."""

from django.urls import include, path, register_converter

from clubhouse import converters, me, offline, spans, units, views
from members.admin import keeper
from members.views import doors

register_converter(converters.DayConverter, "day")
register_converter(converters.MonthConverter, "month")
register_converter(spans.SpanConverter, "span")

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("look/", views.set_look, name="set_look"),
    path("me/", me.me, name="me"),
    path("me/visits/", me.my_visits, name="my_visits"),
    path("me/looks/", me.my_records, name="my_records"),
    path("members/<int:pk>/visits/", me.member_visits, name="member_visits"),
    path("units/", units.units, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("accounts/email/", doors.own_email, name="own_email"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("keeper/", keeper.urls),
    path("", include("members.urls")),
    path("", include("activities.urls")),
    path("", include("attendance.urls")),
]
