"""Plain factories: each makes one thing that is right, and takes what the story needs to say."""

import datetime as dt
import io
import itertools
import time

from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from PIL import Image

from activities.models import Event, Unit, UnitTask
from attendance.models import Kind, Visit
from members import actions
from members.models import Channel, House, Member, Message, MessageWish, Note, Role, Staff, Tablet, User

PASSWORD = "a long way home"
_numbers = itertools.count(1)


def house(**fields) -> House:
    house = House.objects.current()
    for name, value in fields.items():
        setattr(house, name, value)
    house.save()
    return house


def logo(house: House) -> None:
    """A green dot as the house's picture."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "#1d5543").save(picture, "PNG")
    actions.edit_logo(content=picture.getvalue(), by=None)
    house.refresh_from_db()


def member(
    name: str = "Amara Okafor", *, member_no: str = "", enrolled_on: dt.date = dt.date(2020, 1, 1), **fields
) -> Member:
    first_name, _, last_name = name.partition(" ")
    return Member.objects.create(
        first_name=first_name,
        last_name=last_name,
        member_no=member_no or f"T{next(_numbers):04}",
        enrolled_on=enrolled_on,
        **fields,
    )


def staff(name: str = "Sam Rivers", **fields) -> Staff:
    first_name, _, last_name = name.partition(" ")
    return Staff.objects.create(first_name=first_name, last_name=last_name, **fields)


def account(person: Member | Staff, *, role: str = "", second_factor: bool | None = None, **fields) -> User:
    """A login for `person`; staff and coordinators get their second factor with it, unless told not to."""
    role = role or (Role.MEMBER if isinstance(person, Member) else Role.STAFF)
    username = fields.pop("username", f"{person.first_name.lower()}{next(_numbers)}")
    user = User.objects.create_user(username=username, password=fields.pop("password", None), role=role, **fields)
    person.user = user
    person.save()
    if second_factor if second_factor is not None else role != Role.MEMBER:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


def unit(name: str = "Kitchen", **fields) -> Unit:
    return Unit.objects.get_or_create(name=name, defaults=fields)[0]


def visit(
    member: Member,
    day: dt.date | None = None,
    arrived: str = "09:00",
    left: str | None = "12:00",
    *,
    kind: str = Kind.WOD,
    ending: str = "",
    **fields,
) -> Visit:
    """A visit on `day` (default: today) in house time; `left=None` is *here now* unless `ending` says otherwise."""
    zone = House.objects.current().zone
    day = day or timezone.localdate(timezone=zone)

    def at(clock: str) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone)

    return Visit.objects.create(
        member=member,
        day=day,
        arrived_at=at(arrived),
        left_at=at(left) if left else None,
        ending=ending or (Visit.Ending.KNOWN if left else Visit.Ending.HERE),
        kind=kind,
        noted_at=fields.pop("noted_at", at(arrived)),
        **fields,
    )


def task(title: str = "Lunch for 50", *, day: dt.date | None = None, places: int = 2, **fields) -> UnitTask:
    zone = House.objects.current().zone
    return UnitTask.objects.create(
        title=title,
        day=day or timezone.localdate(timezone=zone),
        places=places,
        unit=fields.pop("unit", None) or unit(),
        **fields,
    )


def event(title: str = "Games evening", *, day: dt.date | None = None, **fields) -> Event:
    """From 5:15 pm to 7:30 pm house time, with room for everybody, unless the story says otherwise."""
    zone = House.objects.current().zone
    times = {"starts_at": dt.time(17, 15), "ends_at": dt.time(19, 30)}
    return Event.objects.create(title=title, day=day or timezone.localdate(timezone=zone), **times | fields)


def lost_message(person: Member, **fields) -> Message:
    """An e-mail that the other side refused."""
    now = timezone.now()
    said: dict = {
        "kind": "task_reminder", "occurrence": "task 0", "channel": Channel.EMAIL, "state": Message.State.FAILED,
        "reason": "SMTPDataError", "due_at": now, "expires_at": now, "settled_at": now,
    }  # fmt: skip
    return Message.objects.create(member=person, **said | fields)


def note(person: Member, text: str) -> Note:
    """A note on paper, about whatever their week is."""
    now = timezone.now()
    message = lost_message(
        person,
        kind="weekly_summary",
        occurrence="week 2020-W01",
        channel=Channel.NOTE,
        state=Message.State.SENT,
        expires_at=now + dt.timedelta(days=7),
    )
    MessageWish.objects.create(member=person, kind=message.kind, channel=Channel.NOTE, since_at=now)
    return Note.objects.create(message=message, text=text, at=now)


def paired_tablet(name: str = "Front door", place: str = Tablet.Place.DOOR) -> tuple[Client, Tablet]:
    """A browser on a tablet of the house, and the tablet."""
    code = actions.make_tablet(name=name, place=place, by=None)[1]
    tablet, token = actions.pair_tablet(code=code)
    client = Client()
    client.cookies["tablet"] = token
    return client, tablet


def just_signed_in(client: Client, person: Member | Staff) -> Client:
    """`client`, in which `person` typed their password a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.user_id)
    session.save()
    return client


def noon(day: dt.date) -> dt.datetime:
    """In house time."""
    return House.objects.current().at(day, dt.time(12))
