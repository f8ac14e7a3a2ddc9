"""A member whose every trace can be told from anything else, in each table that may hold one."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone

from activities import actions as work
from activities.models import CanShow, EventWaiting, LibraryTask, RideWish, SavedLunch, Waiting
from activities.models import Ride as ARide
from attendance import actions
from attendance.forgetting import fates, words
from attendance.models import (
    CorrectionRequest,
    ImportDraft,
    ImportedRow,
    Mark,
    ReachOut,
    ReachOutClaim,
    ReportFile,
    TimeAway,
    Visit,
)
from members.actions import edit_member, look_at_member
from members.models import (
    EmergencyContact,
    HouseWording,
    Invitation,
    Member,
    MemberMerge,
    MessageWish,
    User,
)
from tests import make

FULL = "Zebulonia Quarkwether"
PIECES = (
    "zebulonia", "quarkwether", "zebbie", "zorblax", "5550199777", "vermilion lane", "zq-4711-x", "canarytext",
)  # fmt: skip
WRITTEN = "canarytext of her own"
MENTIONED = f"We called {FULL} about it"
BORN_ON = dt.date(1981, 3, 17)


def member() -> Member:
    """Zebulonia, in every place of the house. Real actions where they leave more than one trace."""
    zebulonia = make.member(
        FULL, member_no="ZQ-4711-X", name_to_use="Zebbie", phone="5550199777", email="zebbie@zorblax.example",
        address="7 Vermilion Lane\nQuarkton", born_on=BORN_ON, area="Eastside", pronouns="canarytext",
        best_time="canarytext",
    )  # fmt: skip
    user = make.account(zebulonia, username="zebbie-zorblax", password=make.PASSWORD, email="zebbie@zorblax.example")
    return fill(zebulonia, user)


def fill(zebulonia: Member, user: User) -> Member:
    now, today = timezone.now(), timezone.localdate()
    sam = make.staff("Sam Rivers")
    make.account(sam, username="sam")
    other = make.member("Noor Haddad")
    make.account(other, username="noor")
    merged = make.member("Zebulonia Quarkwether", member_no="ZQ-4711-X2", phone="5550199777")
    actions.merge_members(kept=zebulonia, merged=merged, by=sam.user)
    MemberMerge.objects.update(moved={"aside": [{"note": WRITTEN}], "moved": {}, "visits_aside": [], "closed": []})
    in_the_past(zebulonia, today)
    edit_member(member=zebulonia, by=sam.user, phone="5550199777", best_time="canarytext, after four")
    look_at_member(member=zebulonia, by=sam.user)
    sign_in(zebulonia, user)
    task, event = make.task(day=today + dt.timedelta(days=3)), make.event(day=today + dt.timedelta(days=3))
    work.sign_up(task=task, member=zebulonia, by=user)
    work.join_event(event=event, member=zebulonia, by=user)
    ARide.objects.create(event=event, driver=user, seats=2, at=now)
    RideWish.objects.create(event=make.event(), member=zebulonia, at=now)
    full = make.task("Full", day=today + dt.timedelta(days=3))
    Waiting.objects.create(task=full, member=zebulonia, at=now, by=user)
    EventWaiting.objects.create(event=make.event("Also full"), member=zebulonia, at=now, by=user)
    with transaction.atomic():
        work.fill_library(unit=make.unit(), by=None)
    CanShow.objects.create(library_task=LibraryTask.objects.first(), member=zebulonia, at=now)
    SavedLunch.objects.create(day=today, member=zebulonia, at=now, by=user)
    work.make_calendar_feed(member=zebulonia, by=user)
    work.give_thanks(task=make.task("Dishes", done_at=now), words=WRITTEN, by=user)
    make.unit().members.add(zebulonia)
    make.note(zebulonia, f"Dear Zebbie, {WRITTEN}")
    MessageWish.objects.create(member=zebulonia, kind="task_reminder", channel="email", since_at=now)
    EmergencyContact.objects.create(member=zebulonia, name="canarytext", relation="x", phone="5550199777", at=now)
    Invitation.objects.create(user=user, token_digest="canarytext", made_at=now, expires_at=now)
    CorrectionRequest.objects.create(member=zebulonia, day=today, words=WRITTEN, answer=WRITTEN, asked_at=now)
    ReachOut.objects.create(
        member=zebulonia, at=now, channel="phone", replied=True, outcome="hospital", topic=WRITTEN, note=WRITTEN,
        key=uuid.uuid4(), by=sam.user,
    )  # fmt: skip
    ReachOutClaim.objects.create(member=zebulonia, day=today, by=sam.user, at=now)
    TimeAway.objects.create(member=zebulonia, place="hospital", from_on=today, until_on=today, at=now)
    ReportFile.objects.create(
        owner=user, what="roster", format="csv", first_on=today, last_on=today, why=WRITTEN, asked_at=now
    )
    ImportDraft.objects.create(by=sam.user, at=now, files={"members.csv": f"ZQ-4711-X,{FULL}"})
    ImportedRow.objects.create(file="members.csv", key="ZQ-4711-X", digest="d", target=zebulonia.pk)
    ImportedRow.objects.create(file="visits.csv", key="ZQ-4711-X|2020-01-01|09:00|wod", digest="d", target=1)
    asked = actions.ask_to_be_forgotten(member=zebulonia, kind="anonymise", by=user)
    actions.take_back_forgetting(erasure=asked, by=user)
    keepers_log(zebulonia, user, sam.user)
    HouseWording.objects.create(kind="weekly_summary", language="en", opening="Good morning", at=now)
    cache.set("zebbie-zorblax", FULL)
    mention_everywhere(zebulonia)
    return zebulonia


def in_the_past(zebulonia: Member, today: dt.date) -> None:
    for n in range(1, 6):
        make.visit(zebulonia, today - dt.timedelta(days=20 * n), unit=make.unit())
    taken_out = make.visit(zebulonia, today - dt.timedelta(days=9))
    actions.remove_visit(visit=taken_out, why=WRITTEN, by=None)
    visit = Visit.objects.filter(member=zebulonia).first()
    Mark.objects.create(
        key=uuid.uuid4(), payload="canarytext", action="arrive", member=zebulonia, visit=visit, day=visit.day,
        at=visit.arrived_at, noted_at=visit.arrived_at,
    )  # fmt: skip


def sign_in(zebulonia: Member, user: User) -> None:
    """In a browser, with all that the sign-in keeps; and a colleague's browser in which a sentence names her."""
    browser = Client(headers={"user-agent": "canarytext phone"})
    browser.post("/accounts/login/", {"login": user.username, "password": make.PASSWORD})
    browser.get("/me/")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "canarytext"})
    colleague = Client()
    session = colleague.session
    session["kept_form"] = {"path": "/members/1/edit/", "fields": [["first_name", "Zebulonia"]]}
    session["look"] = "dark"
    session.save()


