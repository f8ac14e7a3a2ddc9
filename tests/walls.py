"""The table of doors: every URL, and who may do what there. A URL that is not here fails the suite.

An actor that is not named may not enter: signed out it leads to the sign-in page, signed in to 403 or 404.
"""

from typing import Any
from uuid import uuid4

from clubhouse.spans import Span
from tests import (
    walls_of_closing,
    walls_of_contacts,
    walls_of_done,
    walls_of_emergencies,
    walls_of_exports,
    walls_of_forgetting,
    walls_of_messages,
    walls_of_my_days,
    walls_of_my_weeks,
    walls_of_outside,
    walls_of_reach_out,
    walls_of_report_files,
    walls_of_signing_in,
    walls_of_the_computer,
    walls_of_the_library,
    walls_of_the_logo,
    walls_of_the_meeting,
    walls_of_the_ways_out,
    walls_of_what_is_held,
    walls_of_whats_on,
    walls_of_wishes,
)
from tests.actors import (
    ANYONE,
    AT_RECEPTION,
    COORDINATOR,
    DOOR_TABLET,
    IN_CHARGE,
    MEMBERS,
    SIGNED_IN,
    Door,
    pk_of,
)


def on_the_day(world: Any) -> dict:
    return {"day": world.day}


def in_the_month(world: Any) -> dict:
    return {"month": world.month}


def of_the_month(world: Any) -> dict:
    return {"span": Span.of(world.month)}


def searched(world: Any) -> dict:
    return {"step": "search", "q": "noor", "screen": str(uuid4())}


