"""What we know how to do: the library of each unit, and posting from it."""

import contextlib
import datetime as dt

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import actions
from activities.forms.library import LibraryTaskForm
from activities.library import TRADES, trade_of
from activities.models import LibraryTask, Unit
from clubhouse.converters import DayConverter
from members.permissions import requires
from members.refusals import Refusal

A_YEAR = dt.timedelta(days=366)


@require_safe
@requires("activities.see_library")
def library(request: HttpRequest) -> HttpResponse:
    """Everything that the house knows how to do, by unit."""
    return render(request, "activities/library.html", _page(request))


@require_safe
@requires("activities.see_library")
def unit_library(request: HttpRequest, pk: int) -> HttpResponse:
    """What one unit knows; who looks after it finds the usual tasks here."""
    unit = get_object_or_404(Unit, pk=pk)
    fitting = trade_of(unit)
    trades = [fitting] if fitting else TRADES
    return render(request, "activities/unit_library.html", _page(request, unit=unit) | {"unit": unit, "trades": trades})


def _page(request: HttpRequest, **which) -> dict:
    """The units with their library, and the day that work would be posted for. Two queries."""
    today = timezone.localdate()
    day = _day(request.GET.get("day", ""), today)
    known = LibraryTask.objects.visible_to(request.user).standing().filter(**which).with_guides().with_posted(day)
    units = Unit.objects.filter(pk=which["unit"].pk) if which else Unit.objects.all()
    return {
        "units": units.prefetch_related(Prefetch("librarytasks", known.order_by("title"), to_attr="known")),
        "day": day,
        "today": today,
    }


def _day(asked: str, today: dt.date) -> dt.date:
    """The day that a link or a button named; today for anything odd, over or more than a year away."""
    with contextlib.suppress(ValueError):
        day = DayConverter().to_python(asked)
        return day if today <= day <= today + A_YEAR else today
    return today


@require_POST
@requires("activities.post_task")
def post_library_task(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap puts it on the board of today, or of the day that was looked at."""
    known = get_object_or_404(LibraryTask.objects.visible_to(request.user).select_related("unit"), pk=pk)
    day = _day(request.POST.get("day", ""), timezone.localdate())
    task = actions.post_from_library(library_task=known, day=day, by=request.user)
    messages.success(request, _("“%(task)s” is on the board.") % {"task": task.title})
    return redirect(f"{reverse('activities:tasks_on', kwargs={'day': task.day})}#task-{task.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_library")
def add_library_task(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = LibraryTaskForm(request.POST or None)
    if form.is_valid():
        try:
            task = actions.add_library_task(unit=unit, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("“%(task)s” is in the library.") % {"task": task.title})
            return redirect("activities:unit_library", unit.pk)
    return render(request, "activities/edit_library_task.html", {"form": form, "unit": unit})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_library")
def edit_library_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = _standing(request, pk)
    form = LibraryTaskForm(request.POST or None, instance=_standing(request, pk))
    if form.is_valid():
        try:
            actions.edit_library_task(library_task=task, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:unit_library", task.unit_id)
    return render(request, "activities/edit_library_task.html", {"form": form, "unit": task.unit, "task": task})


def _standing(request: HttpRequest, pk: int) -> LibraryTask:
    return get_object_or_404(LibraryTask.objects.visible_to(request.user).standing().select_related("unit"), pk=pk)


@require_POST
@requires("activities.edit_library")
def remove_library_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(LibraryTask.objects.visible_to(request.user), pk=pk)
    actions.remove_library_task(library_task=task, by=request.user)
    messages.success(request, _("“%(task)s” left the library.") % {"task": task.title})
    return redirect("activities:guide", task.pk)


@require_POST
@requires("activities.edit_library")
def put_back_library_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(LibraryTask.objects.visible_to(request.user), pk=pk)
    actions.put_back_library_task(library_task=task, by=request.user)
    messages.success(request, _("“%(task)s” is in the library again.") % {"task": task.title})
    return redirect("activities:unit_library", task.unit_id)


@require_POST
@requires("activities.edit_library")
def add_usual_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: what most houses do in a kitchen, an office ... Nothing stands twice."""
    unit = get_object_or_404(Unit, pk=pk)
    trade = next((trade for trade in TRADES if trade.name == request.POST.get("trade")), None)
    if trade is None:
        raise Http404
    added = actions.add_usual_tasks(unit=unit, trade=trade, by=request.user)
    sentence = ngettext("%(count)s task is new here.", "%(count)s tasks are new here.", added)
    messages.success(request, sentence % {"count": added} if added else _("They are all here already."))
    return redirect("activities:unit_library", pk)
