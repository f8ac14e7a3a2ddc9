"""How it is done: the guide of a task, its card on paper, and writing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import actions
from activities.actions.guides import MOST_STEPS, GuideFull, check_writer
from activities.forms.library import GuideStepForm
from activities.models import GuideStep, LibraryTask
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal

TAKEN_OUT = "taken_out_of_a_guide"  # in the session, until the next look at the page


@require_safe
@requires("activities.see_library")
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps, for everybody; printed, a card to hang up beside the work."""
    task = _known(request, pk)
    said = task.shown_by.filter(member__in=Member.objects.on_roll(timezone.localdate())).select_related("member")
    context = {
        "task": task,
        "steps": task.steps.all(),
        "names": [name for each in said if (name := each.member.name_for_board)],
        "can_show": any(each.member.user_id == request.user.pk for each in said),
        "may_write": _may_write(request, task),
    }
    return render(request, "activities/guide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.write_guide")
def write_guide(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps one under the other, and below them one to write. `?step=2`: that one in new words."""
    task = _known(request, pk)
    number = _number(request.GET.get("step", ""))
    step = task.steps.filter(number=number).first()
    form = _form(request, step)
    try:
        check_writer(library_task=task, by=request.user)
        if request.method == "POST" and _done(request, task, form, number):
            return redirect("activities:write_guide", pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("activities:guide", pk)
    context = {"task": task, "steps": task.steps.all(), "form": form, "number": number if step else None}
    return render(request, "activities/write_guide.html", context | {"most": MOST_STEPS})


def _form(request: HttpRequest, step: GuideStep | None) -> GuideStepForm:
    """Of the step to change, or of a new one; it begins with the words of a step that was taken out just now."""
    if request.method == "POST":
        return GuideStepForm(request.POST if request.POST.get("action") == "write" else None, instance=step)
    taken_out = request.session.pop(TAKEN_OUT, None)
    return GuideStepForm(instance=step, initial=None if step else taken_out)


def _done(request: HttpRequest, task: LibraryTask, form: GuideStepForm, number: int) -> bool:
    """What was asked for is done; False when the step's form says what is not right. Raises refusals."""
    of, by = _number(request.POST.get("number", "")), request.user
    match request.POST.get("action"):
        case "up":
            actions.move_guide_step(library_task=task, number=of, to=of - 1, by=by)
        case "down":
            actions.move_guide_step(library_task=task, number=of, to=of + 1, by=by)
        case "remove":
            removed = actions.remove_guide_step(library_task=task, number=of, by=by)
            if removed:
                request.session[TAKEN_OUT] = {"words": removed.words, "picture": removed.picture}
                messages.success(request, _("The step is out. Its words are below, if you want it back."))
        case "write":
            return form.is_valid() and _written(request, task, form, number)
    return True


def _written(request: HttpRequest, task: LibraryTask, form: GuideStepForm, number: int) -> bool:
    try:
        actions.write_guide_step(library_task=task, **form.cleaned_data, number=number or None, by=request.user)
    except GuideFull as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    messages.success(request, _("The step is there."))
    return True


def _known(request: HttpRequest, pk: int) -> LibraryTask:
    """Also of work that left the library: tasks on the board still lead here."""
    return get_object_or_404(LibraryTask.objects.visible_to(request.user).select_related("unit"), pk=pk)


def _may_write(request: HttpRequest, task: LibraryTask) -> bool:
    return LibraryTask.objects.guides_writable_by(request.user).filter(pk=task.pk).exists()


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 4 else 0
