"""Every post that changes something and every look at one member's page or contact writes its record: all doors.

What is denied writes none: tests/test_walls.py compares every row before and after, those of the record among them.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from activities.models import SignUp, Waiting
from attendance import downtime
from attendance.models import Visit
from members.models import AuditRecord, House, Member, MessageWish, Staff, Tablet, User
from tests import actors, make
from tests.actors import SIGNED_IN, Door
from tests.members.test_house_settings import DECIDED
from tests.reading_grade import ROOT
from tests.test_audit_walk import latest
from tests.walls import DOORS

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.beside]
OURS = [door for door in DOORS if not door.library]
POSTED = [door for door in OURS if door.POST]
NAMED = {door.name: door for door in OURS}
LOOKS = {"look_at_member", "take_along"}

# Posts that change nothing about anybody, or only in the browser.
WITHOUT = {
    "set_look": "a cookie",
    "members:stay": "the session lasts longer",
    "members:lock": "the session is locked",
    "members:unlock": "the session is open again; five wrong PINs are written down",
    "members:kept_form": "a form that waited while the tablet was locked",
    "attendance:door": "asks who it is; the tap after it is written down",
    "attendance:practise_door": "practice changes nothing",
    "members:members": "looks for a name",
    "attendance:arrivals": "looks for a name",
    "attendance:arrivals_on": "looks for a name",
    "attendance:several": "looks for names",
    "attendance:suggest_members": "looks for a name",
    "attendance:meeting_names": "looks for a name",
    "attendance:add_reach_out": "looks for a name",
    "attendance:import_house": "keeps the spreadsheets for an hour, for their owner to look at",
    "attendance:take_along": "asks for the file that the page would give by a link",
}
# The records of a door whose name is not its verb.
VERBS = {
    "members:set_time_wish": {"set_contact_wish"},
    "members:set_member_message_wish": {"set_message_wish"},
    "members:set_member_contact_wish": {"set_contact_wish"},
    "members:set_member_time_wish": {"set_contact_wish"},
    "members:my_door": {"edit_me"},
    "not_right": {"attendance.request_correction"},
    "members:member_door": {"set_door_code"},
    **dict.fromkeys(
        [
            "members:my_emergency_contacts",
            "members:change_emergency_contact",
            "members:take_away_emergency_contact",
            "members:put_back_emergency_contact",
            "members:member_emergency_contacts",
            "members:take_away_member_contact",
            "members:put_back_member_contact",
        ],
        {"edit_emergency_contacts"},
    ),  # fmt: skip
    "members:see_emergency": {"look_at_emergency"},
    "attendance:delete_report_file": {"attendance.delete_file"},
    "members:give_staff_account": {"give_account"},
    "members:house_settings": {"edit_house"},
    "members:stop_messages": {"set_message_wish"},
    "members:print_notes": {"print_note"},
    "members:use_my_email_again": {"use_email_again"},
    "activities:units": {"add_unit"},
    "activities:unit": {"edit_unit"},
    "activities:edit_unit_members": {"add_to_unit"},
    "activities:choose_unit": {"add_to_unit"},
    "activities:post_library_task": {"post_task"},
    "activities:can_show_work": {"can_show"},
    "activities:write_guide": {"write_guide_step"},
    "activities:carry_over_all": {"carry_over"},
    "activities:leave_all_after_all": {"leave_after_all"},
    "activities:share_ride": {"offer_ride"},
    "activities:edit_calendar_feed": {"make_calendar_feed"},
    "attendance:import_house_draft": {"import_house"},
    "attendance:mark_myself": {"attendance.log_arrival"},
    "attendance:add_walk_in": {"attendance.add_walk_in", "attendance.log_arrival"},
    "attendance:log_several": {"attendance.log_arrival"},
    "attendance:everyone_out": {"attendance.log_leaving"},
    "attendance:close_day": {"attendance.log_leaving"},
    "attendance:undo_batch": {"attendance.undo_mark"},
    "attendance:put_up": {"sign_up"},
    "attendance:put_up_again": {"sign_up"},
    "attendance:take_off": {"withdraw"},
    "attendance:take_off_waiting": {"stop_waiting"},
    "attendance:take_me_off": {"attendance.remove_helper"},
    "attendance:edit_helpers": {"attendance.add_helper"},
    "attendance:export_report_with_names": {"attendance.export_names"},
    "attendance:ask_for_breakdown": {"attendance.ask_for_file"},
    "attendance:decisions": {"attendance.record_decision"},
    "attendance:add_reach_out_with": {"attendance.log_reach_out"},
    "attendance:correct_my_reach_out": {"attendance.request_correction"},
    "attendance:my_time_away": {"attendance.set_time_away"},
    "attendance:member_time_away": {"attendance.set_time_away"},
    "attendance:take_back_my_forgetting": {"attendance.take_back_forgetting"},
    "attendance:confirm_forgetting": {"attendance.erase"},
}
# What is to be undone has to be there first: the door that makes it.
AFTER = {
    "members:take_out_note": "members:put_away_note",
    "members:switch_on_account": "members:switch_off_account",
    "members:let_messages_go": "members:stop_all_messages",
    "members:take_back_told": "members:tell_person",
    "members:take_back_printed": "members:print_notes",
    "activities:put_back_task": "activities:call_off_task",
    "activities:repeat_again": "activities:stop_repeating",
    "activities:put_back_library_task": "activities:remove_library_task",
    "activities:put_back_event": "activities:call_off_event",
    "attendance:mark_not_done": "attendance:mark_done",
    "attendance:release_reach_out": "attendance:claim_reach_out",
    "attendance:close_month": "attendance:reopen_month",
    "attendance:take_back_my_forgetting": "attendance:ask_to_be_forgotten",
}


# Right posts that stand on more than the house has; who proves their record.
ELSEWHERE = {
    "activities:leave_after_all": "tests/activities/test_carry_over.py",
    "activities:leave_all_after_all": "tests/activities/test_carry_over.py",
    "activities:stop_repeating_event": "tests/activities/test_post_event.py",
    "activities:repeat_event_again": "tests/activities/test_post_event.py",
    "attendance:export_research": "tests/attendance/test_research.py",
}


def here(world) -> None:
    Visit.objects.filter(pk=world.visit_today.pk).update(arrived_at=world.built_at)


def refused(world) -> None:
    for people in (Member.objects.all(), Staff.objects.all()):
        people.filter(email="").update(email="canary@example.org")
        people.update(email_refused_at=world.built_at)


def still_open(world) -> dict:
    """What the form of the day's end says of each who has no time out."""
    said = {"key": str(uuid4())}
    for pk in Visit.objects.filter(day=world.day, left_at=None).values_list("pk", flat=True):
        said |= {f"{pk}-how": "time", f"{pk}-at": "12:00"}
    return said


