"""Every URL x method x actor. What the table of doors does not open stays shut, changes no row and shows no name."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from unittest import mock

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseForbidden
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.views.decorators.http import require_safe

from members.models import Member
from members.permissions import TABLE, requires
from tests import actors
from tests.actors import ANONYMOUS, DISABLED, DOOR_TABLET, METHODS, Door
from tests.fuzz import Watch
from tests.walls import DOORS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.beside,
]  # who may enter does not depend on the database
CANARY = re.compile("canary", re.IGNORECASE)


def doors_of(resolver=None, namespace: str = "") -> list[tuple[str, URLPattern]]:
    """(name, pattern) of every URL the application answers."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found += doors_of(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            found.append((f"{namespace}{pattern.name}", pattern))
    return found


def routes(resolver=None, before: str = "") -> set[str]:
    """Every address the application answers, as written in the URL tables."""
    found = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        found |= routes(pattern, route) if isinstance(pattern, URLResolver) else {route}
    return found


def listed(doors: list[Door], world) -> set[str]:
    return {resolve(reverse(door.name, kwargs=door.at(world))).route.replace("^", "") for door in doors}


def test_every_url_stands_in_the_table(world):
    """By route, so that a second address of the same name needs a row of its own."""
    assert {route for route in routes() if not route.startswith("keeper/")} == listed(DOORS, world)


def test_a_url_without_a_row_is_noticed(world):
    assert "" in routes() - listed(DOORS[1:], world)


def test_every_view_of_ours_carries_its_permission():
    ours = [(name, p.callback) for name, p in doors_of() if p.callback.__module__.split(".")[0] in OURS]
    assert [name for name, view in ours if not hasattr(view, "requires")] == []
    asked = {view.requires for _, view in ours} - {None}
    assert asked <= set(TABLE)


OURS = {"clubhouse", "members", "activities", "attendance"}
ODD_METHODS = ("PUT", "PATCH", "DELETE")


def lets_in(view, method: str) -> bool:
    """Whether `view` looks at anything of a request before it refuses `method`: this one has nobody, and no house."""
    try:
        return view(RequestFactory().generic(method, "/")).status_code != 405
    except (AttributeError, TypeError):
        return True


def test_every_view_of_ours_refuses_odd_methods_before_it_asks_who():
    """So it is the same for everybody, and below a few actors try them at the door itself."""
    ours = [(name, p.callback) for name, p in doors_of() if p.callback.__module__.split(".")[0] in OURS]
    assert [(name, method) for name, view in ours for method in ODD_METHODS if lets_in(view, method)] == []
    assert len(ours) > 90


def test_a_view_that_asks_who_first_is_noticed():
    assert lets_in(requires("members.see_me")(require_safe(lambda request: HttpResponse())), "DELETE")


OUR_TABLES = {
    model._meta.db_table
    for app in ("members", "activities", "attendance")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
}


def snapshot() -> Counter:
    """Every row of our own tables."""
    return Counter(
        f"{model._meta.label} {row}"
        for app in ("members", "activities", "attendance")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for row in model.objects.values_list()
    )


@pytest.fixture
def before(world) -> Counter:
    """The rows of the house as it was built. Each test is rolled back to it, so it is looked at once."""
    if not hasattr(world, "rows"):
        world.rows = snapshot()
    return world.rows


def ask(client: Client, door: Door, method: str, world):
    url = reverse(door.name, kwargs=door.at(world))
    if method == "POST":
        return client.post(url, door.data(world))
    return client.generic(method, url)


def body(response) -> str:
    return response.content.decode(errors="replace")


def is_right(response, door: Door, actor: str, allowed: bool) -> bool:
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")
    if actor == DOOR_TABLET and not allowed:  # of the library's pages too
        return response.status_code in {403, 405} or (response.status_code, response.headers.get("Location")) == (
            302,
            "/door/",
        )
    if door.library:
        kept_out = to_sign_in or response.status_code in {302, 403, 404, 405}
        return response.status_code < 500 and (kept_out or actor in actors.SIGNED_IN or ANONYMOUS in door.GET)
    if allowed:
        return response.status_code == 200 or (response.status_code == 302 and not to_sign_in)
    return response.status_code in {403, 404, 405} or (to_sign_in and actor in {ANONYMOUS, DISABLED})


