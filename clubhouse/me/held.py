"""Everything that the house holds about me: to read, topic by topic, and to take along."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clubhouse.held import dresses
from clubhouse.held.gather import Drawer, Reader, counted, drawer, held_about
from clubhouse.held.shelves import ALL, SHELVES, TOPICS
from members import actions
from members.models import Member, Staff
from members.permissions import requires

FIRST_ROWS = 3
ROWS_ON_A_PAGE = 10


def _me(request: HttpRequest) -> Member | Staff:
    """Whoever is signed in. Raises `Http404` for a login without a person."""
    if request.user.person is None:
        raise Http404
    return request.user.person


def _asks_again(request: HttpRequest) -> bool:
    """To sign in again, on the way to a file with everything in it: whoever has a password or a key to do so."""
    return bool(get_adapter().get_reauthentication_methods(request.user))


sign_in_again = reauthentication_required(enabled=_asks_again)


@require_safe
@requires("members.see_held")
def held(request: HttpRequest) -> HttpResponse:
    """The way to all of it."""
    person = _me(request)
    return render(request, "held/held.html", {"member": person if isinstance(person, Member) else None})


@require_safe
@requires("members.see_held")
def held_topics(request: HttpRequest) -> HttpResponse:
    reader = Reader(_me(request))
    topics = [(topic, words) for topic, words in TOPICS.items() if any(map(reader.has, _of(topic)))]
    return render(request, "held/topics.html", {"topics": topics})


@require_safe
@requires("members.see_held")
def held_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """Of each table the newest rows, folded; a longer one leads to its own page."""
    if topic not in TOPICS:
        raise Http404
    reader = Reader(_me(request))
    drawers = [drawer(shelf, reader, last=FIRST_ROWS) for shelf in _of(topic) if reader.has(shelf)]
    context = {
        "topic": topic,
        "words": TOPICS[topic],
        "drawers": [it for it in drawers if it.count],
        "empty": [it.shelf.heading for it in drawers if not it.count],
        "reasons": _reasons(drawers),
        "counted": counted(reader) if topic == "records" else (),
        "may_ask": request.user.has_perm("attendance.request_correction") and reader.is_member,
    }
    return render(request, "held/topic.html", context)


@require_safe
@requires("members.see_held")
def held_table(request: HttpRequest, table: str) -> HttpResponse:
    """All rows of one table, the newest first."""
    shelf, reader = SHELVES.get(table), Reader(_me(request))
    if shelf is None or not reader.has(shelf):
        raise Http404
    page = Paginator(reader.rows(shelf), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    found = drawer(shelf, reader, page.start_index() - 1 if page.paginator.count else 0, page.end_index())
    return render(request, "held/table.html", {"drawer": found, "page": page, "words": TOPICS[shelf.topic]})


@require_safe
@requires("members.see_held")
def take_held_along(request: HttpRequest) -> HttpResponse:
    """Which file?"""
    _me(request)
    return render(request, "held/take_along.html")


@require_safe
@requires("members.see_held")
@sign_in_again
def held_json(request: HttpRequest) -> HttpResponse:
    person = _me(request)
    actions.take_along(person=person, what="json", by=request.user)
    return _file(dresses.to_json(held_about(person)), "application/json", "json")


@require_safe
@requires("members.see_held")
@sign_in_again
def held_whole(request: HttpRequest) -> HttpResponse:
    """One page to keep or to print."""
    person = _me(request)
    actions.take_along(person=person, what="page", by=request.user)
    return _file(dresses.to_page(held_about(person)).encode(), "text/html; charset=utf-8", "html")


def _file(content: bytes, media_type: str, ending: str) -> HttpResponse:
    """Its name tells the day, and nobody's name."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="what-is-held-{timezone.localdate()}.{ending}"'
    return response


def _of(topic: str) -> list:
    return [shelf for shelf in ALL if shelf.topic == topic]


def _reasons(drawers: list[Drawer]) -> list[str]:
    return list(dict.fromkeys(why for it in drawers for why in it.reasons))
