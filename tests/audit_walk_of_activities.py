"""What the actions of `activities` write down."""

import datetime as dt

from activities import actions
from activities.library import TRADES
from activities.models import Part
from activities.models.repeats import weekly
from tests import make
from tests.audit_walk import Act, dana, sam, with_

WITHOUT = {
    "activities.guides.check_writer": "asks only",
    "activities.library.fill_library": "part of adding a unit and of the usual tasks, which write the record",
    "activities.repeating_events.make_repeating_events": "days of a rule whose posting was written down",
    "activities.tasks.make_repeating_tasks": "days of a rule whose posting was written down",
}
EVENING = {"starts_at": dt.time(17), "ends_at": dt.time(19)}


def theirs(member: str, **names: str):
    """Arguments, by the member themself."""

    def takes(world):
        person = getattr(world, member)
        return {"member": person, "by": person.user} | {name: getattr(world, at) for name, at in names.items()}

    return takes


def full(world, thing):
    """`thing` has no place for one more."""
    type(thing).objects.filter(pk=thing.pk).update(places=1)
    thing.refresh_from_db()
    return thing


def on_a_full_task(world):
    return {"task": full(world, world.task), "member": world.other_of_house, "by": world.login}


def waits_for_task(world):
    actions.wait(**on_a_full_task(world))
    return on_a_full_task(world)


def at_a_full_event(world):
    return {"event": full(world, world.event), "member": world.other_of_house, "by": world.login}


def waits_for_event(world):
    actions.wait_for_event(**at_a_full_event(world))
    return at_a_full_event(world)


def left_over(world):
    """A task of two days ago that nobody marked done."""
    make.visit(world.noor, world.today)
    return make.task("Beans", day=world.day, unit=world.unit, part=Part.MORNING, carries_over=True)


def carried(world):
    return {"task": actions.carry_over(task=left_over(world), by=sam(world)), "by": sam(world)}


def tomorrow(world) -> dt.date:
    return world.today + dt.timedelta(days=1)


def cooking(world):
    """The kitchen saves plates."""
    house = make.house(lunch_until=dt.time(11))
    return {"day": tomorrow(world), "member": world.amara, "by": world.amara.user, "house": house}


def saved(world):
    takes = cooking(world)
    actions.save_lunch(**takes)
    return takes


def a_repeating_event(world):
    event = actions.post_event(title="Chess", day=tomorrow(world), by=sam(world), rule=weekly(range(7)), **EVENING)
    return event.repeats


def a_stopped_event(world):
    repeats = a_repeating_event(world)
    actions.stop_repeating_event(repeats=repeats, last_day=tomorrow(world), by=sam(world))
    return {"repeats": repeats, "by": sam(world)}


def a_stopped_task(world):
    repeats = world.repeating_task.repeats
    actions.stop_repeating(repeats=repeats, last_day=world.today, by=sam(world))
    return {"repeats": repeats, "by": sam(world)}


def a_ride(world):
    return actions.offer_ride(event=world.event, seats=2, by=sam(world))


def a_seat(world):
    takes = {"event": world.event, "member": world.amara, "by": world.amara.user}
    actions.take_seat(ride_pk=a_ride(world).pk, **takes)
    return takes


def a_ride_with_amara(world):
    a_seat(world)
    return {"event": world.event, "by": sam(world)}


def called_off_task(world):
    return {"task": actions.call_off_task(task=world.task, by=sam(world)), "by": sam(world)}


def called_off_event(world):
    return {"event": actions.call_off_event(event=world.event, by=sam(world)), "by": sam(world)}


def out_of_the_library(world):
    actions.remove_library_task(library_task=world.library_task, by=sam(world))
    return {"library_task": world.library_task, "by": sam(world)}


def with_two_steps(world):
    actions.write_guide_step(library_task=world.library_task, words="Bake it.", by=sam(world))
    return {"library_task": world.library_task, "number": 1, "to": 2, "by": sam(world)}


def carried_twice(world):
    return {"tasks": [carried(world)["task"]], "by": sam(world)}


def rest_of(world):
    """What goes on from a task that is done after all."""
    task = left_over(world)
    actions.carry_over(task=task, by=sam(world))
    return {"task": task, "by": sam(world)}


