"""The tablet at the door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.permissions import open_to_all


@require_safe
@open_to_all
def door(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/door/unpaired.html")
