"""The tablet at the door. Each screen is one answer at one address; `static/js/door.js` swaps them in place."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from attendance import practice_door
from attendance.door import MOST_SHOWN, Door, Held, card_in, choices, letters_in
from attendance.models import Mark
from attendance.practice_door import PracticeDoor
from attendance.search import cleaned
from members.models import Member, Tablet
from members.permissions import open_to_all
from members.refusals import Refusal

# Without JavaScript a screen goes home by itself after so many seconds; one that is swapped in place knows its own.
CLEARED_AFTER = dict.fromkeys(("names", "proof", "person", "few", "many", "nobody", "blocked", "slow", "again"), 50)
CLEARED_AFTER |= {"done": 10, "paused": 60}


def for_the_door(view: Callable) -> Callable:
    """In the language of the house, whoever the browser was made for; and kept by nobody."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        with translation.override(request.house.language):
            response = view(request)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return answer


@sensitive_post_parameters("q", "proof")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
@for_the_door
def door(request: HttpRequest) -> HttpResponse:
    """On a paired tablet the door; anywhere else a word on how to pair one, and nothing more."""
    tablet = request.tablet
    if tablet is None or tablet.place != Tablet.Place.DOOR:
        status = 403 if request.method == "POST" else 200
        return render(request, "attendance/door/unpaired.html", status=status)
    return _screen(request, Door(request, tablet))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
@for_the_door
def practise_door(request: HttpRequest) -> HttpResponse:
    """The same with invented people, for anybody who wants to try."""
    return _screen(request, PracticeDoor())


def _screen(request: HttpRequest, door: Door) -> HttpResponse:
    steps = {"search": _search, "choose": _choose, "prove": _prove, "tap": _tap}
    step = steps.get(request.POST.get("step", ""))
    return step(request, door) if step else _home(request, door)


def _home(request: HttpRequest, door: Door) -> HttpResponse:
    if not door.is_practice and door.tablet.paused_at:
        return _show(request, door, "paused")
    return _show(request, door, "home")


def _search(request: HttpRequest, door: Door) -> HttpResponse:
    words = cleaned(request.POST.get("q", ""))
    if door.is_used(request.POST.get("screen", "")):
        return _home(request, door)
    card = card_in(words)
    if letters_in(words) == 0:
        return _show(request, door, "few")
    if kept_waiting := door.takes("door_card" if card else "door_search"):
        return _show(request, door, kept_waiting)
    if card:
        holder = door.holder_of(card)
        return _person(request, door, holder) if holder else _show(request, door, "nobody")
    found = door.named(words)
    if not found or len(found) > MOST_SHOWN:
        few = letters_in(words) < door.letters
        return _show(request, door, "few" if few else "many" if found else "nobody", words=words)
    named = [(choice, door.seal("choose", choice.pks, must_tell=choice.must_tell)) for choice in choices(found)]
    return _show(request, door, "names", named=named)


def _choose(request: HttpRequest, door: Door) -> HttpResponse:
    held = door.unseal("choose", request.POST.get("who", ""))
    if held is None or door.is_used(str(held.key)):
        return _show(request, door, "again")
    if held.must_tell or held.members[0].door_code:
        return _ask(request, door, held)
    return _person(request, door, held.members[0])


def _prove(request: HttpRequest, door: Door) -> HttpResponse:
    held = door.unseal("prove", request.POST.get("who", ""))
    if held is None or door.is_used(str(held.key)):
        return _show(request, door, "again")
    if (tries := door.takes_code(held.members)) is None:
        return _show(request, door, "blocked")
    member = door.who_proves(held.members, request.POST.get("proof", ""))
    if member is None:
        door.wrong_code(held.members)
        return _ask(request, door, held, is_wrong=True)
    door.right_code(member, tries)
    return _person(request, door, member)


def _tap(request: HttpRequest, door: Door) -> HttpResponse:
    """The answer says what was tapped, and never what the book said before."""
    held = door.unseal("tap", request.POST.get("who", ""))
    action = request.POST.get("action")
    if held is None or action not in {Mark.Action.ARRIVE, Mark.Action.LEAVE}:
        return _show(request, door, "again")
    try:
        door.log(held.members[0], Mark.Action(action), held.key)
    except Refusal:  # this screen said something else before, or very many people mark at once
        return _show(request, door, "again")
    return _show(request, door, "done", name=held.members[0].short_name, has_come=action == Mark.Action.ARRIVE)


def _ask(request: HttpRequest, door: Door, held: Held, *, is_wrong: bool = False) -> HttpResponse:
    """For the code of one's own, or for what tells two people of one name apart."""
    if door.is_blocked(held.members):
        return _show(request, door, "blocked")
    who = door.seal("prove", [member.pk for member in held.members], must_tell=held.must_tell)
    has_code = [bool(member.door_code) for member in held.members]
    context = {"who": who, "is_wrong": is_wrong, "name": held.members[0].short_name}
    return _show(request, door, "proof", **context, codes_only=all(has_code), numbers_only=not any(has_code))


def _person(request: HttpRequest, door: Door, member: Member) -> HttpResponse:
    return _show(request, door, "person", name=member.short_name, who=door.seal("tap", [member.pk]))


def _show(request: HttpRequest, door: Door, screen: str, **context) -> HttpResponse:
    context |= {"screen": screen, "door": door, "now": timezone.now(), "key": uuid.uuid4()}
    context["url"] = reverse("attendance:practise_door" if door.is_practice else "attendance:door")
    context |= {"practice_card": practice_door.CARD, "practice_code": practice_door.CODE}
    response = render(request, f"attendance/door/{screen}.html", context)
    if screen in CLEARED_AFTER:
        response["Refresh"] = f"{CLEARED_AFTER[screen]}; url={context['url']}"
    return response
