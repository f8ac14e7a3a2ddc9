"""What the actions of `attendance` write down."""

import datetime as dt
import uuid

from django.utils import timezone

from activities import actions as work_actions
from activities.models import UnitTask
from attendance import actions
from attendance.models import GuestCount, HeldTopic, Mark, Visit
from attendance.views.months import counted
from members.models import Note, RetentionRule
from tests import make
from tests.audit_walk import NEW, Act, dana, sam, with_

DECIDES_NOTHING = "asks only"
A_WORKERS = "a step of the worker on a file whose asking was written down"
WITHOUT = {
    "attendance.decisions.decision_in_force": DECIDES_NOTHING,
    "attendance.events.kind_of": DECIDES_NOTHING,
    "attendance.import_drafts.keep_draft": "kept for an hour for its owner to look at; importing is written down",
    "attendance.import_drafts.look_at_draft": "what importing would do; its owner looks at their own spreadsheets",
    "attendance.import_drafts.put_away_drafts": "what its owner left lying, after an hour",
    "attendance.report_files.claim_file": A_WORKERS,
    "attendance.report_files.fail_file": A_WORKERS,
    "attendance.report_files.finish_file": A_WORKERS,
    "attendance.report_files.hold_claim": A_WORKERS,
    "attendance.report_files.renew_claim": A_WORKERS,
    "attendance.report_files.put_away_files": "a day after it was ready, as its owner was told",
    "attendance.batches.batch_key": DECIDES_NOTHING,
    "attendance.retention.apply_retention_daily": "asks whether it is time; applying is written down",
    "attendance.merges.undoable_merge": DECIDES_NOTHING,
}
KEY = uuid.UUID(int=7)


def now_with(**names: str):
    """Of today, with a key."""
    return lambda world: with_(**names)(world) | {"day": world.today, "key": KEY}


def here(world):
    """Amara has been here since the house was built."""
    Visit.objects.filter(pk=world.visit_today.pk).update(arrived_at=world.built_at)
    return world.amara


def own(world):
    return {"member": here(world), "by": world.amara.user, "key": KEY}


def came_by_herself(world):
    """Other said on their own phone that they came."""
    takes = {"member": world.login.member, "by": world.login}
    actions.say_here(**takes, key=uuid.UUID(int=8))
    return takes


def batched(world):
    return {"batch": world.batch, "by": sam(world)}


def leaves_now(world):
    here(world)
    visit = Visit.objects.select_related("member").get(pk=world.visit_today.pk)
    return [actions.Leaving(visit, timezone.now())]


def corrected(world):
    visit = world.visit
    return {
        "visit": visit, "arrived_at": visit.arrived_at, "left_at": visit.left_at + dt.timedelta(minutes=5),
        "ending": visit.ending, "kind": visit.kind, "unit": visit.unit, "why": "She told me.", "by": sam(world),
    }  # fmt: skip


def confirmed(world):
    visit = Visit.objects.get(pk=world.visit.pk)
    return {"visit": visit, "seen": visit.version, "by": sam(world)}


def called(world):
    member = make.member("Cy Canary", phone="555 0109")
    return {
        "member": member, "at": timezone.now() - dt.timedelta(hours=1), "channel": "phone", "by": sam(world),
        "outcome": "spoke", "key": KEY,
    }  # fmt: skip


def claimed(world):
    actions.claim_reach_out(member=world.amara, by=sam(world))
    return with_(member="amara")(world)


def helped(world):
    actions.add_helper(task=world.done_task, member=world.noor, by=sam(world))
    return with_(task="done_task", member="noor")(world)


def a_task_of_amara(world):
    """Her visit today is in another unit by habit, so that it changes with the work."""
    task = make.task("Weeding", day=world.today, unit=make.unit("Garden"))
    work_actions.sign_up(task=task, member=world.amara, by=world.amara.user)
    Visit.objects.filter(pk=world.visit_today.pk).update(kind="wod", unit_from=Visit.UnitFrom.HABIT)
    return {"task": task, "by": sam(world)}


def a_done_task_of_amara(world):
    takes = a_task_of_amara(world)
    return {"task": actions.mark_done(**takes), "by": sam(world)}


def done_without_the_book(world):
    """Somebody marked the work done before the visit came into the book."""
    task = a_task_of_amara(world)["task"]
    UnitTask.objects.filter(pk=task.pk).update(done_at=timezone.now())
    UnitTask.objects.filter(pk=world.done_task.pk).update(done_at=None)
    return {}


def ended_yesterday(world):
    return {"event": world.past_event, "members": [world.ida], "key": KEY, "by": sam(world)}


def whole_days(world, **more):
    return {"what": "roster", "format": "csv", "span": world.span, "by": dana(world), **more}


def own_file(world):
    return {"file": world.file, "by": dana(world)}


def joined(world):
    return {"kept": world.amara, "merged": world.bo, "by": sam(world)}


def before_last_month(world):
    month = world.closed_month.previous
    make.visit(world.bo, month.last)
    return {"month": month, "counted": counted, "by": dana(world)}