def with_a_pack(world) -> None:
    make.house(downtime_pack=True, downtime_password="words in an envelope")
    downtime.make_pack(House.objects.current(), timezone.now())


# What has to be so for a post to be right.
READY: dict[str, Callable] = {
    "members:forget_second_factor": lambda w: Authenticator.objects.create(
        user=w.login, type=Authenticator.Type.TOTP, data={"secret": "x"}
    ),
    "members:resume_tablet": lambda w: Tablet.objects.filter(pk=w.tablet.pk).update(paused_at=w.built_at),
    "members:stop_messages": lambda w: MessageWish.objects.create(
        member=w.amara, kind="task_reminder", channel="email", since_at=w.built_at
    ),
    "members:use_my_email_again": refused,
    "members:use_email_again": refused,
    "activities:save_lunch": lambda w: House.objects.update(lunch_until=dt.time(23, 59)),
    "attendance:make_downtime_pack": lambda w: make.house(downtime_pack=True),
    "attendance:take_downtime_pack": with_a_pack,
    "attendance:everyone_out": here,
    "attendance:close_day": lambda w: make.visit(w.ida, w.day, "09:00", None, ending=Visit.Ending.NOT_WRITTEN),
    "attendance:take_me_off": lambda w: [
        SignUp.objects.create(task=w.done_task, member=member, at=w.built_at, by=w.login)
        for member in Member.objects.exclude(user=None)
    ],
    "attendance:take_off_waiting": lambda w: Waiting.objects.create(
        pk=1, task=w.task, member=w.noor, at=w.built_at, by=w.login
    ),
    "attendance:close_month": lambda w: make.visit(w.ida, w.closed_month.first),
}
# A right post, where that of the table of doors is only one that is answered.
DATA: dict[str, Callable] = {
    "members:house_settings": lambda w: DECIDED,
    "activities:edit_opening_week": lambda w: {
        "starts_on": str(w.today + dt.timedelta(days=60)), "opens_0": "09:00", "closes_0": "17:00",
    },
    "activities:edit_open_day": lambda w: {"is_open": "closed", "note": "Snow"},
    "attendance:everyone_out": lambda w: {
        "key": str(uuid4()), "at": f"{timezone.localtime(w.built_at):%H:%M}", "member_no": [w.amara.member_no],
    },
    "attendance:close_day": still_open,
    "attendance:confirm_visit": lambda w: {"seen": Visit.objects.get(pk=w.visit.pk).version},
}  # fmt: skip


def verbs_of(door: Door) -> set[str]:
    space, _colon, name = door.name.rpartition(":")
    return VERBS.get(door.name, {f"attendance.{name}" if space == "attendance" else name})


def ask(world, door: Door, method: str, actor: str) -> tuple[list[tuple[str, int | None, str]], str]:
    """The (verb, about, subject) of each record it wrote, and the page."""
    client: Client = world.clients[actor]
    url = reverse(door.name, kwargs=door.at(world))
    cookies, before = dict(client.cookies), latest()
    answer = client.post(url, DATA.get(door.name, door.data)(world)) if method == "POST" else client.get(url)
    client.cookies.clear()
    client.cookies.update(cookies)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    found = AuditRecord.objects.filter(seq__gt=before).values_list("verb", "about", "subject")
    return list(found), body.decode(errors="replace")


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def person_of(client: Client) -> Member | Staff | None:
    return User.objects.get(pk=client.session["_auth_user_id"]).person


