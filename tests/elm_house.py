"""A house in which every door leads somewhere: for the tests that try each one."""

import datetime as dt
import time
from types import SimpleNamespace
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from activities import actions as work_actions
from activities.models import (
    CanShow,
    EventSignUp,
    GuideStep,
    LibraryTask,
    OpenDay,
    OpeningWeek,
    RepeatingTask,
    SignUp,
    Thanks,
    weekly,
)
from attendance import actions as arrival_actions
from attendance.actions.door import log_at_door
from attendance.models import CorrectionRequest, ImportDraft, Mark, MonthClosing, ReachOut, ReportFile, TimeAway, Visit
from attendance.views.months import counted
from clubhouse.converters import Month
from clubhouse.spans import Span
from members import actions
from members.models import EmergencyContact, Erasure, Message, Note, RetentionRule, Role, Tablet, User
from members.notices import letter
from tests import actors, make
from tests.actors import ANONYMOUS, DISABLED


def build() -> SimpleNamespace:
    """A house in which every door leads somewhere. All names in it are canaries."""
    house = make.house(name="Elm House", members_may_mark_themselves=True)
    make.logo(house)
    today = house.day_of(timezone.now())
    day = today - dt.timedelta(days=2)
    amara = make.member("Amara Canary", member_no="C1", phone="555 0100 canary", email="canary@example.org")
    noor = make.member("Noor Canary", member_no="C2")
    colleagues = {
        actors.OWN: amara,
        actors.OTHER: make.member("Other Canary"),
        actors.RECEPTION: make.member("Rosa Canary"),
        actors.REACH_OUT: make.member("Idris Canary"),
        actors.STATISTICS: make.member("Stella Canary"),
        actors.MEETING: make.member("Meera Canary"),
        actors.STAFF: make.staff("Sam Canary"),
        actors.COORDINATOR: make.staff("Dana Canary"),
        DISABLED: make.staff("Gone Canary"),
    }
    logins = {
        actors.RECEPTION: {"duty_reception": True},
        actors.REACH_OUT: {"duty_reach_out": True},
        actors.STATISTICS: {"duty_statistics": True},
        actors.MEETING: {"duty_meeting": True},
        actors.COORDINATOR: {"role": Role.COORDINATOR},
    }
    users = {actor: make.account(person, **logins.get(actor, {})) for actor, person in colleagues.items()}
    clients = {ANONYMOUS: Client()}
    for actor, user in users.items():
        clients[actor] = signed_in(user)
    User.objects.filter(pk=users[DISABLED].pk).update(is_active=False)
    clients[actors.DOOR_TABLET], tablet = make.paired_tablet()

    kitchen = make.unit("Kitchen")
    kitchen.members.add(amara)
    repeats = RepeatingTask.objects.create(
        unit=kitchen, title="Dishes", rule=weekly(range(7)), starts_on=today, places=3
    )
    task = make.task("Lunch", day=today, places=40, unit=kitchen)
    SignUp.objects.create(task=task, member=amara, at=timezone.now(), by=amara.user)
    done_task = make.task("Breakfast", day=today, unit=kitchen, done_at=timezone.now())
    thanks = Thanks.objects.create(task=done_task, words="What a treat.", at=timezone.now(), by=amara.user)
    event = make.event("Lake", day=today + dt.timedelta(days=1), places=40, has_rides=True)
    past_event = make.event("Choir", day=day)
    EventSignUp.objects.create(event=past_event, member=amara, at=timezone.now(), by=amara.user)
    EventSignUp.objects.create(event=event, member=amara, at=timezone.now(), by=amara.user)
    known = LibraryTask.objects.create(unit=kitchen, title="Bread", places=2)
    GuideStep.objects.create(library_task=known, number=1, words="Knead it.", picture="food")
    CanShow.objects.create(library_task=known, member=amara, at=timezone.now())
    OpenDay.objects.create(day=day, is_open=True, note="Spring clean")
    visit = make.visit(amara, day, unit=kitchen)
    bo = make.member("Bo Canary", phone="555 0101 canary")  # not seen for long
    ida = make.member("Ida Canary", phone="555 0102 canary", address="1 Canary Lane")  # at home for a while
    TimeAway.objects.create(member=ida, place="home", from_on=today, until_on=today, at=timezone.now())
    return SimpleNamespace(
        bo=bo,
        ida=ida,
        reach_out=arrival_actions.log_reach_out(
            member=bo, channel="phone", outcome="no_answer", key=uuid4(), by=users[actors.STAFF]
        ),
        built_at=timezone.now(),
        clients=clients,
        logo_version=house.logo_version,
        today=today,
        day=day,
        month=Month.of(day),
        span=Span.of(Month.of(day)),
        file=ReportFile.objects.create(
            owner=users[actors.COORDINATOR],
            what="roster",
            format="csv",
            first_on=day,
            last_on=today,
            why="Canary asked for it.",
            asked_at=timezone.now(),
            state=ReportFile.State.READY,
            ready_at=timezone.now(),
            stored_as="nothing-there",
        ),
        closed_month=closed(Month.of(day).previous, users[actors.COORDINATOR]),
        amara=amara,
        note=note_to(amara),
        noor=noor,
        login=users[actors.OTHER],
        sam=colleagues[actors.STAFF],
        ines=make.staff("Ines Canary"),
        unit=kitchen,
        task=task,
        done_task=done_task,
        thanks=thanks,
        event=event,
        library_task=known,
        past_event=past_event,
        repeating_task=make.task("Dishes", day=today, unit=kitchen, repeats=repeats),
        week=OpeningWeek.objects.create(starts_on=today + dt.timedelta(days=30)),
        visit=visit,
        visit_today=Visit.objects.create(
            member=amara, day=today, arrived_at=timezone.now(), noted_at=timezone.now(), unit=kitchen
        ),
        removed=arrival_actions.remove_visit(visit=make.visit(noor, day), why="Canary was away.", by=None),
        leaving=left_unseen(noor, tablet),
        batch=marked_together(make.member("Ada Canary"), today),
        correction=CorrectionRequest.objects.create(
            member=amara, day=day, visit=visit, words="I left at one, says Amara Canary.", asked_at=timezone.now()
        ),
        draft=ImportDraft.objects.create(
            by=users[actors.COORDINATOR],
            at=timezone.now(),
            files={"guests.csv": f"day,kind,count\n{day},tour,3\n"},
        ),
        decision=arrival_actions.record_decision(decided_on=day, words="Canary college.", by=users[actors.COORDINATOR]),
        contact=ReachOut.objects.create(
            member=amara,
            at=house.at(day, dt.time(10)),
            channel="phone",
            outcome="spoke",
            replied=True,
            note="Canary seeds.",
            by=users[actors.STAFF],
        ),
        emergency_contact=to_call(amara, "Efe Canary"),
        taken_away=actions.take_away_emergency_contact(contact=to_call(amara, "Ife Canary"), by=users[actors.STAFF]),
        tablet=tablet,
        pairing_code=actions.make_tablet(name="Back door", place=Tablet.Place.DOOR, by=None)[1],
        merge=arrival_actions.merge_members(kept=noor, merged=make.member("Norah Canary"), by=users[actors.STAFF]),
        token=actions.invite(user=make.account(make.member("New Canary")), by=users[actors.COORDINATOR]),
        feed_token=work_actions.make_calendar_feed(member=amara, by=amara.user),
        **forgotten(users[DISABLED], users[actors.STAFF]),
        lost_message=make.lost_message(amara),
        paper_note=make.note(amara, "Hello from Canary."),
        stop_token=letter.stop_token(amara, ["task_reminder"], "email"),
    )


