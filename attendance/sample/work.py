"""The work of the sample house: tasks that repeat, places taken, wishes for messages, and words about a visit."""

import datetime as dt
import random

from activities import workdays
from activities.actions import make_repeating_tasks
from activities.models import RepeatingTask, SignUp, Unit, UnitTask, weekly
from attendance.models import CorrectionRequest, Visit
from attendance.sample.people import DAY, Invented
from members.models import Member, MessageWish, Role, Staff, User


def begins_on(today: dt.date) -> dt.date:
    """The board of the sample house begins with the month before, so that its report has tasks in it."""
    return (today.replace(day=1) - DAY).replace(day=1)


# Unit | task | part | starts at | places | weekdays (0 = Monday) | good to know. From the handbook's task library.
TASKS = """
Kitchen|Menu and shopping list|morning||2|04|Bring ideas. We plan for the whole week.
Kitchen|Shopping|morning|10:00|2|14|The house's van leaves from the back door.
Kitchen|Breakfast|morning|08:30|3|01234|
Kitchen|Lunch for 50|morning|09:30|5|01234|Meet at the stove. Aprons hang beside the door.
Kitchen|Dishes after lunch|afternoon|13:00|4|01234|
Kitchen|Snack bar till|afternoon|13:30|1|01234|Somebody shows you the first time.
Kitchen|Garden|afternoon||3|24|Boots stand in the shed.
Clerical|Reception|morning|08:30|2|01234|
Clerical|Phones|afternoon|13:00|1|01234|The script lies beside the phone.
Clerical|Attendance entry|afternoon|15:00|1|01234|
Clerical|Statistics|morning||1|1|
Clerical|Newsletter|morning|10:00|4|13|Page 2 still needs a story.
Clerical|Cards and birthdays|afternoon||2|2|
Clerical|Petty cash|morning|11:00|1|4|
Clerical|Tour for visitors|afternoon|14:00|2|03|
Hospitality|Rooms|morning||3|01234|
Hospitality|Laundry|morning||2|024|
Hospitality|Recycling|afternoon||2|14|
Hospitality|Vehicle checks|morning|09:30|2|1|
Hospitality|Orientation for new members|afternoon|14:00|2|2|
Employment & Education|Employer contact|morning||2|13|
Employment & Education|CVs|afternoon|13:30|3|23|Bring what you have; we type it together.
Employment & Education|Tutoring|morning|10:30|2|024|
Employment & Education|TE training and cover|morning||1|03|
Employment & Education|Reach-out|afternoon|13:30|3|01234|Calls and cards to people we have not seen.
"""


def make_tasks(units: list[Unit], by: User, today: dt.date) -> None:
    """The days behind, and from today on as the house's own repeating does it."""
    repeating = [_repeating(line, units, by, today) for line in TASKS.strip().splitlines()]
    RepeatingTask.objects.bulk_create(repeating)
    days = workdays.open_wod_days(begins_on(today), today - DAY)
    UnitTask.objects.bulk_create(_copy(task, day) for day in days for task in repeating if task.falls_on(day))
    make_repeating_tasks()
    add_tasks_today(today)


def add_tasks_today(today: dt.date) -> None:
    """On a weekend no task repeats: the open house does what is done every day of the week."""
    if not UnitTask.objects.filter(day=today).exists():
        daily = RepeatingTask.objects.filter(rule=weekly(range(5)), ends_on=None)
        UnitTask.objects.bulk_create(_copy(task, today, repeats=None) for task in daily)


def _repeating(line: str, units: list[Unit], by: User, today: dt.date) -> RepeatingTask:
    unit, title, part, starts_at, places, weekdays, good_to_know = line.split("|")
    return RepeatingTask(
        unit=next(each for each in units if each.name == unit),
        title=title,
        part=part,
        starts_at=dt.time.fromisoformat(starts_at) if starts_at else None,
        places=int(places),
        rule=weekly([int(digit) for digit in weekdays]),
        good_to_know=good_to_know,
        starts_on=begins_on(today),
        posted_by=by,
    )


def _copy(task: RepeatingTask, day: dt.date, **fields) -> UnitTask:
    return UnitTask(
        day=day,
        unit_id=task.unit_id,
        title=task.title,
        part=task.part,
        starts_at=task.starts_at,
        places=task.places,
        good_to_know=task.good_to_know,
        posted_by_id=task.posted_by_id,
        repeats=fields.get("repeats", task),
    )


