"""What I agreed to and when: how each thing stands today, since when, and how it was before."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clubhouse.held import words
from clubhouse.held.gather import Reader
from clubhouse.me.page import own_member
from members.models import AuditRecord, Member, MessageWish
from members.permissions import requires

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WAYS = ("phone_allowed", "calls_allowed", "texts_allowed", "email_allowed", "post_allowed", "visits_allowed")
TIMES = ("reach_out_wanted", "reach_out_after_days", "quiet_until_on", "summary_when_empty")


@dataclass(frozen=True)
class Change:
    """How it was `before`, until `who` changed it."""

    at: dt.datetime
    who: str
    before: str
    after: str


@dataclass(frozen=True)
class Agreement:
    """`since` is None where nobody ever changed it."""

    words: str
    now: str
    since: dt.datetime | None
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    heading: "StrOrPromise"
    icon: str
    change: str  # name of the address at which it is changed
    agreements: list[Agreement]


@require_safe
@requires("members.see_held")
def agreed(request: HttpRequest) -> HttpResponse:
    return render(request, "held/agreed.html", {"groups": agreed_by(own_member(request))})


def agreed_by(member: Member) -> list[Group]:
    """Three queries, and those of `Reader`."""
    history = _history(member)
    of_member = {
        name: _agreement(member, name, history.get(name, [])) for name in (*WAYS, *TIMES, "board_name", "door_picture")
    }
    contacts = [
        Agreement(it.name, ", ".join(filter(None, [it.relation, it.phone])), it.at)
        for it in member.emergency_contacts.all()
    ]
    return [
        Group(_("Messages"), "mail", "members:set_message_wish", list(_messages(member, history))),
        Group(_("Ways to reach me"), "phone", "members:set_contact_wish", [of_member[name] for name in WAYS]),
        Group(_("Getting in touch"), "heart", "members:set_time_wish", [of_member[name] for name in TIMES]),
        Group(_("My name on the board"), "tasks", "members:edit_me", [of_member["board_name"]]),
        Group(_("My picture at the door"), "door", "members:my_door", [of_member["door_picture"]]),
        Group(_("Whom to call for me"), "person", "members:my_emergency_contacts", contacts),
    ]


def _history(member: Member) -> dict[str, list[Change]]:
    """Each change of anything, by what was changed, the newest first."""
    about = Q(about=member) | Q(about__merged_into=member)
    records = AuditRecord.objects.filter(about).exclude(verb__startswith="attendance.").order_by("-seq")
    reader = Reader(member)
    found: dict[str, list[Change]] = {}
    for at, by, before, after in records.values_list("at", "by", "before", "after").iterator():
        for name in before.keys() & after.keys():  # what has no before was said when the entry was made
            said = [_said(name, values[name]) for values in (before, after)]
            if said[0] != said[1]:
                found.setdefault(name, []).append(Change(at, reader.who(by), *said))
    return found


def _agreement(member: Member, name: str, changes: list[Change]) -> Agreement:
    column = Member._meta.get_field(name)
    label = str(getattr(column, "verbose_name", name))
    return Agreement(label, _said(name, getattr(member, name)), changes[0].at if changes else None, changes)


def _messages(member: Member, history: dict[str, list[Change]]) -> Iterator[Agreement]:
    """What is sent now, and what was sent once."""
    wishes = {f"{it.kind} {it.channel}": it for it in MessageWish.objects.filter(member=member).order_by("kind", "pk")}
    for key, wish in wishes.items():
        yield Agreement(words.key_words(key), words.said(True), wish.since_at, history.get(key, []))
    for key, changes in history.items():
        if " " in key and key not in wishes:
            yield Agreement(words.key_words(key), words.said(False), changes[0].at, changes)


def _said(name: str, value) -> str:
    return words.fact(name, value)
