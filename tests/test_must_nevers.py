"""What the software must never do (handbook, chapter 1), 1, 3 and 8: in the models, in what we say, and on every page.

The pages are those of the table of doors, as one of each kind of person sees them; a new door is looked at by itself.
"""

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from unittest import mock

import pytest
import time_machine
from django.apps import apps
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from activities import actions, lunch
from activities.models import EventSignUp, UnitTaskQuerySet
from members.models import AuditHead, AuditRecord, House
from tests import actors, make
from tests.reading_grade import ROOT
from tests.test_reading_grade import everything_said
from tests.walls import DOORS

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.beside]
OURS = [model for app in ("members", "activities", "attendance") for model in apps.get_app_config(app).get_models()]

# Must-never 1: nothing clinical, and nothing that makes work a game.
CLINICAL = r"diagnos\w*|symptoms?|medicat\w*|medicines?|(?:level of )?functioning|readiness|risks?|severity|relapse\w*"
A_GAME = r"badges?|streaks?|rank(?:s|ed|ing)?|levels?|rewards?|points|scores?|leaderboards?|top \d+|most active"
# Must-never 3: nobody is measured against a plan, and coming is nobody's duty.
AGAINST_A_PLAN = (
    r"no[- ]?shows?|did not (?:come|show|turn up)|didn't (?:come|show|turn up)|missed|absent|absences?|absentee\w*|"
    r"lateness|latecomers?|tardy|(?:came|arrived|were|was) late|late arrivals?|attendance rate|"
    r"(?:expected|planned|signed up) but|times withdrawn|withdrew \d+|withdrawals|reliab\w+|"
    r"compulsory|mandatory|obligatory|overdue|you must|required to"
)
NEVER = re.compile(rf"\b(?:{CLINICAL}|{A_GAME}|{AGAINST_A_PLAN})\b", re.IGNORECASE)
# A column is called in fewer words. (`withdrawn_on`: who asked to be taken off the roll.)
IN_SHORT = r"planned|attended|came|turned up|late|withdrawn(?! on)|cancelled|given back"
NEVER_A_COLUMN = re.compile(rf"\b(?:{CLINICAL}|{A_GAME}|{AGAINST_A_PLAN}|{IN_SHORT})\b")


def in_words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def names_of(model: type[models.Model]) -> Iterator[str]:
    """Everything that a model calls something: table, columns, what they may hold, relations, constraints."""
    yield in_words(model.__name__)
    yield in_words(model._meta.db_table)
    yield from (in_words(constraint.name) for constraint in model._meta.constraints)
    for column in model._meta.get_fields():
        yield in_words(column.name)
        if isinstance(column, models.Field):
            yield f"{column.verbose_name} {column.help_text}".lower()
            for value, label in column.flatchoices:
                yield f"{in_words(str(value))} {label}".lower()


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_no_table_keeps_illness_scores_or_who_stayed_away(model):
    assert [name for name in names_of(model) if NEVER_A_COLUMN.search(name)] == []


@pytest.mark.parametrize(
    "slip", ["level_of_functioning", "riskScore", "no_shows", "withdrawn_at", "attendance_points", "planned_at"]
)
def test_a_column_that_must_never_be_is_noticed(slip):
    column = models.IntegerField(name=slip)
    column.set_attributes_from_name(slip)
    meta = mock.Mock(db_table="signup", constraints=[], get_fields=lambda: [column])
    assert any(NEVER_A_COLUMN.search(name) for name in names_of(mock.Mock(__name__="SignUp", _meta=meta)))


def test_we_say_nothing_of_the_kind():
    """Wherever somebody may read it: pages, refusals, mail, labels."""
    assert [(place, m.group()) for place, text in everything_said() for m in [NEVER.search(text)] if m] == []


# -- On the pages ------------------------------------------------------------------------------------------------------