def methods_of(door: Door, actor: str) -> tuple[str, ...]:
    """Our own views refuse odd methods alike (see above). The slow part tries them at every door all the same."""
    return METHODS if door.library else ("GET", "POST")


@pytest.mark.parametrize("door", DOORS, ids=lambda d: d.name)
def test_a_door_opens_to_those_in_the_table_and_to_nobody_else(door, world, before):
    nothing_wrong_at(door, world, before, methods_of)


def nothing_wrong_at(door: Door, world, before: Counter, methods: Callable[[Door, str], tuple[str, ...]]) -> None:
    """Rows are compared where a statement wrote any for who may not enter."""
    watch = Watch()
    assert at_the_door(door, world, methods, watch) == []
    assert changed(watch, before) == []


def changed(watch: Watch, before: Counter) -> list[str]:
    if watch.tables.isdisjoint(OUR_TABLES):
        return []
    after = snapshot()
    return [*(after - before), *(before - after)]


def test_a_door_that_refuses_and_writes_is_noticed(world, before):
    def writes_and_refuses(request):
        Member.objects.update(name_to_use="Nobody")
        return HttpResponseForbidden()

    door = next(door for door in DOORS if door.name == "members:tablets")
    pattern = next(pattern for name, pattern in doors_of() if name == door.name)
    watch = Watch()
    with mock.patch.object(pattern, "callback", writes_and_refuses):
        at_the_door(door, world, methods_of, watch)
    assert changed(watch, before)


@pytest.mark.slow
@pytest.mark.parametrize("door", [door for door in DOORS if not door.library], ids=lambda d: d.name)
def test_no_door_opens_to_an_odd_method(door, world, before):
    nothing_wrong_at(door, world, before, lambda door, actor: ODD_METHODS)


def at_the_door(
    door: Door, world, methods: Callable[[Door, str], tuple[str, ...]], watch: Watch | None = None
) -> list[str]:
    """What is wrong at one door. `watch` sees what is written for who may not enter."""
    wrong = []
    for actor, client in world.clients.items():
        for method in methods(door, actor):
            allowed = actor in getattr(door, method, actors.NOBODY)
            watched = connection.execute_wrapper(watch) if watch and not allowed else contextlib.nullcontext()
            with watched, transaction.atomic():
                response = ask(client, door, method, world)
                if allowed:
                    transaction.set_rollback(True)
            if not is_right(response, door, actor, allowed):
                wrong.append(
                    f"{door.name}: {method} by {actor}: {response.status_code} {response.headers.get('Location', '')}"
                )
            if not (allowed or door.library and actor in actors.SIGNED_IN) and CANARY.search(body(response)):
                wrong.append(f"{door.name}: {method} by {actor}: shows a name")
    return wrong


def keeper_addresses(world) -> list[str]:
    """Every address of the keeper's rooms, with something that exists where a number is asked for."""
    found = []
    for name, pattern in doors_of():
        if name.startswith("admin:") and pattern.name:
            values: dict = {"object_id": world.amara.user.pk, "app_label": "members", "content_type_id": 1}
            names = pattern.pattern.regex.groupindex
            found.append(reverse(name, kwargs={key: values[key] for key in names}))
    return found


def test_the_keepers_rooms_stay_shut_for_everybody_of_the_house(world, before):
    addresses, wrong = keeper_addresses(world), []
    for address in addresses:
        for actor, client in world.clients.items():
            for method in ("GET", "POST"):
                with transaction.atomic():
                    answer = client.generic(method, address)
                    transaction.set_rollback(True)
                if answer.status_code not in {301, 302, 403, 404, 405} or CANARY.search(body(answer)):
                    wrong.append(f"{method} {address} by {actor}: {answer.status_code}")
    assert wrong == []
    assert len(addresses) > 10
    assert snapshot() == before
