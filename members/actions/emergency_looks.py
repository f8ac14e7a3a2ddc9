"""Somebody opens emergency contacts: with a reason, written down, and told, all in one commit."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clubhouse.clock import day_words, time_words
from members import audit
from members.models import AuditRecord, Channel, House, Member, Message, Note, Role, Staff, User
from members.models.messages import whose
from members.refusals import Refusal
from members.words import NEVER_IN_A_MESSAGE

KIND = "emergency_look"  # no kind that one may wish for: it rings nowhere, and nobody can turn it off
ONE, SHEET = "look_at_emergency", "attendance.see_emergency_sheet"
# What is mostly the reason: one press.
WHY = {
    "accident": gettext_lazy("An accident, or somebody is ill"),
    "nobody": gettext_lazy("Nobody can reach them"),
    "asked": gettext_lazy("They asked me to"),
}
WHY_OF_ALL = {
    "fire": gettext_lazy("Everybody has to leave the house"),
    "drill": gettext_lazy("We practise leaving the house"),
    "accident": WHY["accident"],
}
SAID_OFTEN = WHY | WHY_OF_ALL


class WhyNeeded(Refusal):
    """Nobody opens emergency contacts without saying why."""

    field = "why"


class AlreadyLooked(Refusal):
    """The page was asked for again: who looks again says why again."""


@transaction.atomic
def look_at_emergency(*, member: Member, why: str, key: str, by: User) -> None:
    """Written down and told before anything is shown. `why`: words, or a name of `WHY`; `key`: of this one look.

    Raises `WhyNeeded`, `AlreadyLooked`.
    """
    subject = _begin(why, key)
    audit.record(by=by, verb=ONE, about=member, subject=subject, why=in_words(why))
    now, house = timezone.now(), House.objects.current()
    _tell([member], lambda: _to_member(by, now, why), key, now, house)
    _tell(_coordinators(now, house), lambda: _to_coordinator(by, now), key, now, house)


@transaction.atomic
def look_at_all(*, members: Iterable[Member], why: str, key: str, by: User) -> None:
    """The same for everybody on one sheet: each of `members` can read that they were on it, and is told.

    Who was forgotten and is still in the house is nobody to tell. Own words may speak of one of them: the coordinators
    read those, and not all who were here. Raises `WhyNeeded`, `AlreadyLooked`.
    """
    subject, shown = _begin(why, key), [member for member in members if member.erased_at is None]
    is_for_all = why in SAID_OFTEN
    audit.record_each(by=by, verb=SHEET, about=shown, subject=subject, why=in_words(why) if is_for_all else "")
    if not (shown and is_for_all):
        audit.record(by=by, verb=SHEET, subject=subject, why=in_words(why))
    now, house = timezone.now(), House.objects.current()
    _tell(shown, lambda: _to_all(by, now, why), key, now, house)
    _tell(_coordinators(now, house), lambda: _to_coordinator(by, now, len(shown)), key, now, house)


def in_words(why: str) -> str:
    return str(SAID_OFTEN.get(why, why.strip()))


def _begin(why: str, key: str) -> str:
    """The name of this look in the audit record."""
    if not why.strip():
        raise WhyNeeded(_("Say why in a few words."))
    subject = f"emergency look {key}"
    audit.hold()
    if AuditRecord.objects.filter(subject=subject).exists():
        raise AlreadyLooked(_("You looked a moment ago. To look again, say why again."))
    return subject


# -- Told --------------------------------------------------------------------------------------------------------------


def _coordinators(now: dt.datetime, house: House) -> list[Staff]:
    """All of them, also the one who looked."""
    working = Staff.objects.working(house.day_of(now))
    return list(working.filter(user__role=Role.COORDINATOR, user__is_active=True))


def _tell(people: Iterable[Member | Staff], words: Callable[[], str], key: str, now: dt.datetime, house: House) -> None:
    """A note on the page of each, in their language. It is there with the look, or neither is."""
    texts: dict[str, str] = {}
    messages, notes = [], []
    for person in people:
        language = person.language or house.language
        if language not in texts:
            with translation.override(language), timezone.override(house.zone):
                texts[language] = words()
        message = Message(
            **whose(person), kind=KIND, occurrence=f"look {key}", channel=Channel.PAGE, state=Message.State.SENT,
            due_at=now, expires_at=now, settled_at=now,
        )  # fmt: skip
        messages.append(message)
        notes.append(Note(message=message, text=texts[language], at=now))
    Message.objects.bulk_create(messages)
    Note.objects.bulk_create(notes)


def _facts(by: User, now: dt.datetime) -> dict:
    name = getattr(by.person, "full_name", by.username)
    return {"name": name, "day": day_words(now), "time": time_words(now)}


def _to_member(by: User, now: dt.datetime, why: str) -> str:
    said = _("%(name)s looked up whom to call for you, on %(day)s at %(time)s.") % _facts(by, now)
    return f"{said}\n\n{_because(why)}"


def _to_all(by: User, now: dt.datetime, why: str) -> str:
    said = _("%(name)s looked up whom to call for all who were here, on %(day)s at %(time)s.") % _facts(by, now)
    you = _("You were one of them.")
    return f"{said} {you}\n\n{_because(why) if why in SAID_OFTEN else _('You can ask them why.')}"


def _because(why: str) -> str:
    """The reason as it was said; where it holds a word that no message may hold, the place where it stands."""
    said = in_words(why)
    if NEVER_IN_A_MESSAGE.search(said):
        return _("You can read why under “Who looked at my page”.")
    return _("They said why: %(why)s") % {"why": said}


def _to_coordinator(by: User, now: dt.datetime, people: int | None = None) -> str:
    """Whose and why stands in the list only, so that it is forgotten with whoever asks to be forgotten."""
    if people is None:
        said = _("%(name)s looked up whom to call for a member, on %(day)s at %(time)s.") % _facts(by, now)
    else:
        said = ngettext(
            "%(name)s looked up whom to call for %(n)s person here, on %(day)s at %(time)s.",
            "%(name)s looked up whom to call for %(n)s people here, on %(day)s at %(time)s.",
            people,
        ) % {**_facts(by, now), "n": people}
    link = f"{settings.ADDRESS}{reverse('members:see_emergency_looks')}"
    return "\n\n".join([said, _("Whose, and why: %(link)s") % {"link": link}])