def keepers_log(zebulonia: Member, user: User, by: User) -> None:
    for row in (zebulonia, user):
        LogEntry.objects.create(
            user=by, content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk), object_repr=FULL,
            action_flag=CHANGE, change_message=json.dumps([{"changed": {"name": FULL}}]),
        )  # fmt: skip


def mention_everywhere(zebulonia: Member) -> None:
    """Her name in a text of each column in which people write, on rows that are not hers."""
    for model, field in words.columns():
        if isinstance(field, models.JSONField) or field.unique or model._meta.app_label not in fates.APPS:
            continue
        row = not_theirs(model, zebulonia).first()
        if row is not None and (field.max_length or 999) > len(MENTIONED):
            model._base_manager.filter(pk=row.pk).update(**{field.name: MENTIONED})


def not_theirs(model, zebulonia: Member):
    rows = model._base_manager.all()
    for owner in fates.owners(model):
        rows = rows.exclude(**{owner: zebulonia})
    return rows.order_by("pk")


def without_a_row(zebulonia: Member) -> list[str]:
    """Tables that may hold somebody's own rows, and hold none of hers: the test would not see what is left there."""
    members = [zebulonia, *Member.objects.filter(merged_into=zebulonia)]
    empty = []
    for model in fates.ours():
        theirs = [model._base_manager.filter(**{f"{owner}__in": members}).exists() for owner in fates.owners(model)]
        if theirs and not any(theirs):
            empty.append(model._meta.label)
    return empty


def left() -> Iterator[str]:
    """Where a piece of her stands, in any column of any table of the database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = json.dumps(value, default=str, ensure_ascii=False).casefold()
                    for piece in PIECES:
                        if piece in text or (isinstance(value, bytes) and piece.encode() in value.lower()):
                            yield f"{table}.{name}: {piece}"
    for session in apps.get_model("sessions.Session").objects.all():
        if any(piece in str(session.get_decoded()).casefold() for piece in PIECES):
            yield "sessions, opened"