DOORS = [
    # the rim
    Door("home", GET=SIGNED_IN),
    Door("healthz", GET=ANYONE | {DOOR_TABLET}),
    Door("service_worker", GET=ANYONE | {DOOR_TABLET}),
    Door("manifest", GET=ANYONE | {DOOR_TABLET}),
    Door("offline", GET=ANYONE | {DOOR_TABLET}),
    Door("set_look", POST=ANYONE | {DOOR_TABLET}, data=lambda w: {"theme": "dark"}),
    *walls_of_the_logo.DOORS,  # early: a door tablet notes once a minute that it is in use
    Door("me", GET=SIGNED_IN),
    Door("my_visits", GET=MEMBERS),
    Door("my_records", GET=MEMBERS),
    Door("units", GET=SIGNED_IN),
    Door("unit", GET=SIGNED_IN, at=pk_of("unit")),
    Door("own_email", GET=SIGNED_IN),
    Door("member_visits", GET=IN_CHARGE, at=pk_of("amara")),
    # my own things
    Door(
        "members:edit_me", GET=SIGNED_IN, POST=SIGNED_IN, data=lambda w: {"name_to_use": "Ama", "board_name": "short"}
    ),
    *walls_of_wishes.DOORS,
    *walls_of_what_is_held.DOORS,
    *walls_of_emergencies.DOORS,
    Door("members:my_door", GET=MEMBERS, POST=MEMBERS, data=lambda w: {"action": "picture", "door_picture": "cat"}),
    Door("members:stay", GET=SIGNED_IN, POST=SIGNED_IN),
    Door("members:set_pin", GET=AT_RECEPTION, POST=AT_RECEPTION, data=lambda w: {"pin": "4826", "pin_again": "4826"}),
    Door("members:lock", POST=AT_RECEPTION, data=lambda w: {"next": "/arrivals/"}),
    Door("members:unlock", GET=AT_RECEPTION, POST=AT_RECEPTION, data=lambda w: {"pin": "4826"}),
    Door("members:kept_form", GET=SIGNED_IN, POST=SIGNED_IN),
    Door(
        "attendance:mark_myself",
        GET=MEMBERS,
        POST=MEMBERS,
        data=lambda w: {"key": str(uuid4()), "action": "arrive", "where": "house"},
    ),
    Door(
        "attendance:request_correction",
        GET=MEMBERS,
        POST=MEMBERS,
        at=on_the_day,
        data=lambda w: {"words": "I left at noon."},
    ),
    # doors
    Door(
        "members:accept_invitation",
        GET=ANYONE,
        POST=ANYONE,
        at=lambda w: {"token": w.token},
        data=lambda w: {"username": "newcomer", "password": "a long way home"},
    ),
    Door("members:pair_tablet", GET=ANYONE, POST=ANYONE, data=lambda w: {"code": w.pairing_code}),
    Door("attendance:door", GET=ANYONE | {DOOR_TABLET}, POST={DOOR_TABLET}, data=searched),
    Door("attendance:practise_door", GET=ANYONE | {DOOR_TABLET}, POST=ANYONE | {DOOR_TABLET}, data=searched),
    # people
    Door("members:members", GET=IN_CHARGE, POST=IN_CHARGE, data=lambda w: {"q": "amara"}),
    Door("members:member", GET=IN_CHARGE, at=pk_of("amara")),
    Door(
        "members:member_door",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("amara"),
        data=lambda w: {"action": "code", "code": "2580"},
    ),
    Door(
        "members:add_member",
        GET={COORDINATOR},
        POST={COORDINATOR},
        data=lambda w: {"member_no": "N1", "first_name": "Nia", "enrolled_on": "2026-01-05", "board_name": "short"},
    ),
    Door(
        "members:edit_member",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=pk_of("amara"),
        data=lambda w: {"member_no": "C1", "first_name": "Amy", "enrolled_on": "2026-01-05", "board_name": "short"},
    ),
    Door("members:staff", GET={COORDINATOR}),
    Door("members:add_staff", GET={COORDINATOR}, POST={COORDINATOR}, data=lambda w: {"first_name": "Ines"}),
    Door(
        "members:edit_staff",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=pk_of("sam"),
        data=lambda w: {"first_name": "Sam"},
    ),
    Door(
        "members:give_account",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=lambda w: {"member": w.noor.pk},
        data=lambda w: {"username": "noor", "role": "member"},
    ),
    Door(
        "members:give_staff_account",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=lambda w: {"staff": w.ines.pk},
        data=lambda w: {"username": "ines", "role": "staff"},
    ),
    Door(
        "members:edit_account",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=pk_of("login"),
        data=lambda w: {"username": "amara2", "role": "member"},
    ),
    Door("members:switch_off_account", POST={COORDINATOR}, at=pk_of("login")),
    Door("members:switch_on_account", POST={COORDINATOR}, at=pk_of("login")),
    Door("members:forget_second_factor", POST={COORDINATOR}, at=pk_of("login")),
    Door("members:invite", POST={COORDINATOR}, at=pk_of("login")),
    Door(
        "attendance:merge_members",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("amara"),
        data=lambda w: {"other": w.noor.pk, "keep": w.amara.pk},
    ),
    Door("attendance:undo_merge", POST=IN_CHARGE, at=pk_of("merge")),
    # the house
    Door("members:house_settings", GET={COORDINATOR}, POST={COORDINATOR}, data=lambda w: {"name": "Elm House"}),
    Door("members:tablets", GET=AT_RECEPTION),
    Door("members:make_tablet", POST={COORDINATOR}, data=lambda w: {"name": "Back door", "place": "door"}),
    Door("members:revoke_tablet", POST={COORDINATOR}, at=pk_of("tablet")),
    Door("members:resume_tablet", POST=AT_RECEPTION, at=pk_of("tablet")),
    *walls_of_messages.DOORS,
    Door(
        "activities:edit_opening_week",
        GET={COORDINATOR},
        POST={COORDINATOR},
        data=lambda w: {"starts_on": "2099-01-05"},
    ),
    Door("activities:remove_opening_week", POST={COORDINATOR}, at=lambda w: {"day": w.week.starts_on}),
    Door("activities:calendar", GET={COORDINATOR}),
    Door("activities:calendar_month", GET={COORDINATOR}, at=in_the_month),
    Door(
        "activities:edit_open_day",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=on_the_day,
        data=lambda w: {"is_open": "False", "note": "Snow"},
    ),
    Door("activities:remove_open_day", POST={COORDINATOR}, at=on_the_day),
    Door(
        "activities:units",
        GET={COORDINATOR},
        POST={COORDINATOR},
        data=lambda w: {"name": "Garden", "colour": "2", "icon": "plant"},
    ),
    Door(
        "activities:unit",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=pk_of("unit"),
        data=lambda w: {
            "name": "Kitchen",
            "colour": "3",
            "icon": "kitchen",
            "description": "We cook.",
            "morning_meeting_at": "09:00",
            "afternoon_meeting_at": "13:00",
        },
    ),
    Door(
        "activities:edit_unit_members",
        POST={COORDINATOR},
        at=pk_of("unit"),
        data=lambda w: {"action": "add", "member": w.noor.pk},
    ),
    Door("activities:choose_unit", POST=MEMBERS, at=pk_of("unit"), data=lambda w: {"action": "choose"}),
    Door("activities:edit_unit_staff", POST={COORDINATOR}, at=pk_of("unit"), data=lambda w: {"staff": [w.sam.pk]}),
    Door("attendance:import_house", GET={COORDINATOR}, POST={COORDINATOR}),
    Door("attendance:import_house_draft", GET={COORDINATOR}, POST={COORDINATOR}, at=pk_of("draft")),
    # arrivals
    Door("attendance:arrivals", GET=AT_RECEPTION, POST=AT_RECEPTION, data=lambda w: {"q": "noor"}),
    Door("attendance:arrivals_now", GET=AT_RECEPTION),
    Door("attendance:tap_queue", GET=AT_RECEPTION),
    Door("attendance:arrivals_on", GET=AT_RECEPTION, POST=AT_RECEPTION, at=on_the_day, data=lambda w: {"q": "noor"}),
    Door(
        "attendance:log_arrival",
        POST=AT_RECEPTION,
        at=lambda w: {"day": w.today},
        data=lambda w: {"key": str(uuid4()), "action": "arrive", "member_no": w.noor.member_no},
    ),
    Door("attendance:arrivals_sheet", GET=AT_RECEPTION, at=on_the_day),
    Door("attendance:numbered_sheet", GET=AT_RECEPTION, at=on_the_day),
    Door(
        "attendance:add_walk_in",
        GET=AT_RECEPTION,
        POST=AT_RECEPTION,
        at=lambda w: {"day": w.today},
        data=lambda w: {"key": str(uuid4()), "first_name": "Nia"},
    ),
    Door(
        "attendance:count_day",
        POST=AT_RECEPTION,
        at=on_the_day,
        data=lambda w: {"key": str(uuid4()), "what": "staff", "action": "more", "seen": "", "count": ""},
    ),
    Door("attendance:several", GET=AT_RECEPTION, POST=AT_RECEPTION, at=on_the_day, data=lambda w: {"q": "noor"}),
    Door(
        "attendance:log_several",
        POST=AT_RECEPTION,
        at=lambda w: {"day": w.today},
        data=lambda w: {"key": str(uuid4()), "action": "arrive", "member_no": [w.noor.member_no]},
    ),
    Door(
        "attendance:everyone_out",
        GET=AT_RECEPTION,
        POST=AT_RECEPTION,
        at=lambda w: {"day": w.today},
        data=lambda w: {"key": str(uuid4()), "at": "00:00", "member_no": [w.amara.member_no]},
    ),
    Door(
        "attendance:close_day",
        GET=AT_RECEPTION,
        POST=AT_RECEPTION,
        at=on_the_day,
        data=lambda w: {"key": str(uuid4())},
    ),
    Door("attendance:undo_batch", POST=AT_RECEPTION, at=lambda w: {"day": w.today, "batch": w.batch}),
    Door(
        "attendance:change_visit",
        GET=AT_RECEPTION,
        POST=AT_RECEPTION,
        at=pk_of("visit_today"),
        data=lambda w: {"kind": "social"},
    ),
    Door(
        "attendance:correct_visit",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("visit"),
        data=lambda w: {"arrived": "09:00", "ending": "known", "left": "13:00", "kind": "wod", "why": "She told me"},
    ),
    Door("attendance:day_changes", GET=IN_CHARGE, at=on_the_day),
    Door("attendance:restore_visit", GET=IN_CHARGE, POST=IN_CHARGE, at=lambda w: {"pk": w.removed.visit_pk}),
    Door(
        "attendance:log_paper",
        GET=AT_RECEPTION,
        POST=AT_RECEPTION,
        at=on_the_day,
        data=lambda w: {"key": str(uuid4()), "who": w.noor.member_no, "arrived": "915", "left": "12"},
    ),
    Door("attendance:suggest_members", POST=AT_RECEPTION, data=lambda w: {"who": "noor"}),
    Door("attendance:see_checks", GET=IN_CHARGE),
    Door("attendance:count_checks", GET=IN_CHARGE),
    Door("attendance:settle_leaving", POST=IN_CHARGE, at=lambda w: {"pk": w.leaving.pk}),
    Door("attendance:confirm_visit", POST=IN_CHARGE, at=pk_of("visit")),
    Door("attendance:corrections", GET=IN_CHARGE),
    Door(
        "attendance:answer_correction",
        POST=IN_CHARGE,
        at=pk_of("correction"),
        data=lambda w: {f"{w.correction.pk}-answer": "Done, thank you."},
    ),
    # tasks
    Door("activities:tasks", GET=SIGNED_IN),
    Door("activities:tasks_on", GET=SIGNED_IN, at=on_the_day),
    Door("activities:sign_up", POST=MEMBERS, at=pk_of("task"), data=lambda w: {"action": "sign_up"}),
    Door("activities:can_show", POST=MEMBERS, at=pk_of("task"), data=lambda w: {"action": "can_show"}),
    Door(
        "activities:post_task",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        data=lambda w: {"unit": w.unit.pk, "title": "Soup", "part": "morning", "places": 2, "day": str(w.today)},
    ),
    Door(
        "activities:edit_task",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("task"),
        data=lambda w: {"title": "Soup", "part": "morning", "places": 5},
    ),
    Door("activities:call_off_task", POST=IN_CHARGE, at=pk_of("task")),
    Door("activities:put_back_task", POST=IN_CHARGE, at=pk_of("task")),
    Door("activities:stop_repeating", POST=IN_CHARGE, at=pk_of("repeating_task")),
    Door("activities:repeat_again", POST=IN_CHARGE, at=pk_of("repeating_task")),
    *walls_of_the_computer.DOORS,
    *walls_of_the_library.DOORS,
    *walls_of_the_meeting.DOORS,
    *walls_of_the_ways_out.DOORS,
    *walls_of_done.DOORS,
    *walls_of_whats_on.DOORS,
    *walls_of_my_days.DOORS,
    *walls_of_my_weeks.DOORS,
    # the month
    Door("attendance:reports", GET=SIGNED_IN),
    Door("attendance:report", GET=SIGNED_IN, at=of_the_month),
    *walls_of_exports.DOORS,
    *walls_of_forgetting.DOORS,
    *walls_of_report_files.DOORS,
    *walls_of_closing.DOORS,
    *walls_of_outside.DOORS,
    *walls_of_contacts.DOORS,
    *walls_of_reach_out.DOORS,
    *walls_of_signing_in.DOORS,
]