def forgotten(first: User, second: User) -> dict:
    """Somebody who waits for the second yes, a certificate, and a rule that was proposed."""
    now = timezone.now()
    said: dict = {"kind": "erase", "asked_at": now, "first_by": first, "first_at": now}
    done = {"second_by": second, "second_at": now, "done_at": now}
    zoe = make.member("Zoe Canary")
    return {
        "zoe": zoe,
        "erasure": Erasure.objects.create(member=zoe, **said),
        "certificate": Erasure.objects.create(member=make.member("Zed Canary"), **said, **done),
        "rule": RetentionRule.objects.create(what="read_notes", months=24, proposed_at=now, proposed_by=first),
    }


def note_to(member) -> Note:
    """It waits on their page."""
    now = timezone.now()
    message = Message.objects.create(
        member=member, kind="task_reminder", occurrence="task 1", channel="page", state="sent", due_at=now,
        expires_at=now, settled_at=now,
    )  # fmt: skip
    return Note.objects.create(message=message, text="A canary sings tomorrow.", at=now)


def to_call(member, name: str) -> EmergencyContact:
    return EmergencyContact.objects.create(
        member=member, name=name, relation="canary", phone="555 0199 canary", at=timezone.now()
    )


def closed(month: Month, by: User) -> Month:
    """`month`, closed in spite of its empty book."""
    MonthClosing.objects.create(
        first_on=month.first, report=counted(month).decode(), closed_at=timezone.now(), closed_by=by
    )
    return month


def left_unseen(member, tablet) -> Mark:
    """Somebody left at the door who had not arrived."""
    return log_at_door(member=member, action=Mark.Action.LEAVE, key=uuid4(), tablet=tablet)


def marked_together(member, day: dt.date) -> UUID:
    """A batch with one arrival in it."""
    batch = uuid4()
    arrival_actions.log_arrival(member=member, day=day, key=uuid4(), by=None, kind="virtual", batch=batch)
    return batch


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="members.sign_in.Backend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client
