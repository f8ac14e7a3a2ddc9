"""The page about the house's own computer, for coordinators and the keeper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clubhouse import health, keeping, schema
from members.permissions import requires


@require_safe
@requires("members.see_keeping")
def see_keeping(request: HttpRequest) -> HttpResponse:
    """How it is, each thing with what to do, and the backups."""
    found = health.findings(timezone.now())
    context: dict = {"findings": sorted(found, key=lambda finding: finding.ok is not False)}
    if schema.is_current():
        context["backups"] = keeping.for_page(timezone.now())
    return render(request, "clubhouse/see_keeping.html", context)


@require_POST
@requires("members.see_keeping")
def back_up_now(request: HttpRequest) -> HttpResponse:
    """The worker makes one within a quarter of a minute."""
    keeping.back_up_now(by=request.user)
    messages.success(request, _("A backup is on its way. Look here again in a minute."))
    return redirect("see_keeping")
