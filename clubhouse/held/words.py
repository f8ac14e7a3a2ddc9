"""How what is held is said: the name of each column, and each value as people say it."""

import datetime as dt
import functools
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from attendance.models import ReachOut, TimeAway, Visit
from clubhouse.clock import day_words, time_words
from members.models import Channel, Member, User
from members.models.messages import Reason
from members.notices import KINDS

# Columns whose model gives them no words of their own; "table.column" goes before "column".
COLUMNS = {
    "action": gettext_lazy("what was tapped"),
    "after": gettext_lazy("after"),
    "answered_at": gettext_lazy("answered"),
    "answered_by": gettext_lazy("answered by"),
    "swept_at": gettext_lazy("written anew"),
    "again_at": gettext_lazy("done again"),
    "asked_at": gettext_lazy("asked"),
    "asked_by": gettext_lazy("asked by"),
    "at": gettext_lazy("written down"),
    "before": gettext_lazy("before"),
    "by": gettext_lazy("written by"),
    "certificate": gettext_lazy("its number"),
    "channel": gettext_lazy("how"),
    "confirmed_at": gettext_lazy("looked at, and found right"),
    "created_at": gettext_lazy("made"),
    "data": gettext_lazy("what the key is"),
    "day": gettext_lazy("day"),
    "device": gettext_lazy("from which device"),
    "digest": gettext_lazy("the address"),
    "done_at": gettext_lazy("done"),
    "door_card_digest": gettext_lazy("my card at the door"),
    "door_code": gettext_lazy("my code at the door"),
    "due_at": gettext_lazy("to be sent"),
    "email_refused_at": gettext_lazy("mail to my address came back"),
    "ending": gettext_lazy("how it ended"),
    "erased_at": gettext_lazy("forgotten"),
    "event": gettext_lazy("event"),
    "expires_at": gettext_lazy("good until"),
    "file": gettext_lazy("spreadsheet"),
    "first_at": gettext_lazy("first yes"),
    "first_by": gettext_lazy("first yes from"),
    "first_on": gettext_lazy("from"),
    "format": gettext_lazy("kind of file"),
    "ip": gettext_lazy("address on the internet"),
    "is_sample": gettext_lazy("of the sample house"),
    "kind": gettext_lazy("kind"),
    "last_on": gettext_lazy("until"),
    "last_seen_at": gettext_lazy("last used"),
    "last_used_at": gettext_lazy("last used"),
    "library_task": gettext_lazy("work"),
    "lost_at": gettext_lazy("the car was taken back"),
    "made_at": gettext_lazy("made"),
    "made_by": gettext_lazy("made by"),
    "moved_up_at": gettext_lazy("a place came free"),
    "noted_at": gettext_lazy("first written down"),
    "outcome": gettext_lazy("how it went"),
    "pin": gettext_lazy("PIN"),
    "printed_at": gettext_lazy("printed"),
    "printed_by": gettext_lazy("printed by"),
    "read_at": gettext_lazy("put away"),
    "ready_at": gettext_lazy("ready"),
    "reason": gettext_lazy("why not"),
    "removed_at": gettext_lazy("taken out"),
    "removed_by": gettext_lazy("taken out by"),
    "replied": gettext_lazy("answered"),
    "role": gettext_lazy("part in it"),
    "second_at": gettext_lazy("second yes"),
    "second_by": gettext_lazy("second yes from"),
    "settled_at": gettext_lazy("sent or dropped"),
    "since_at": gettext_lazy("since"),
    "source": gettext_lazy("where it was written"),
    "state": gettext_lazy("how it stands"),
    "tablet": gettext_lazy("tablet"),
    "taken_back_at": gettext_lazy("taken back"),
    "task": gettext_lazy("task"),
    "text": gettext_lazy("words"),
    "title": gettext_lazy("what"),
    "token_digest": gettext_lazy("the card itself"),
    "told_at": gettext_lazy("somebody told me"),
    "type": gettext_lazy("kind of key"),
    "undone": gettext_lazy("taken back"),
    "undone_at": gettext_lazy("taken apart"),
    "undone_by": gettext_lazy("taken apart by"),
    "unit": gettext_lazy("unit"),
    "unit_from": gettext_lazy("how the unit came there"),
    "used_at": gettext_lazy("used"),
    "user_agent": gettext_lazy("browser"),
    "verb": gettext_lazy("what was done"),
    "what": gettext_lazy("what"),
    "why": gettext_lazy("why"),
    "attendance.mark.at": gettext_lazy("when"),
    "attendance.reachout.at": gettext_lazy("when"),
    "members.auditrecord.at": gettext_lazy("when"),
    "members.user.role": gettext_lazy("role"),
    "members.user.password": gettext_lazy("password"),
    "members.user.is_staff": gettext_lazy("keeper of the program"),
    "members.user.is_superuser": gettext_lazy("keeper of everything in the program"),
    "members.user.is_active": gettext_lazy("switched on"),
    "members.user.date_joined": gettext_lazy("made"),
    "members.user.username": gettext_lazy("name to sign in with"),
    "members.message.settled_at": gettext_lazy("sent or dropped"),
    "attendance.importedrow.file": gettext_lazy("spreadsheet"),
    "account.emailconfirmation.key": gettext_lazy("the question itself"),
    "account.emailconfirmation.created": gettext_lazy("made"),
    "account.emailconfirmation.sent": gettext_lazy("sent"),
    "account.emailaddress.verified": gettext_lazy("known to be mine"),
    "account.emailaddress.primary": gettext_lazy("the first one"),
    "usersessions.usersession.session_key": gettext_lazy("what the browser keeps"),
}  # fmt: skip