def take_places(people: list[Invented], by: User, first: dt.date, today: dt.date, now: dt.datetime) -> None:
    """Partly taken: by who came on days that are over, by the people of today, and by a few for the days ahead."""
    came: dict[dt.date, set[int]] = {}
    for member, day in Visit.objects.filter(day__range=(first, today)).values_list("member_id", "day"):
        came.setdefault(day, set()).add(member)
    taken = [
        sign_up
        for day in sorted(set(UnitTask.objects.filter(day__gte=first).values_list("day", flat=True)))
        for sign_up in _places_of(day, people, came.get(day, set()), by, today, now)
    ]
    logins = dict(Member.objects.exclude(user=None).values_list("pk", "user"))
    for sign_up in taken:  # whoever has a sign-in did it themselves
        sign_up.by_id = logins.get(sign_up.member_id, by.pk)
    SignUp.objects.bulk_create(taken, ignore_conflicts=True)


def _places_of(day, people: list[Invented], came: set[int], by: User, today: dt.date, now: dt.datetime) -> list[SignUp]:
    """One task in the morning and one in the afternoon for each person at most; half of the house takes one."""
    chance = random.Random(f"maple street, work of {day}")
    # Some who signed up for today are here, the others are expected.
    regulars = [person.member.pk for person in people[1:40] if day == today or person.habit.chance(day) > 0.5]
    able = sorted(came if day < today else came.union(regulars))
    free = {part: chance.sample(able, len(able)) for part in ("morning", "afternoon")}
    if today <= day <= today + DAY:  # the member's own account has something to look forward to
        free = {part: [people[0].member.pk, *ids] if part == "morning" else ids for part, ids in free.items()}
    filled = 0.75 if day < today else 0.6 if day == today else 0.25 if day <= today + 7 * DAY else 0.05
    made: list[SignUp] = []
    for task in UnitTask.objects.standing().on(day).in_order():
        seats = sum(chance.random() < filled for _ in range(task.places))
        if task.title == "Lunch for 50" and day >= today:
            seats = min(max(seats, 2), task.places - 1)
        for _ in range(min(seats, len(free[task.part]))):
            at = now - (day - today + 2 * DAY if day > today else today - day + DAY) + dt.timedelta(minutes=len(made))
            made.append(SignUp(task=task, member_id=free[task.part].pop(0), at=min(at, now), by=by))
    return made


def write_wishes(people: list[Invented], now: dt.datetime) -> None:
    """Most people asked for nothing; the member's account and a few others for both kinds.

    The coordinator asked for word that the month is ready.
    """
    asking = [person.member for person in people[:40:6] if person.member.email_to_use]
    MessageWish.objects.bulk_create(
        MessageWish(member=member, kind=kind, channel="email", since_at=now - 30 * DAY)
        for member in asking
        for kind in ("task_reminder", "weekly_summary")
    )
    for person in Staff.objects.filter(user__role=Role.COORDINATOR):
        person.message_wishes.create(kind="monthly_report", channel="email", since_at=now - 30 * DAY)


def ask_for_corrections(people: list[Invented], by: User, now: dt.datetime) -> None:
    """Three that wait for an answer, and one that has it."""
    forgotten = Visit.objects.filter(ending=Visit.Ending.NOT_WRITTEN, member__in=[p.member.pk for p in people[1:]])
    words = [
        "I stayed until 3 pm. I forgot to sign out.",
        "I left after lunch that day.",
        "Noon, I think. Ask Gordon, he was there.",
    ]
    latest = list(forgotten.select_related("member").order_by("-arrived_at")[: len(words)])
    asked = [
        CorrectionRequest(
            member=visit.member, day=visit.day, visit=visit, words=text, asked_at=now - dt.timedelta(hours=2 + n)
        )
        for n, (visit, text) in enumerate(zip(latest, words, strict=False))
    ]
    mine = Visit.objects.filter(member=people[0].member.pk, ending=Visit.Ending.KNOWN).order_by("-arrived_at").first()
    if mine:
        asked.append(
            CorrectionRequest(
                member=people[0].member,
                day=mine.day,
                visit=mine,
                words="I was in the kitchen, not at the desk.",
                asked_at=now - 3 * DAY,
                answer="Thank you, it says Kitchen now.",
                answered_at=now - 2 * DAY,
                answered_by=by,
            )
        )
    CorrectionRequest.objects.bulk_create(asked)
