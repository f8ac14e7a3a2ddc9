"""What makes the sample board alive: a library, people who like to show things, work that is done, thanks, a line."""

import datetime as dt
import random

from activities.models import (
    CanShow,
    GuideStep,
    LibraryTask,
    PlaceRole,
    RepeatingTask,
    SignUp,
    Thanks,
    UnitTask,
    Waiting,
)
from attendance.sample.people import DAY, Invented
from members.models import House, Member, User

DONE_AT = {"morning": dt.time(11, 40), "afternoon": dt.time(15, 40)}
SHARE_DONE = 0.93  # the rest of a day's work is left, as everywhere

# Task | number of the step | words | picture.
GUIDES = """
Dishes after lunch|Wash your hands. Put an apron on.|apron
Dishes after lunch|Scrape the plates into the green bin.|bin
Dishes after lunch|Glasses first, then plates, then pans.|plate
Dishes after lunch|Let it all dry on the rack. Done!|check
Snack bar till|Count the cash box with somebody.|cash-box
Snack bar till|Write each sale on the list.|paper
Snack bar till|Count again when you close.|cash-box
Phones|Pick up and say: Good morning, Maple Street.|phone
Phones|Never say who is here. Offer to pass on a message.|people
Phones|Write the message down: name, number, time.|paper
"""

# Task | words, from the latest day on which it was done.
THANKS = """
Lunch for 50|Lunch was lovely. The soup!
Dishes after lunch|The kitchen has not shone like this for weeks.
Laundry|Thank you for staying until it was all folded.
Orientation for new members|You made my first day here easy.
Newsletter|What a fine front page.
Vehicle checks|The van smells of nothing now. Wonderful.
Snack bar till|Thank you for showing me the till.
Cards and birthdays|So many cards written. They will make people happy.
"""


def fill_library(people: list[Invented], by: User, now: dt.datetime) -> None:
    """Each unit's library from what repeats there, three guides, and who can show what."""
    chance = random.Random("maple street, library")
    known: dict[tuple[int, str], LibraryTask] = {}
    for task in RepeatingTask.objects.order_by("pk"):
        details = {name: getattr(task, name) for name in ("part", "starts_at", "places", "good_to_know")}
        known[task.unit_id, task.title] = LibraryTask(unit_id=task.unit_id, title=task.title, posted_by=by, **details)
    LibraryTask.objects.bulk_create(known.values())
    by_title = {entry.title: entry for entry in known.values()}
    steps: dict[str, int] = {}
    for line in GUIDES.strip().splitlines():
        title, words, picture = line.split("|")
        steps[title] = steps.get(title, 0) + 1
        GuideStep.objects.create(library_task=by_title[title], number=steps[title], words=words, picture=picture)
    CanShow.objects.bulk_create(
        CanShow(library_task=entry, member=person.member, at=now - chance.randrange(3, 90) * DAY)
        for entry in known.values()
        for person in chance.sample(people[1:34], chance.choice([0, 1, 1, 2, 3]))
    )


def tell_days(house: House, by: User, first: dt.date, today: dt.date, now: dt.datetime) -> None:
    """From `first` to `today`: what was done, words of thanks, pairs of showing and learning. Ahead: a full task."""
    library = {(entry.unit_id, entry.title): entry.pk for entry in LibraryTask.objects.all()}
    tasks = list(UnitTask.objects.filter(day__gte=first).prefetch_related("sign_ups").order_by("day", "pk"))
    for task in tasks:
        task.library_task_id = library.get((task.unit_id, task.title))
        chance = random.Random(f"maple street, {task.title} of {task.day}")
        done_at = house.at(task.day, DONE_AT[task.part]) + dt.timedelta(minutes=chance.randrange(-30, 30))
        if done_at < now and task.sign_ups.all() and chance.random() < SHARE_DONE:
            task.done_at = done_at
    UnitTask.objects.bulk_update(tasks, ["library_task", "done_at"], batch_size=500)
    _pair(tasks, today)
    _thank(tasks, by, today)
    _wait(tasks, by, today, now)


def _pair(tasks: list[UnitTask], today: dt.date) -> None:
    """Where two or more are on a task that somebody can show, one shows and one learns, now and then; and today."""
    today_s = next((task for task in tasks if task.day == today and len(task.sign_ups.all()) > 1), None)
    if today_s is not None and today_s.library_task_id:
        first = today_s.sign_ups.all()[0]
        CanShow.objects.get_or_create(
            library_task_id=today_s.library_task_id, member_id=first.member_id, defaults={"at": first.at}
        )
    likes_to_show = set(CanShow.objects.values_list("library_task", "member"))
    changed: list[SignUp] = []
    for task in tasks:
        chance = random.Random(f"maple street, pairs of {task.title} of {task.day}")
        people = list(task.sign_ups.all())
        shows = [one for one in people if (task.library_task_id, one.member_id) in likes_to_show]
        others = [one for one in people if one not in shows]
        if shows and others and (task.day == today or chance.random() < 0.6):
            shows[0].role, others[0].role = PlaceRole.SHOWING, PlaceRole.LEARNING
            changed += [shows[0], others[0]]
    SignUp.objects.bulk_update(changed, ["role"], batch_size=500)


def _thank(tasks: list[UnitTask], by: User, today: dt.date) -> None:
    latest: dict[str, tuple[UnitTask, dt.datetime]] = {
        task.title: (task, task.done_at) for task in tasks if task.done_at and task.day > today - 8 * DAY
    }
    said = [line.split("|") for line in THANKS.strip().splitlines()]
    Thanks.objects.bulk_create(
        Thanks(task=latest[title][0], words=words, at=latest[title][1], by=by)
        for title, words in said
        if title in latest
    )


def _wait(tasks: list[UnitTask], by: User, today: dt.date, now: dt.datetime) -> None:
    """The first full task from today on has a line of two."""
    everybody = {one.member_id for task in tasks for one in task.sign_ups.all() if task.day >= today}
    for task in tasks:
        taken = {one.member_id for one in task.sign_ups.all()}
        if task.day >= today and not task.done_at and task.places == len(taken) and not task.waiting.exists():
            for member in sorted(everybody - taken)[:2]:
                login = Member.objects.get(pk=member).user or by
                Waiting.objects.create(task=task, member_id=member, at=now, by=login)
            return