def spreadsheets(world):
    files = {"guests.csv": f"day,kind,count\n{world.day},tour,4\n".encode()}
    return {"files": files, "by": dana(world)}


def on_paper(world):
    return {
        "member": world.noor, "day": world.day, "arrived_at": make.noon(world.day),
        "left_at": make.noon(world.day) + dt.timedelta(hours=1), "key": KEY, "by": sam(world),
    }  # fmt: skip


def undoable(world):
    actions.log_arrival(member=world.noor, day=world.today, key=uuid.UUID(int=8), by=sam(world))
    return {"member": world.noor, "day": world.today, "key": KEY, "by": sam(world)}


def away(world):
    return {
        "member": world.amara, "place": "home", "from_on": world.today, "until_on": world.today, "by": sam(world),
    }  # fmt: skip


def research(world):
    return {"span": world.span, "format": "csv", "by": dana(world)}


def removed(world):
    return {"removed": world.removed, "by": sam(world)}


def a_rule_that_holds(world) -> dict:
    """And a note that it means."""
    Note.objects.update(at=timezone.now() - dt.timedelta(days=999), read_at=timezone.now())
    RetentionRule.objects.update(confirmed_at=timezone.now(), confirmed_by=sam(world))
    return {}


ACTS = [
    Act("attendance.batches.undo_batch", batched, (NEW,), verb="attendance.undo_mark"),
    Act(
        "attendance.closing.close_day",
        lambda w: {"day": w.today, "leavings": leaves_now(w), "key": KEY, "by": sam(w)},
        ("amara",),
        verb="attendance.log_leaving",
    ),
    Act("attendance.contacts.add_reach_out", called, (NEW,), verb="attendance.log_reach_out"),
    Act("attendance.contacts.take_back_reach_out", with_(reach_out="reach_out"), ("bo",)),
    Act(
        "attendance.corrections.answer_correction",
        lambda w: {"request": w.correction, "answer": "Done.", "by": sam(w)},
        ("amara",),
    ),
    Act(
        "attendance.corrections.confirm_visit",
        confirmed,
        ("amara",),
    ),
    Act("attendance.corrections.correct_visit", corrected, ("amara",)),
    Act(
        "attendance.corrections.request_correction",
        lambda w: {"member": w.amara, "day": w.day, "words": "I left at two.", "by": w.amara.user},
        ("amara",),
    ),
    Act(
        "attendance.corrections.request_correction_of_held",
        lambda w: {"member": w.amara, "what": HeldTopic.DAYS, "words": "Not on a list.", "by": w.amara.user},
        ("amara",),
        verb="attendance.request_correction",
    ),
    Act("attendance.corrections.settle_leaving", with_(mark="leaving"), ("noor",)),
    Act(
        "attendance.counts.count_day",
        lambda w: {"day": w.today, "kind": GuestCount.Kind.values[0], "key": KEY, "by": sam(w), "change": 1},
        verb="attendance.count_guests",
    ),
    Act("attendance.decisions.give_research", research, verb="attendance.export_research", again=False),  # each leaves
    Act(
        "attendance.decisions.record_decision",
        lambda w: {"decided_on": w.day, "words": "The college of Elm.", "by": dana(w)},
    ),
    Act("attendance.decisions.take_back_decision", lambda w: {"decision": w.decision, "by": dana(w)}),
    Act("attendance.done.add_helper", with_(task="done_task", member="noor"), ("noor",)),
    Act("attendance.done.mark_done", a_task_of_amara, also={"attendance.fill_unit": 1}),
    Act("attendance.done.mark_not_done", a_done_task_of_amara, also={"attendance.fill_unit": 1}),
    Act("attendance.done.remove_helper", helped, ("noor",)),
    Act(
        "attendance.door.log_at_door",
        lambda w: {"member": w.noor, "action": Mark.Action.ARRIVE, "key": KEY, "tablet": w.tablet},
        ("noor",),
        verb="attendance.log_arrival",
    ),
    Act("attendance.events.log_event", ended_yesterday, ("ida",)),
    Act(
        "attendance.import_drafts.import_draft",
        lambda w: {"pk": w.draft.pk, "by": dana(w)},
        verb="import_house",
    ),
    Act("attendance.import_house.import_house", spreadsheets, verb="import_house"),
    Act(
        "attendance.mark_myself.change_mine",
        lambda w: came_by_herself(w) | {"at_the_house": False, "kind": "virtual", "unit": None},
        ("other_of_house",),
        verb="attendance.change_visit",
    ),
    Act(
        "attendance.mark_myself.say_here",
        lambda w: {"member": w.login.member, "by": w.login, "key": KEY},
        ("other_of_house",),
        verb="attendance.log_arrival",
    ),
    Act("attendance.mark_myself.say_leaving", own, ("amara",), verb="attendance.log_leaving"),
    Act(
        "attendance.mark_myself.take_back",
        lambda w: came_by_herself(w) | {"of": uuid.UUID(int=8), "key": KEY},
        ("other_of_house",),
        verb="attendance.undo_mark",
    ),
    Act("attendance.merges.merge_members", joined, ("amara",)),
    Act("attendance.merges.undo_merge", with_(merge="merge"), ("noor", NEW)),
    Act("attendance.months.close_month", before_last_month),
    Act(
        "attendance.months.reopen_month",
        lambda w: {"month": w.closed_month, "why": "A slip.", "by": dana(w)},
    ),
    Act("attendance.paper.log_paper", on_paper, ("noor",)),
    Act(
        "attendance.print_cards.print_cards",
        lambda w: {"members": [w.bo, w.ida], "by": sam(w)},
        ("bo", "ida"),
        again=False,
    ),  # each print is one
    Act("attendance.reach_outs.claim_reach_out", with_(member="amara"), ("amara",)),
    Act(
        "attendance.reach_outs.log_reach_out",
        lambda w: with_(member="amara")(w) | {"channel": "phone", "outcome": "spoke", "key": KEY},
        ("amara",),
    ),
    Act("attendance.reach_outs.release_reach_out", claimed, ("amara",)),
    Act("attendance.reach_outs.undo_reach_out", with_(reach_out="reach_out"), ("bo",)),
    Act(
        "attendance.removals.remove_visit",
        lambda w: {"visit": w.visit, "why": "She was away.", "by": sam(w)},
        ("amara",),
    ),
    Act("attendance.removals.restore_visit", removed, ("noor",)),
    Act(
        "attendance.report_files.ask_for_file",
        lambda w: whole_days(w, why="For the board."),
        verb="attendance.export_names",
    ),
    Act("attendance.report_files.delete_file", own_file),
    Act(
        "attendance.report_files.export_names",
        lambda w: whole_days(w, why="For the board."),
        again=False,
    ),  # each leaves
    Act("attendance.report_files.fetch_file", own_file, again=False),  # each leaves
    Act(
        "attendance.several.everyone_out",
        lambda w: {"members": [here(w)], "day": w.today, "at": timezone.now(), "key": KEY, "by": sam(w)},
        ("amara",),
        verb="attendance.log_leaving",
    ),
    Act(
        "attendance.several.log_several",
        lambda w: {"members": [w.noor, w.bo], "day": w.today, "action": "arrive", "key": KEY, "by": sam(w)},
        ("noor", "bo"),
        verb="attendance.log_arrival",
    ),
    Act(
        "attendance.times_away.end_time_away",
        lambda w: {"member": w.ida, "by": sam(w)},
        ("ida",),
    ),
    Act("attendance.times_away.set_time_away", away, ("amara",)),
    Act("attendance.units_of_work.fill_units_lately", done_without_the_book, ("amara",), verb="attendance.fill_unit"),
    Act(
        "attendance.visits.change_visit", lambda w: {"visit": w.visit_today, "by": sam(w), "kind": "social"}, ("amara",)
    ),
    Act("attendance.visits.log_arrival", now_with(member="noor"), ("noor",)),
    Act(
        "attendance.visits.log_leaving",
        lambda w: {"member": here(w), "day": w.today, "key": KEY, "by": sam(w)},
        ("amara",),
    ),
    Act(
        "attendance.visits.undo_mark",
        undoable,
        ("noor",),
    ),
    Act(
        "attendance.walk_ins.add_walk_in",
        lambda w: {"first_name": "Nia", "last_name": "", "day": w.today, "key": KEY, "by": sam(w)},
        (NEW,),
        also={"attendance.log_arrival": 1},
    ),
    Act("attendance.downtime.make_downtime_pack", lambda w: {"by": sam(w)}),
    Act(
        "attendance.downtime.take_downtime_pack",
        lambda w: {"what": "sheets", "day": w.today, "by": sam(w)},
        again=False,  # a file that leaves twice is two records
    ),
    Act(
        "attendance.forgetting.ask_to_be_forgotten",
        lambda w: {"member": w.amara, "kind": "erase", "by": w.amara.user},
        ("amara",),
    ),
    Act(
        "attendance.forgetting.forget_member", lambda w: {"member": w.amara, "kind": "erase", "by": dana(w)}, ("amara",)
    ),
    Act(
        "attendance.forgetting.take_back_forgetting",
        lambda w: {"erasure": w.erasure, "by": sam(w)},
        ("zoe",),
    ),
    Act(
        "attendance.forgetting.confirm_forgetting",
        lambda w: {"erasure": w.erasure, "by": sam(w)},
        verb="attendance.erase",
    ),
    Act(
        "attendance.retention.edit_retention",
        lambda w: {"what": "reach_out_words", "months": 24, "by": sam(w)},
    ),
    Act("attendance.retention.confirm_retention", lambda w: {"rule": w.rule, "by": sam(w)}),
    Act("attendance.retention.end_retention", lambda w: {"rule": w.rule, "by": sam(w)}),
    Act("attendance.retention.apply_retention", a_rule_that_holds),
]
