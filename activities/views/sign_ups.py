"""One tap on a card of the board: taking part, waiting for a place, and saying that one can show it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import actions, board
from activities.models import LibraryTask, PlaceRole, SignUp, UnitTask
from activities.taps import card_or_board, gone
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal


@require_POST
@requires("activities.sign_up")
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place, give it back, wait for one or stop waiting: the card swaps in place."""
    return _tap(request, pk, {"sign_up": _sign_up, "withdraw": _withdraw, "wait": _wait, "stop_waiting": _stop_waiting})


@require_POST
@requires("activities.can_show")
def can_show(request: HttpRequest, pk: int) -> HttpResponse:
    """ "I can show this", and its undo."""
    return _tap(request, pk, {"can_show": _can_show, "stop_showing": _stop_showing})


@require_POST
@requires("activities.can_show")
def can_show_work(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on the page of the work, for whoever knows it from elsewhere."""
    work = get_object_or_404(LibraryTask.objects.visible_to(request.user), pk=pk)
    act = {"can_show": _can_show, "stop_showing": _stop_showing}.get(request.POST.get("action", ""))
    if act is None:
        messages.error(request, _("Please use one of the buttons on the page."))
    else:
        messages.success(request, act(request, work, _own_member(request)))
    return redirect("activities:guide", pk)


def _own_member(request: HttpRequest) -> Member:
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    return member


def _tap(request: HttpRequest, pk: int, taps: dict) -> HttpResponse:
    member = _own_member(request)
    task = UnitTask.objects.visible_to(request.user).filter(pk=pk).first()
    if task is None:
        return gone(request, pk)
    act = taps.get(request.POST.get("action"))
    if act is None:
        messages.error(request, _("Please use one of the buttons on the task."))
    else:
        try:
            messages.success(request, act(request, task, member))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return card_or_board(request, task)


def _role(request: HttpRequest) -> str:
    """How somebody takes part; anything odd is just doing it."""
    role = request.POST.get("role", "")
    return role if role in PlaceRole.values else PlaceRole.DOING


def _sign_up(request: HttpRequest, task: UnitTask, member: Member) -> str:
    made = actions.sign_up(task=task, member=member, by=request.user, house=request.house, role=_role(request))
    return _you_are_on(made, made.is_new)


def _you_are_on(made: SignUp, is_new: bool) -> str:
    sentences = {
        PlaceRole.DOING: _("You are on “%(task)s”.") if is_new else _("You are already on “%(task)s”."),
        PlaceRole.SHOWING: _("You are on “%(task)s”, to show it."),
        PlaceRole.LEARNING: _("You are on “%(task)s”, to learn it."),
    }
    sentence = sentences[PlaceRole(made.role)] % {"task": made.task.title}
    return f"{sentence} {board.also_on(made)}".strip()


def _withdraw(request: HttpRequest, task: UnitTask, member: Member) -> str:
    actions.withdraw(task=task, member=member, by=request.user)
    return _("You are off “%(task)s”.") % {"task": task.title}


def _wait(request: HttpRequest, task: UnitTask, member: Member) -> str:
    made = actions.wait(task=task, member=member, by=request.user, house=request.house, role=_role(request))
    if isinstance(made, SignUp):
        return _you_are_on(made, made.is_new)
    return _(
        "You are number %(number)s in line for “%(task)s”. When a place comes free, it is yours. "
        "You will see it here and on your home page."
    ) % {"number": made.number, "task": task.title}


def _stop_waiting(request: HttpRequest, task: UnitTask, member: Member) -> str:
    if not actions.stop_waiting(task=task, member=member, by=request.user) and task.has(member):
        return _("A place came free a moment ago. You are on “%(task)s”.") % {"task": task.title}
    return _("You wait no more for “%(task)s”.") % {"task": task.title}


def _can_show(request: HttpRequest, task: UnitTask | LibraryTask, member: Member) -> str:
    actions.can_show(what=task, member=member, by=request.user)
    return _("Thank you. The card says that you like to show “%(task)s”.") % {"task": task.title}


def _stop_showing(request: HttpRequest, task: UnitTask | LibraryTask, member: Member) -> str:
    actions.stop_showing(what=task, member=member, by=request.user)
    return _("The card says it no more.")