def wrong_with(door: Door, world) -> list[str]:
    """Nothing, when a right post of `door` by one of those who may writes its records, each once."""
    wrong = []
    for actor in sorted(door.POST, key=lambda actor: (actor not in SIGNED_IN, actor)):
        with taken_back():
            READY.get(door.name, lambda world: None)(world)
            if actor in SIGNED_IN:
                make.just_signed_in(world.clients[actor], person_of(world.clients[actor]))
            if door.name in AFTER:
                ask(world, NAMED[AFTER[door.name]], "POST", actor)
            records, _body = ask(world, door, "POST", actor)
        if {verb for verb, _about, _subject in records} == verbs_of(door) and len(set(records)) == len(records):
            return []
        wrong.append(f"{door.name} by {actor} writes {records}")
    return wrong


@pytest.mark.parametrize(
    "door", [it for it in POSTED if it.name not in WITHOUT | ELSEWHERE], ids=lambda door: door.name
)
def test_a_right_post_writes_the_record_of_its_verb(door, world):
    assert wrong_with(door, world) == []


def test_what_writes_no_record_has_a_door():
    assert (WITHOUT.keys() | ELSEWHERE.keys() | VERBS.keys() | READY.keys() | DATA.keys()) - NAMED.keys() == set()
    for door, proof in ELSEWHERE.items():
        assert any(verb in (ROOT / proof).read_text() for verb in verbs_of(NAMED[door])), door


def test_a_post_that_writes_nothing_another_verb_or_twice_is_noticed(world):
    """Of the doors themselves: one that is said to write another record than it does."""
    right = NAMED["members:edit_staff"]
    assert wrong_with(right, world) == []
    silent = replace(right, data=lambda w: {})
    assert wrong_with(silent, world) == ["members:edit_staff by coordinator writes []"]
    with mock.patch.dict(VERBS, {"members:edit_staff": {"edit_member"}}):
        assert len(wrong_with(right, world)) == 1


@contextmanager
def contacts_of_everybody() -> Iterator[dict[int, tuple[str, ...]]]:
    """Each member's key, and words that stand nowhere but in what the house holds to be in touch with them."""
    planted = {}
    for member in Member.objects.all():
        words = (f"555-{member.pk:04}-99", f"canary-{member.pk:04}@example.org", f"House {member.pk:04} Hidden Road")
        Member.objects.filter(pk=member.pk).update(phone=words[0], email=words[1], address=words[2])
        planted[member.pk] = words
    yield planted


# Who sees more of others than these sees it as one of them does.
WHO = (actors.OTHER, actors.RECEPTION, actors.REACH_OUT, actors.STAFF)


def unseen(doors: list[Door], world) -> list[str]:
    """Pages that show how to be in touch with somebody without a record that somebody looked.

    And records of a page that is only read which are more than one look at each.
    """
    wrong = []
    with taken_back(), contacts_of_everybody() as contacts:
        for door in doors:
            for actor in [actor for actor in WHO if actor in door.GET] or sorted(door.GET)[:1]:
                with taken_back():
                    records, body = ask(world, door, "GET", actor)
                own = getattr(person_of(world.clients[actor]), "pk", None) if actor in actors.MEMBERS else None
                shown = {pk for pk, words in contacts.items() if pk != own and any(word in body for word in words)}
                looks = [about for verb, about, _subject in records if verb in LOOKS]
                if not shown <= set(looks) or len(looks) != len(set(looks)) or len(looks) != len(records):
                    wrong.append(f"{door.name} by {actor} shows {sorted(shown)} and writes {records}")
    return wrong


READ = [door for door in OURS if door.GET]


def test_a_page_that_shows_how_to_be_in_touch_with_somebody_writes_one_look(world):
    assert unseen(READ, world) == []
    assert len(READ) > 100


ABOUT_ONE = re.compile(r"^(members/<int:(pk|member)>/|reach-out/<int:pk>/)")
NAME_ONLY = {
    "attendance:merge_members": "their name; both entries beside each other are two looks",
    "members:see_emergency": "their name, and asks why; the answer to that is the look",
}


def test_a_page_about_one_member_writes_one_look(world):
    """Every page whose address names a member."""
    with taken_back():
        pages = {door.name: resolve(reverse(door.name, kwargs=door.at(world))).route for door in READ}
        about_one = [NAMED[name] for name, route in pages.items() if ABOUT_ONE.search(route) and name not in NAME_ONLY]
    for door in about_one:
        with taken_back():
            records, _body = ask(world, door, "GET", sorted(door.GET)[0])
        assert [verb for verb, _about, _subject in records] == ["look_at_member"], door.name
    assert len(about_one) > 10


def test_a_page_that_shows_a_phone_number_without_a_look_is_noticed(world):
    door = NAMED["members:member"]
    with mock.patch("members.views.people.actions.look_at_member"):
        assert len(unseen([door], world)) == 1
