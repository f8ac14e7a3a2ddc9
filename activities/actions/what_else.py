"""What else there is, for whoever could not have the task that they tapped."""

import datetime as dt

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from activities.models import UnitTask
from clubhouse.clock import day_words

NAMED = 3  # how many other tasks a sentence names


def what_else(task: UnitTask | None, *, today: dt.date) -> str:
    """Where there is still room: on the day of `task`, else on the next day that has any; else whom to ask."""
    day = task.day if task and task.day >= today else today
    free = UnitTask.objects.with_free_places().with_closed_days().filter(day__gte=day, is_day_closed=False)
    if task:
        free = free.exclude(pk=task.pk)
    next_day = free.order_by("day").values_list("day", flat=True).first()
    if next_day is None:
        return _("Ask a colleague what else there is.")
    titles = [f"“{one.title}”" for one in free.on(next_day).in_order()[:NAMED]]
    others = get_text_list(titles, _("and"))
    if task and task.day == next_day:
        return _("There is still room on %(others)s.") % {"others": others}
    if next_day == today:
        return _("Today there is room on %(others)s.") % {"others": others}
    return _("There is room on %(others)s, %(day)s.") % {"others": others, "day": day_words(next_day)}