EACH = (actors.OWN, actors.RECEPTION, actors.MEETING, actors.STATISTICS, actors.STAFF, actors.COORDINATOR)
# Of what others see, these three see all.
OTHERS = (actors.OWN, actors.MEETING, actors.COORDINATOR)
NEW_EACH_TIME = re.compile(
    r'(csrfmiddlewaretoken" value="|[tT]oken"?(?:=|: )"|nonce="|'
    r'data-version="[\d-]+ )[^"]+|'  # how much was written in the house, of whatever kind
    r'"disk_free_mb": \d+|\d+ [MG]B are free|'  # on the computer that this runs on
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def seen_by(world, *actors, doors=DOORS) -> dict[tuple[str, str], str]:
    """(actor, page) -> every page they may open, without what is new each time it is asked for."""
    pages = {}
    for actor, door in product(actors, doors):
        if door.library or actor not in door.GET:
            continue
        url = reverse(door.name, kwargs=door.at(world))
        with transaction.atomic():
            response = world.clients[actor].get(url)
            transaction.set_rollback(True)  # also that somebody looked
        body = b"".join(response.streaming_content) if response.streaming else response.content
        pages[actor, f"{door.name} {url}"] = NEW_EACH_TIME.sub(r"\1", body.decode(errors="replace"))
    return pages


def read_aloud(body: str) -> str:
    """What a person can see or hear of a page."""
    spoken = re.findall(r'(?:alt|aria-label|title|placeholder)="([^"]*)"', body)
    plain = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", body, flags=re.S)
    return " ".join(html.unescape(" ".join([plain, *spoken])).split())


@pytest.fixture(scope="module")
def moment():
    return timezone.now()


@pytest.fixture
def still(world, moment):
    """The house, with the clocks stopped. Its kitchen saves plates, and Noor likes to be reminded."""
    House.objects.update(lunch_until=dt.time(11))
    world.coming_task = make.task("Newsletter", day=world.today + dt.timedelta(days=3), unit=world.unit)
    world.login.member.message_wishes.create(kind="task_reminder", channel="email", since_at=moment)
    with time_machine.travel(moment, tick=False):
        yield world


@pytest.fixture
def pages(still, moment):
    """What each sees of the house before anything happens; looked at once for all tests."""
    if moment not in SEEN:
        SEEN[moment] = seen_by(still, *EACH)
    return SEEN[moment]


SEEN: dict = {}


def test_no_page_says_anything_of_the_kind(pages):
    assert [(*page, m.group()) for page, body in pages.items() for m in [NEVER.search(read_aloud(body))] if m] == []
    assert {actor for actor, _page in pages} == set(EACH)
    assert len(pages) > 200


@pytest.mark.parametrize(
    "slip",
    [
        "Your streak: 5 days",
        "3 no-shows this month",
        "Level of functioning",
        "Amara missed 2 tasks",
        "You must sign up",
        '<img alt="A badge">',
    ],
)
def test_a_page_that_says_so_is_heard(slip):
    assert NEVER.search(read_aloud(f"<p>Good morning</p><p>{slip}</p>"))


# -- Taking back leaves nothing ----------------------------------------------------------------------------------------
# Each gesture is taken back after its `yield`. Noor's own page and her messages are hers.


def sign_up(world, noor):
    actions.sign_up(task=world.task, member=noor, by=noor.user)
    yield
    actions.withdraw(task=world.task, member=noor, by=noor.user)


def show_it(world, noor):
    actions.sign_up(task=world.task, member=noor, by=noor.user, role="showing")
    yield
    actions.withdraw(task=world.task, member=noor, by=noor.user)


def put_the_name_up(world, noor):
    """In the meeting, at Noor's word."""
    actions.sign_up(task=world.task, member=noor, by=world.sam.user)
    yield
    actions.withdraw(task=world.task, member=noor, by=noor.user)


def wait_for_a_place(world, noor):
    with only_one_place(world.task):
        actions.wait(task=world.task, member=noor, by=noor.user)
        yield
        actions.stop_waiting(task=world.task, member=noor, by=noor.user)


def sign_up_for_another_day(world, noor):
    """A reminder waits in the outbox: a coordinator's page counts those."""
    actions.sign_up(task=world.coming_task, member=noor, by=noor.user)
    yield
    actions.withdraw(task=world.coming_task, member=noor, by=noor.user)


def join_event(world, noor):
    actions.join_event(event=world.event, member=noor, by=noor.user)
    yield
    actions.leave_event(event=world.event, member=noor, by=noor.user)


def wait_for_an_event(world, noor):
    with only_one_place(world.event):
        actions.wait_for_event(event=world.event, member=noor, by=noor.user)
        yield
        actions.stop_waiting_for_event(event=world.event, member=noor, by=noor.user)


def share_a_ride(world, noor):
    actions.join_event(event=world.event, member=noor, by=noor.user)
    actions.offer_ride(event=world.event, seats=3, by=noor.user)
    yield
    actions.take_back_ride(event=world.event, by=noor.user)
    actions.leave_event(event=world.event, member=noor, by=noor.user)


def look_for_a_seat(world, noor):
    actions.join_event(event=world.event, member=noor, by=noor.user)
    actions.look_for_seat(event=world.event, member=noor, by=noor.user)
    yield
    actions.give_back_seat(event=world.event, member=noor, by=noor.user)
    actions.leave_event(event=world.event, member=noor, by=noor.user)


def save_a_plate(world, noor):
    house = House.objects.current()
    day = lunch.days(house, world.today)[-1]
    actions.save_lunch(day=day, member=noor, by=noor.user, house=house)
    yield
    actions.take_back_lunch(day=day, member=noor, by=noor.user, house=house)


def like_to_show(world, noor):
    actions.can_show(what=world.library_task, member=noor, by=noor.user)
    yield
    actions.stop_showing(what=world.library_task, member=noor, by=noor.user)


@contextmanager
def only_one_place(offer):
    type(offer).objects.filter(pk=offer.pk).update(places=1)
    yield
    type(offer).objects.filter(pk=offer.pk).update(places=40)


GESTURES: list[Callable] = [
    sign_up, sign_up_for_another_day, show_it, put_the_name_up, wait_for_a_place, join_event, wait_for_an_event,
    share_a_ride, look_for_a_seat, save_a_plate, like_to_show,
]  # fmt: skip
each_gesture = pytest.mark.parametrize("gesture", GESTURES, ids=lambda gesture: gesture.__name__)


def and_back(gesture, world) -> None:
    for _standing in gesture(world, world.login.member):
        pass


def test_taking_back_leaves_nothing_for_others_to_see(pages, still):
    for gesture in GESTURES:
        and_back(gesture, still)
    after = seen_by(still, *OTHERS)
    assert [page for page in after if after[page] != pages[page]] == []
    assert len(after) > 100


WHERE_IT_SHOWS = {"activities:tasks", "activities:event", "activities:lunch", "activities:guide", "members:messages"}


@each_gesture
def test_what_stands_is_seen(gesture, pages, still):
    """Without taking it back somebody's page has changed: the comparison can tell. Work of another day shows to few."""
    standing = gesture(still, still.login.member)
    next(standing)
    doors = [door for door in DOORS if door.name in WHERE_IT_SHOWS]
    after = seen_by(still, *OTHERS, doors=doors)
    assert {actor for actor, page in after if after[actor, page] != pages[actor, page]} >= (
        {actors.COORDINATOR} if gesture is sign_up_for_another_day else set(OTHERS)
    )


# The records about a member, which nobody else's page reads (docs/decisions/0003).
OWN_BOOKS = {AuditHead, AuditRecord}


def rows() -> Counter:
    return Counter(
        (model._meta.label, *map(str, row))
        for model in OURS
        if model not in OWN_BOOKS
        for row in model._default_manager.values_list()
    )


@each_gesture
def test_taking_back_leaves_no_row(gesture, still):
    before = rows()
    and_back(gesture, still)
    assert rows() == before


@each_gesture
def test_a_row_that_stays_is_noticed(gesture, still, monkeypatch):
    """As if there were a column that says who withdrew."""
    before = rows()
    monkeypatch.setattr(models.QuerySet, "delete", lambda rows: (rows.count(), {}))
    and_back(gesture, still)
    assert rows() != before


# -- Every opportunity, to everybody -----------------------------------------------------------------------------------

OPPORTUNITY = re.compile(r'\bdata-(task|event)="(\d+)"')
LISTS = ("activities:tasks", "activities:whats_on")


def listed_for_each(world) -> dict[str, set]:
    """Actor -> what is listed to them."""
    doors = [door for door in DOORS if door.name in LISTS]
    listed: dict[str, set] = {}
    for (actor, _page), body in seen_by(world, *actors.SIGNED_IN, doors=doors).items():
        listed.setdefault(actor, set()).update(OPPORTUNITY.findall(body))
    return listed


@pytest.fixture
def chances(still):
    """Work of another unit, work that is full, practice, an event that is full."""
    clerical, noor = make.unit("Clerical"), still.login.member
    tasks = [
        make.task("Newsletter", day=still.today, unit=clerical, places=1),
        make.task("Phone a friend", day=still.today, unit=clerical, is_practice=True),
        make.task("Till", day=still.today, unit=still.unit, part="afternoon"),
    ]
    actions.sign_up(task=tasks[0], member=noor, by=noor.user)
    events = [make.event("Chess", day=still.today, places=1), make.event("Choir", day=still.today)]
    EventSignUp.objects.create(event=events[0], member=noor, at=timezone.now(), by=noor.user)
    return {("task", str(task.pk)) for task in [*tasks, still.task, still.repeating_task]} | {
        ("event", str(event.pk)) for event in events
    }


def test_every_chance_is_listed_to_everybody(chances, still):
    listed = listed_for_each(still)
    assert listed.keys() == actors.SIGNED_IN
    assert [actor for actor, found in listed.items() if found != listed[actors.OTHER]] == []
    assert chances <= listed[actors.OTHER]


def test_a_chance_kept_from_somebody_is_noticed(chances, still, monkeypatch):
    """As if a task were listed to its unit alone."""
    monkeypatch.setattr(UnitTaskQuerySet, "visible_to", lambda tasks, user: tasks.filter(unit__members__user=user))
    listed = listed_for_each(still)
    assert chances & (listed[actors.OWN] - listed[actors.OTHER]) != set()


# -- Wishes by their date ----------------------------------------------------------------------------------------------

WISHES = [model for model in OURS if {"member", "at"} <= {column.name for column in model._meta.get_fields()}]
SORTED_LINE = re.compile(
    r"\b(?:offer|locked|task|event)\.(?:waiting|sign_ups|ride_wishes)\b[^\n]*\.order_by\(([^)]*)\)"
)


def out_of_order(source: str) -> list[str]:
    """The line of those who wish for a place, sorted by anything but when they wished."""
    return [by for by in SORTED_LINE.findall(source) if by not in {'"pk"', '"at", "pk"'}]


@pytest.mark.parametrize("model", [m for m in WISHES if m._meta.ordering], ids=lambda m: m._meta.label)
def test_wishes_stand_in_the_order_of_their_dates(model):
    """Not by name, by unit, or by how often somebody came."""
    assert set(model._meta.ordering) <= {"at", "pk"}


def test_no_code_sorts_them_otherwise():
    code = [path for app in ("activities", "attendance", "clubhouse") for path in (ROOT / app).rglob("*.py")]
    assert [(path.name, by) for path in code for by in out_of_order(path.read_text())] == []
    assert sum(len(SORTED_LINE.findall(path.read_text())) for path in code) >= 1


def test_a_line_sorted_by_name_is_noticed():
    assert out_of_order('offer.waiting.select_related("member").order_by("member__first_name")') != []
