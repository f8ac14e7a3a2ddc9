"""Where everything that is held about a person stands: each table, how it leads to them, and what is left out and why.

A table is shown row by row (`SHELVES`), counted where its rows are about the house's work or about other people
(`COUNTED`), or left out for a reason (`LEFT_OUT`). There is no fourth way: `forgotten` finds what stands nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from attendance.models import HeldTopic
from members.models import Member, Staff, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TOPICS: dict[str, "StrOrPromise"] = {topic.value: topic.label for topic in HeldTopic}

# Why something is not shown.
PROGRAM = _("It only helps the program do its work.")
ELSEWHERE = _("It says again what stands in another place here.")
OTHERS = _("It is about other people.")
SEALED = _("It is kept as a fingerprint nobody can read.")


@dataclass(frozen=True)
class Shelf:
    """One table. `member`, `staff` and `user` are lookups that lead from a row to a person; `newest` sorts.

    `through` says with which of its own columns another row is named; `secret` columns are never shown, only that there
    is something. `left_out`: column -> why.
    """

    model: str
    topic: str
    heading: "StrOrPromise"
    newest: str = "pk"
    member: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    through: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    left_out: Mapping[str, "StrOrPromise"] = field(default_factory=dict)

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def ways(self) -> set[str]:
        """The columns that lead to the person: they say nothing but "me"."""
        return {lookup.partition("__")[0] for lookup in (*self.member, *self.staff, *self.user)}

    def shown(self) -> list[Field]:
        return [it for it in self.table._meta.concrete_fields if it.name not in {"id", *self.ways, *self.left_out}]


TASK, EVENT = {"task": ("title", "day")}, {"event": ("title", "day")}
ENTRY = frozenset({"door_code", "door_card_digest"})

ALL = [
    Shelf(
        "members.member", "about-me", _("My entry on the roll"), member=("pk", "merged_into"), secret=ENTRY,
        through={"merged_into": ("member_no",)}, left_out={"user": ELSEWHERE, "search_name": ELSEWHERE},
    ),
    Shelf("members.staff", "about-me", _("My entry among the staff"), staff=("pk",), left_out={"user": ELSEWHERE}),
    Shelf("members.emergencycontact", "about-me", _("Whom to call for me"), member=("member",)),
    Shelf(
        "activities.unit_members", "about-me", _("My units"), member=("member",), through={"unit": ("name",)}
    ),
    Shelf("activities.unit_staff", "about-me", _("Units I work in"), staff=("staff",), through={"unit": ("name",)}),
    Shelf(
        "members.membermerge", "about-me", _("Entries joined with mine"), "at", member=("kept", "merged"),
        left_out={"moved": PROGRAM},
    ),
    Shelf("attendance.visit", "visits", _("Visits"), "arrived_at", member=("member",), through={"unit": ("name",)}),
    Shelf(
        "attendance.mark", "visits", _("Taps that said I came or left"), "at", member=("member",),
        through={"tablet": ("name",)},
        left_out={"key": PROGRAM, "payload": SEALED, "batch": PROGRAM, "visit": ELSEWHERE},
    ),
    Shelf(
        "attendance.removedvisit", "visits", _("Visits taken out of the book"), "removed_at", member=("member",),
        through={"unit": ("name",)}, left_out={"visit_pk": PROGRAM},
    ),
    Shelf("activities.signup", "days", _("Tasks I took"), "at", member=("member",), through=TASK),
    Shelf("activities.waiting", "days", _("Tasks I wait for"), "at", member=("member",), through=TASK),
    Shelf("activities.eventsignup", "days", _("Events I joined"), "at", member=("member",), through=EVENT),
    Shelf("activities.eventwaiting", "days", _("Events I wait for"), "at", member=("member",), through=EVENT),
    Shelf("activities.ride", "days", _("Seats I offered in a car"), "at", user=("driver",), through=EVENT),
    Shelf(
        "activities.ridewish", "days", _("Seats in a car I asked for"), "at", member=("member",), through=EVENT,
        left_out={"ride": OTHERS},
    ),
    Shelf("activities.savedlunch", "days", _("Plates kept for me at lunch"), "day", member=("member",)),
    Shelf(
        "activities.canshow", "days", _("Work I like to show"), "at", member=("member",),
        through={"library_task": ("title",)},
    ),
    Shelf("activities.thanks", "days", _("Thanks I wrote"), "at", user=("by",), through=TASK),
    Shelf(
        "activities.calendarfeed", "days", _("An address for my calendar"), member=("member",),
        secret=frozenset({"digest"}),
    ),
    Shelf(
        "attendance.reachout", "contact", _("Times we were in touch"), "at", member=("member",),
        left_out={"key": PROGRAM},
    ),
    Shelf("attendance.reachoutclaim", "contact", _("Who said: I call"), "day", member=("member",)),
    Shelf("attendance.timeaway", "contact", _("Times away"), "from_on", member=("member",)),
    Shelf(
        "members.messagewish", "contact", _("Messages I asked for"), "since_at", member=("member",), staff=("staff",)
    ),
    Shelf(
        "members.message", "contact", _("Messages to me"), "due_at", member=("member",), staff=("staff",),
        left_out=dict.fromkeys(["claimed_until", "claim", "attempts", "occurrence", "message_id"], PROGRAM),
    ),
    Shelf(
        "members.note", "contact", _("Notes to me"), "at", member=("message__member",), staff=("message__staff",)
    ),
    Shelf(
        "members.user", "sign-in", _("My sign-in"), user=("pk",), secret=frozenset({"password", "pin"}),
    ),
    Shelf("account.emailaddress", "sign-in", _("Addresses I sign in with"), user=("user",)),
    Shelf(
        "account.emailconfirmation", "sign-in", _("Questions whether an address is mine"), "created",
        user=("email_address__user",), secret=frozenset({"key"}),
    ),
    Shelf(
        "mfa.authenticator", "sign-in", _("My keys"), "created_at", user=("user",), secret=frozenset({"data"})
    ),
    Shelf(
        "usersessions.usersession", "sign-in", _("Where I am signed in"), "last_seen_at", user=("user",),
        secret=frozenset({"session_key"}), left_out={"data": PROGRAM},
    ),
    Shelf(
        "members.invitation", "sign-in", _("Cards that let me in"), "made_at", user=("user",),
        secret=frozenset({"token_digest"}),
    ),
    Shelf(
        "members.auditrecord", "records", _("Who looked, and who changed what"), "seq",
        member=("about", "about__merged_into"),
        left_out=dict.fromkeys(["seq", "subject", "chain"], PROGRAM) | dict.fromkeys(["salt", "digest"], SEALED),
    ),
    Shelf(
        "attendance.correctionrequest", "records", _("What I said is not right"), "asked_at", member=("member",),
        left_out={"visit": ELSEWHERE},
    ),
    Shelf("members.erasure", "records", _("My wish to be forgotten"), "asked_at", member=("member",),
        left_out={"numbers": SEALED, "did": PROGRAM},
    ),
    Shelf(
        "attendance.importedrow", "records", _("Rows that came from a spreadsheet"), member=("key",),
        left_out={"digest": SEALED, "target": PROGRAM},
    ),
    Shelf(
        "attendance.reportfile", "records", _("Files made for me"), "asked_at", user=("owner",),
        left_out=dict.fromkeys(["options", "claimed_until", "attempts", "done", "total", "stored_as"], PROGRAM),
    ),
    Shelf(
        "attendance.importdraft", "records", _("Spreadsheets I brought"), "at", user=("by",), left_out={"files": OTHERS}
    ),
]  # fmt: skip
SHELVES = {shelf.model: shelf for shelf in ALL}

# Rows that carry a name as that of their writer; what they say is about the house's work, or about other people.
COUNTED: dict[str, "StrOrPromise"] = {
    "members.auditrecord.by": _("records of what I did in this program"),
    "attendance.mark.by": _("taps I made at arrivals"),
    "attendance.removedvisit.removed_by": _("visits I took out of the book"),
    "attendance.correctionrequest.answered_by": _("questions I answered"),
    "attendance.reachout.by": _("times I was in touch with somebody"),
    "attendance.reachoutclaim.by": _("times I said that I call somebody"),
    "attendance.timeaway.by": _("times away that I wrote down"),
    "attendance.monthclosing.closed_by": _("months I closed"),
    "attendance.monthclosing.reopened_by": _("months I opened again"),
    "attendance.housedecision.recorded_by": _("decisions of the house meeting I wrote down"),
    "activities.unittask.posted_by": _("tasks I posted"),
    "activities.repeatingtask.posted_by": _("tasks that come again, which I posted"),
    "activities.librarytask.posted_by": _("tasks I put in the library"),
    "activities.event.posted_by": _("events I posted"),
    "activities.repeatingevent.posted_by": _("events that come again, which I posted"),
    "activities.signup.by": _("names I put up for a task"),
    "activities.waiting.by": _("names I put in line for a task"),
    "activities.eventsignup.by": _("names I put up for an event"),
    "activities.eventwaiting.by": _("names I put in line for an event"),
    "activities.savedlunch.by": _("plates I asked for"),
    "members.invitation.made_by": _("cards I made for somebody"),
    "members.membermerge.by": _("entries I joined"),
    "members.membermerge.undone_by": _("entries I took apart"),
    "members.note.printed_by": _("notes I printed"),
    "members.housewording.by": _("words I wrote for messages"),
    "members.tablet.made_by": _("tablets I set up"),
    "members.erasure.asked_by": _("wishes to be forgotten that I wrote down"),
    "members.erasure.first_by": _("wishes to be forgotten I was the first to confirm"),
    "members.erasure.second_by": _("wishes to be forgotten I was the second to confirm"),
    "members.retentionrule.proposed_by": _("times of keeping I proposed"),
    "members.retentionrule.confirmed_by": _("times of keeping I confirmed"),
    "members.retentionrule.ended_by": _("times of keeping I ended"),
    "admin.logentry.user": _("changes I made as a keeper"),
}
LEFT_OUT: dict[str, "StrOrPromise"] = {
    "activities.unit": ELSEWHERE,  # who is in it: activities.unit_members and unit_staff
    "members.house": _("Settings of the house. Nobody is named in them."),
    "members.user_groups": _("This program has no groups; duties stand under my sign-in."),
    "members.user_user_permissions": _("This program has no such list; duties stand under my sign-in."),
    "sessions.session": _("Sealed: what a browser needs to stay signed in. Where I am signed in stands here."),
}
PEOPLE = (Member, Staff, User)


def forgotten(models: Iterable[type[Model]] | None = None) -> list[str]:
    """Every table that leads to a person, or holds something personal, and stands in none of the three lists."""
    found = []
    tables = list(apps.get_models(include_auto_created=True) if models is None else models)
    shown = {shelf.table for shelf in ALL}
    for table in tables:
        label = table._meta.label_lower
        if label in LEFT_OUT:
            continue
        leads = [it.name for it in _relations(table) if it.related_model in PEOPLE or it.related_model in shown]
        shelf = SHELVES.get(label)
        for name in leads:
            if f"{label}.{name}" not in COUNTED and (shelf is None or name not in _known(shelf)):
                found.append(f"{label}.{name}")
        privacy = getattr(table, "Privacy", None)
        is_counted = any(relation.startswith(f"{label}.") for relation in COUNTED)
        if privacy and privacy.personal | privacy.sensitive and shelf is None and not is_counted and not leads:
            found.append(label)
        if shelf is not None and privacy is not None:
            found += [f"{label}.{name}" for name in privacy.personal | privacy.sensitive if name not in _known(shelf)]
    return found


def _relations(table: type[Model]) -> list[Field]:
    fields = [*table._meta.concrete_fields, *table._meta.many_to_many]
    return [it for it in fields if it.remote_field and isinstance(it.related_model, type)]


def _known(shelf: Shelf) -> set[str]:
    """Every column that is shown, leads to the person, or is left out for a reason."""
    return {it.name for it in shelf.shown()} | shelf.ways | set(shelf.left_out)
