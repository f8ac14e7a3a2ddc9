"""Guides: how a piece of work is done, in short steps. Who knows the work best may write it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from activities.models import GuideStep, LibraryTask
from members import audit
from members.models import User
from members.refusals import Refusal

MOST_STEPS = 12
OUT_OF_THE_WAY = 100  # added to a number while two steps change places


class NotYoursToWrite(Refusal):
    """A member writes the guides of what they can show."""


class GuideFull(Refusal):
    """A guide is short, or nobody reads it."""

    field = "words"


def write_guide_step(
    *, library_task: LibraryTask, words: str, by: User, picture: str = "", number: int | None = None
) -> GuideStep:
    """Step `number` in new words; without a number, or when that step is gone, a new step at the end.

    Raises `NotYoursToWrite` or `GuideFull`.
    """
    with _guide(library_task, by) as steps:
        step = steps.get(number or 0) or GuideStep(library_task=library_task, number=len(steps) + 1)
        if step.number > MOST_STEPS:
            raise GuideFull(_("Twelve steps are enough. Put two into one, or take one out."))
        before, after = audit.differences(_facts(step), {"words": words, "picture": picture})
        if after:
            step.words, step.picture = words, picture
            step.save()
            _record("write_guide_step", step, by, before=before, after=after)
    return step


def move_guide_step(*, library_task: LibraryTask, number: int, to: int, by: User) -> None:
    """Step `number` changes places with step `to`; a place that is not there changes nothing. Raises
    `NotYoursToWrite`."""
    with _guide(library_task, by) as steps:
        if number in steps and to in steps and number != to:
            pair = [steps[number].pk, steps[to].pk]
            library_task.steps.filter(pk__in=pair).update(number=F("number") + OUT_OF_THE_WAY)
            for step, place in ((steps[number], to), (steps[to], number)):
                step.number = place
                step.save(update_fields=["number"])
            _record("move_guide_step", steps[number], by, before={"number": number}, after={"number": to})


def remove_guide_step(*, library_task: LibraryTask, number: int, by: User) -> GuideStep | None:
    """The later steps move up. Answers the step that was there. Raises `NotYoursToWrite`."""
    with _guide(library_task, by) as steps:
        removed = steps.pop(number, None)
        if removed:
            before = _facts(removed)
            GuideStep.objects.filter(pk=removed.pk).delete()
            for later in sorted(each for each in steps if each > number):
                steps[later].number = later - 1
                steps[later].save(update_fields=["number"])
            _record("remove_guide_step", removed, by, before=before)
    return removed


def check_writer(*, library_task: LibraryTask, by: User) -> None:
    """Raises `NotYoursToWrite`."""
    if not LibraryTask.objects.guides_writable_by(by).filter(pk=library_task.pk).exists():
        raise NotYoursToWrite(_("Say “I can show this” on the task first. Then you can write its guide."))


@contextmanager
def _guide(library_task: LibraryTask, by: User) -> Iterator[dict[int, GuideStep]]:
    """The steps by number, of a guide that nobody else changes meanwhile."""
    with transaction.atomic():
        LibraryTask.objects.select_for_update(no_key=True).get(pk=library_task.pk)
        check_writer(library_task=library_task, by=by)
        yield {step.number: step for step in library_task.steps.all()}


def _record(verb: str, step: GuideStep, by: User, **details) -> None:
    audit.record(by=by, verb=verb, subject=step.library_task, **details)


def _facts(step: GuideStep) -> dict:
    return {"words": step.words, "picture": step.picture}
