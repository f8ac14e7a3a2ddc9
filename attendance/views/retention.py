"""How long the house keeps what it wrote: off until two colleagues say so, shown before it happens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from attendance import actions, retention
from attendance.forms.retention import RetentionForm
from members.models import RetentionRule
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.edit_retention")
def edit_retention(request: HttpRequest) -> HttpResponse:
    """The rules, and what each would take today; and a proposal of another one."""
    form = RetentionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_retention(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Proposed. Nothing goes until a second colleague says yes."))
            return redirect("attendance:edit_retention")
    return render(request, "attendance/edit_retention.html", {"form": form, "rules": _rules()})


@require_POST
@requires("attendance.confirm_retention")
def confirm_retention(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.confirm_retention(rule=get_object_or_404(RetentionRule, pk=pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved. The house does it each day from now on."))
    return redirect("attendance:edit_retention")


@require_POST
@requires("attendance.edit_retention")
def end_retention(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_retention(rule=get_object_or_404(RetentionRule, pk=pk), by=request.user)
    messages.success(request, _("Ended. Nothing more goes."))
    return redirect("attendance:edit_retention")


def _rules() -> list[tuple]:
    """Each rule that stands or waits, what it is about, and what it would take today."""
    now = timezone.now()
    rules = RetentionRule.objects.filter(ended_at=None, what__in=retention.KINDS)
    rules = rules.select_related("proposed_by__member", "proposed_by__staff")
    return [(rule, retention.KINDS[rule.what], retention.dry_run(rule.what, rule.months, now)) for rule in rules]
