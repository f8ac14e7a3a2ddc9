"""How it went with a task: who may say that it is done, where it came from and went to, and the words of thanks."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import Part, Thanks, UnitTask
from clubhouse.clock import day_words
from members.models import Member, User

# From when on the board asks whether the rest is carried over; in the unit meeting people may at any time.
LEFT_FROM = {Part.MORNING: dt.time(12), Part.AFTERNOON: dt.time(14)}
DAYS_AFTER = 7  # so long whoever runs the meeting may still say what was done
WITH_THANKS = Prefetch("thanks", queryset=Thanks.objects.select_related("by__member", "by__staff"))
CARRIED = ("carried_from", "carried_to")


@dataclass(frozen=True)
class ThanksLine:
    """`name` is as much of the author's name as they allow; empty for none. `may_go`: who looks may take it back."""

    pk: int
    words: str
    name: str
    may_go: bool


@dataclass(frozen=True)
class Done:
    """What one person sees and may do. `came_from` and `went_to` are sentences, empty for none.

    `copy` is the task into which the rest went, where it can still be left after all.
    """

    may_mark: bool
    may_adjust: bool
    is_helper: bool
    may_thank: bool
    may_carry_over: bool
    may_leave: bool
    came_from: str
    went_to: str
    copy: UnitTask | None
    thanks: list[ThanksLine]


def may_mark(task: UnitTask, user: User, *, is_on_it: bool, today: dt.date) -> bool:
    """Members: today's tasks that they are on; who runs the meeting: every task of today and the week before."""
    if not user.has_perm("attendance.mark_done") or task.is_called_off or task.day > today:
        return False
    if user.has_perm("attendance.run_meeting"):
        return task.day >= today - dt.timedelta(days=DAYS_AFTER)
    return is_on_it and task.day == today


def seen_by(user: User) -> Callable[[UnitTask], Done]:
    """Answers a function of tasks that were fetched with `sign_ups`, `WITH_THANKS` and `CARRIED`: no more queries."""
    now = timezone.localtime()
    today = now.date()
    member = getattr(user, "member", None)
    runs_meeting = user.has_perm("attendance.run_meeting")
    thanks_somebody = user.has_perm("activities.give_thanks")
    changes_any = user.has_perm("activities.change_any_task")

    def done(task: UnitTask) -> Done:
        is_on_it = member is not None and any(one.member_id == member.pk for one in task.sign_ups.all())
        in_time = today - dt.timedelta(days=DAYS_AFTER) <= task.day <= today
        copy = standing_copy(task)
        lines = [thanks_line(one, user, changes_any) for one in task.thanks.all()]
        stands = not task.is_called_off
        is_left = stands and not task.is_done and copy is None and in_time
        return Done(
            may_mark=may_mark(task, user, is_on_it=is_on_it, today=today),
            may_adjust=task.is_done and stands and runs_meeting and in_time,
            is_helper=task.is_done and stands and is_on_it and in_time,
            may_thank=task.is_done
            and stands
            and thanks_somebody
            and not any(one.by == user for one in task.thanks.all()),
            may_carry_over=runs_meeting and is_left and (task.day < today or now.time() >= LEFT_FROM[Part(task.part)]),
            may_leave=runs_meeting and copy is not None and copy.day >= today and not copy.is_done,
            came_from=came_from(task),
            went_to=_went_to(task, copy) if copy else "",
            copy=copy,
            thanks=lines if task.is_done else [],
        )

    return done


def standing_copy(task: UnitTask) -> UnitTask | None:
    """The task into which the rest of `task` went, if it stands."""
    copy = getattr(task, "carried_to", None)
    return None if copy is None or copy.is_called_off else copy


def came_from(task: UnitTask) -> str:
    """ "From this morning", "From Tuesday afternoon"; empty for work that is new."""
    before = task.carried_from
    if before is None:
        return ""
    if before.day == task.day:
        return _("From this morning")
    if (task.day - before.day).days < 7:
        words = {"day": date_format(before.day, "l")}
        if before.part == Part.MORNING:
            return _("From %(day)s morning") % words
        return _("From %(day)s afternoon") % words
    return _("From %(day)s") % {"day": day_words(before.day)}


def _went_to(task: UnitTask, copy: UnitTask) -> str:
    if copy.day == task.day:
        return _("Goes on this afternoon")
    return _("Goes on %(day)s") % {"day": day_words(copy.day)}


def thanks_line(thanks: Thanks, user: User, changes_any: bool) -> ThanksLine:
    return ThanksLine(thanks.pk, thanks.words, author(thanks.by), thanks.by_id == user.pk or changes_any)


def author(user: User) -> str:
    """A member's name as they allow it on the board; staff by the name they use."""
    person = user.person
    return person.name_for_board if isinstance(person, Member) else str(person or "")
