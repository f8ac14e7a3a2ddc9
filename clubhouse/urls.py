"""Every address of the application. `tests/test_walls.py` lists each one with who may open it."""

from django.contrib import admin
from django.urls import include, path, register_converter

from clubhouse import converters, views

register_converter(converters.DayConverter, "day")
register_converter(converters.MonthConverter, "month")

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("look/", views.set_look, name="set_look"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("keeper/", admin.site.urls),
    path("", include("members.urls")),
    path("", include("activities.urls")),
    path("", include("attendance.urls")),
]