def column_words(column: Field) -> str:
    """Its own words, else those above. Raises KeyError for a column without any; a test opens them all."""
    label = f"{column.model._meta.label_lower}.{column.name}"
    return str(COLUMNS.get(label) or getattr(column, "_verbose_name", None) or COLUMNS[column.name])


def said(value: Any) -> str:
    """A plain value in plain words; what was written as text in a record is read back first."""
    if value is None or value == "" or value == [] or value == {}:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, dt.datetime):
        return moment(value.astimezone(timezone.get_current_timezone()) if value.tzinfo else value)
    if isinstance(value, dt.date):
        return _day(value)
    if isinstance(value, dt.time):
        return _time(value)
    if isinstance(value, list | tuple):
        return ", ".join(said(it) for it in value)
    return str(value)


def moment(at: dt.datetime) -> str:
    """A moment of the house's own clock."""
    return f"{_day(at.date())}, {_time(at.time().replace(second=0, microsecond=0))}"


def _day(day: dt.date) -> str:
    return _day_words(day, timezone.localdate(), get_language())


def _time(time: dt.time) -> str:
    return _time_words(time, get_language())


# Ten years of visits have few days and fewer times: each is put into words once.
@functools.lru_cache(maxsize=8192)
def _day_words(day: dt.date, today: dt.date, language: str | None) -> str:
    return day_words(day)


@functools.lru_cache(maxsize=2048)
def _time_words(time: dt.time, language: str | None) -> str:
    return time_words(time)


def _read(text: str) -> Any:
    """A date, a moment or a time as records hold it; anything else as it stands."""
    if len(text) < 5 or not text[0].isdigit():
        return text
    try:
        return (parse_datetime(text) if len(text) > 10 else parse_date(text) or parse_time(text)) or text
    except ValueError:  # well formed, and no such day
        return text


def facts_said(facts: dict) -> str:
    """What a record holds of before, or of after: "phone: 555 0100; e-mail: nothing"."""
    return "; ".join(f"{key_words(key)}: {fact(key, value)}" for key, value in facts.items())


def _column(key: str) -> Field | None:
    for model in (Member, User, Visit, TimeAway, ReachOut):
        try:
            column = model._meta.get_field(key)
        except FieldDoesNotExist:
            continue
        if isinstance(column, Field):
            return column
    return None


def key_words(key: str) -> str:
    kind, _space, channel = key.partition(" ")
    if kind in KINDS and channel in Channel.values:
        return _("%(kind)s, by %(channel)s") % {"kind": KINDS[kind].label, "channel": Channel(channel).label}
    column = _column(key)
    return column_words(column) if column else str(COLUMNS.get(key, key.replace("_", " ")))


def fact(key: str, value: Any) -> str:
    column = _column(key)
    return choice(column, value) if column and getattr(column, "flatchoices", None) and value else said(value)


def choice(column: Field, value: Any) -> str:
    return str(dict(column.flatchoices).get(value, value))


def kind_of_message(name: str) -> str:
    return str(KINDS[name].label) if name in KINDS else name


def reason(code: str) -> str:
    return str(Reason(code).label) if code in Reason.values else said(code)


def kind_of_key(code: str) -> str:
    return str(Authenticator.Type(code).label) if code in Authenticator.Type.values else code