ACTS = [
    Act(
        "activities.calendar.edit_open_day", lambda w: {"day": w.today, "is_open": False, "by": dana(w), "note": "Snow"}
    ),
    Act(
        "activities.calendar.edit_opening_week",
        lambda w: {"starts_on": w.today + dt.timedelta(days=60), "hours": {}, "by": dana(w)},
    ),
    Act("activities.calendar.remove_open_day", lambda w: {"day": w.day, "by": dana(w)}),
    Act("activities.calendar.remove_opening_week", lambda w: {"starts_on": w.week.starts_on, "by": dana(w)}),
    Act(
        "activities.calendar_feed.edit_calendar_feed",
        lambda w: theirs("amara")(w) | {"neutral_titles": not w.amara.calendar_feed.neutral_titles},
        ("amara",),
    ),
    Act("activities.calendar_feed.end_calendar_feed", theirs("amara"), ("amara",)),
    Act("activities.calendar_feed.make_calendar_feed", theirs("amara"), ("amara",), again=False),  # a new address
    Act("activities.carrying.carry_over", lambda w: {"task": left_over(w), "by": sam(w)}),
    Act(
        "activities.carrying.carry_over_all",
        lambda w: left_over(w) and {"day": w.day, "by": sam(w)},
        verb="carry_over",
    ),
    Act("activities.carrying.carry_over_by_itself", lambda w: left_over(w) and {}, verb="carry_over"),
    Act("activities.carrying.leave_after_all", carried),
    Act("activities.carrying.leave_all_after_all", carried_twice, verb="leave_after_all"),
    Act("activities.carrying.leave_rest", rest_of, verb="leave_after_all"),
    Act("activities.event_places.join_event", theirs("other_of_house", event="event"), ("other_of_house",)),
    Act("activities.event_places.leave_event", theirs("amara", event="event"), ("amara",)),
    Act("activities.event_places.stop_waiting_for_event", waits_for_event, ("other_of_house",), verb="stop_waiting"),
    Act("activities.event_places.wait_for_event", at_a_full_event, ("other_of_house",), verb="wait"),
    Act("activities.events.call_off_event", with_(event="event")),
    Act("activities.events.edit_event", lambda w: {"event": w.event, "by": sam(w), "about": "By bus."}),
    Act(
        "activities.events.post_event",
        lambda w: {"title": "Chess", "day": tomorrow(w), "by": sam(w), **EVENING},
    ),
    Act("activities.events.put_back_event", called_off_event),
    Act("activities.guides.move_guide_step", with_two_steps, again=False),  # there and back again
    Act("activities.guides.remove_guide_step", lambda w: with_(library_task="library_task")(w) | {"number": 1}),
    Act(
        "activities.guides.write_guide_step",
        lambda w: with_(library_task="library_task")(w) | {"number": 1, "words": "Knead it well."},
    ),
    Act(
        "activities.library.add_library_task",
        lambda w: {"unit": w.unit, "title": "Salad", "part": Part.MORNING, "places": 2, "by": sam(w)},
    ),
    Act(
        "activities.library.add_usual_tasks",
        lambda w: {"unit": w.unit, "trade": TRADES[0], "by": sam(w)},
    ),
    Act(
        "activities.library.edit_library_task",
        lambda w: with_(library_task="library_task")(w) | {"title": "Rye", "part": Part.MORNING, "places": 3},
    ),
    Act(
        "activities.library.post_from_library",
        lambda w: {"library_task": w.library_task, "day": w.today, "by": sam(w)},
        verb="post_task",
    ),
    Act("activities.library.put_back_library_task", out_of_the_library),
    Act("activities.library.remove_library_task", with_(library_task="library_task")),
    Act("activities.lunch.save_lunch", cooking, ("amara",)),
    Act("activities.lunch.take_back_lunch", saved, ("amara",)),
    Act("activities.repeating_events.repeat_event_again", a_stopped_event),
    Act(
        "activities.repeating_events.stop_repeating_event",
        lambda w: {"repeats": a_repeating_event(w), "last_day": tomorrow(w), "by": sam(w)},
    ),
    Act("activities.rides.give_back_seat", a_seat, ("amara",)),
    Act("activities.rides.look_for_seat", theirs("amara", event="event"), ("amara",)),
    Act("activities.rides.offer_ride", lambda w: {"event": w.event, "seats": 3, "by": w.amara.user}, ("amara",)),
    Act("activities.rides.take_back_ride", a_ride_with_amara, also={"lost_seat": 1}),
    Act(
        "activities.rides.take_seat",
        lambda w: theirs("amara", event="event")(w) | {"ride_pk": a_ride(w).pk},
        ("amara",),
    ),
    Act("activities.showing.can_show", theirs("other_of_house", what="library_task"), ("other_of_house",)),
    Act("activities.showing.stop_showing", theirs("amara", what="library_task"), ("amara",)),
    Act("activities.sign_ups.sign_up", theirs("other_of_house", task="task"), ("other_of_house",)),
    Act("activities.sign_ups.stop_waiting", waits_for_task, ("other_of_house",)),
    Act("activities.sign_ups.wait", on_a_full_task, ("other_of_house",)),
    Act("activities.sign_ups.withdraw", theirs("amara", task="task"), ("amara",)),
    Act("activities.tasks.call_off_task", with_(task="task")),
    Act(
        "activities.tasks.edit_task",
        lambda w: {"task": w.task, "title": "Soup", "part": Part.MORNING, "places": 5, "by": sam(w)},
    ),
    Act(
        "activities.tasks.post_task",
        lambda w: {
            "unit": w.unit,
            "title": "Soup",
            "part": Part.MORNING,
            "places": 2,
            "day": w.today,
            "by": sam(w),
        },
    ),
    Act("activities.tasks.put_back_task", called_off_task),
    Act("activities.tasks.repeat_again", a_stopped_task),
    Act(
        "activities.tasks.stop_repeating",
        lambda w: {"repeats": w.repeating_task.repeats, "last_day": w.today, "by": sam(w)},
    ),
    Act(
        "activities.thanks.give_thanks",
        lambda w: {"task": w.done_task, "words": "Lovely.", "by": w.login},
        ("other_of_house",),
    ),
    Act("activities.thanks.take_back_thanks", lambda w: {"thanks": w.thanks, "by": w.amara.user}, ("amara",)),
    Act("activities.units.add_to_unit", with_(unit="unit", member="noor"), ("noor",)),
    Act("activities.units.add_unit", lambda w: {"name": "Garden", "colour": 2, "by": dana(w)}),
    Act("activities.units.edit_unit", lambda w: {"unit": w.unit, "by": dana(w), "description": "We cook."}),
    Act("activities.units.edit_unit_staff", lambda w: {"unit": w.unit, "staff": [w.sam], "by": dana(w)}),
    Act("activities.units.remove_from_unit", with_(unit="unit", member="amara"), ("amara",)),
]
