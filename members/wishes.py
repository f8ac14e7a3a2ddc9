"""What the pages of wishes show: each kind on each channel, each way to reach a member, and the tap that changes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.forms import BoundField
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from clubhouse.clock import day_words, time_words
from members.models import Channel, House, Member, MessageWish, Staff
from members.models.messages import Reason, whose
from members.notices import KINDS, Kind
from members.notices.channels import WAYS

if TYPE_CHECKING:
    from members.forms.wishes import ContactWishForm

SHORT = {
    Channel.EMAIL: gettext_lazy("E-mail"),
    Channel.TEXT: gettext_lazy("Text"),
    Channel.PAGE: gettext_lazy("My page"),
    Channel.NOTE: gettext_lazy("Paper"),
}


@dataclass(frozen=True)
class Tap:
    """A button: `name` and `value` are what it posts, `is_on` whether that is how things are (a check mark)."""

    name: str
    value: str
    label: str
    is_on: bool = False


@dataclass(frozen=True)
class Row:
    """One kind of message; its taps hold "email yes" to ask and "email no" to stop."""

    kind: Kind
    taps: list[Tap]


@dataclass(frozen=True)
class Group:
    """One question: a sentence of how things are, taps, or something to type. `change` links to the page of facts."""

    name: str
    heading: str
    icon: str
    said: str = ""
    taps: list[Tap] = field(default_factory=list)
    fields: list[BoundField] = field(default_factory=list)
    save: Tap | None = None
    change: bool = False


def kinds_for(person: Member | Staff) -> dict[str, Kind]:
    return {name: kind for name, kind in KINDS.items() if kind.is_for(person)}


def offered(person: Member | Staff, house: House) -> dict[str, str]:
    """The channels that can reach `person` in this house; with a sentence where something of theirs is in the way."""
    found = {channel: _said_of(way.why_not(person, house), person) for channel, way in WAYS.items()}
    if not person.user_id:
        found[Channel.PAGE] = None  # nobody opens it
    return {channel: said for channel, said in found.items() if said is not None}


def _said_of(reason: str, person: Member | Staff) -> str | None:
    """None where this house, or this kind of person, has no such channel."""
    if reason == Reason.NO_ADDRESS:
        return _("We have no e-mail address yet.") if getattr(person, "email_allowed", True) else _("E-mail is off.")
    if reason == Reason.NO_NUMBER:
        if not person.phone:
            return _("We have no phone number yet.")
        off = _("Text messages are off.")
        return _("This number gets no texts. Write it with a + and your country.") if person.text_to_use else off
    return {"": "", Reason.REFUSED: _("This e-mail address does not work.")}.get(reason)


def message_wishes(person: Member | Staff, house: House) -> dict:
    """What the piece of messages shows."""
    wished = set(MessageWish.objects.filter(**whose(person)).values_list("kind", "channel"))
    offers = offered(person, house)
    open_channels = [channel for channel, why in offers.items() if not why]
    return {
        "rows": [
            Row(kind, [_wish_tap(channel, (name, channel) in wished) for channel in open_channels])
            for name, kind in kinds_for(person).items()
        ],
        "closed": [why for why in offers.values() if why],
        "can_arrive": bool(open_channels),
    }


def _wish_tap(channel: str, is_on: bool) -> Tap:
    return Tap("tap", f"{channel} {'no' if is_on else 'yes'}", str(SHORT[Channel(channel)]), is_on)


# -- How to reach a member ---------------------------------------------------------------------------------------------


def ways(form: "ContactWishForm", *, own: bool) -> list[Group]:
    """The ways that lead to a member. Of a way that is off, only they themselves see the number or address."""
    member = form.instance
    groups = [_phone(member, own)]
    if member.phone_to_use:
        taps = _choices("voicemail", Member.Voicemail.choices, member.voicemail)
        groups.append(Group("voicemail", _("On my voicemail"), "listen", taps=taps))
    email = member.email if own or member.email_allowed else ""
    said = email or ("" if not member.email_allowed else _("We have no e-mail address yet."))
    taps = [_switch("email_allowed", _("Write to me"), member.email_allowed)]
    groups.append(Group("email", _("E-mail"), "device", said=said, taps=taps, change=own))
    groups.append(
        Group("post", _("Post"), "mail", taps=[_switch("post_allowed", _("Send me post"), member.post_allowed)])
    )
    if member.post_allowed:
        save = Tap("save", "address", _("Save"))
        groups.append(Group("address", _("My address"), "house", fields=[form["address"]], save=save))
        taps = _choices("envelope", Member.Envelope.choices, member.envelope)
        groups.append(Group("envelope", _("On the envelope"), "mail", taps=taps))
    visits = [_switch("visits_allowed", _("Visit me"), member.visits_allowed)]
    return [*groups, Group("visits", _("Visits"), "door", taps=visits)]


def _phone(member: Member, own: bool) -> Group:
    calls, texts = (member.phone_allowed and on for on in (member.calls_allowed, member.texts_allowed))
    number = member.phone if own or calls or texts else ""
    taps = [
        _switch("calls_allowed", _("Call me"), calls),
        _switch("texts_allowed", _("Text me"), texts),
        Tap(
            "phone_allowed", "false" if calls or texts else "true", _("Use my phone for nothing"), not (calls or texts)
        ),
    ]
    said = number or (_("We have no number yet.") if calls or texts else "")
    return Group("phone", _("My phone"), "phone", said=said, taps=taps, change=own)


# -- When to reach a member --------------------------------------------------------------------------------------------


def times(form: "ContactWishForm", *, own: bool) -> list[Group]:
    """When a member likes to hear from the house, and when not."""
    member, house = form.instance, form.house
    quiet = {"from": time_words(house.quiet_from), "until": time_words(house.quiet_until)}
    remind = _choices("reminder_time", Member.ReminderTime.choices, member.reminder_time)
    empty = _switch("summary_when_empty", _("Also after a week without a visit"), member.summary_when_empty)
    by_day = _switch("works_by_day", _("I work by day: call in the evening"), member.works_by_day)
    return [
        Group(
            "hours",
            _("My hours"),
            "history",
            said=_("We write to nobody from %(from)s to %(until)s.") % quiet,
            fields=[form["contact_from"], form["contact_until"]],
            save=Tap("save", "hours", _("Save")),
        ),
        Group(
            "best_time",
            _("Best time to call"),
            "phone",
            taps=[by_day],
            fields=[form["best_time"]],
            save=Tap("save", "best_time", _("Save")),
        ),
        Group("reminder", _("Remind me"), "tasks", taps=remind),
        Group("summary", _("My week, by message"), "calendar", taps=[empty]),
        _reach_out(member, house, form),
        _peace(member, form),
        Group("language", _("Language"), "info", said=_language(member), change=own),
    ]


def _reach_out(member: Member, house: House, form: "ContactWishForm") -> Group:
    own = member.reach_out_after_days
    days = house.reach_out_after_days
    as_the_house = ngettext("After %(n)s day, like the house", "After %(n)s days, like the house", days) % {"n": days}
    return Group(
        "reach_out",
        _("When you have not seen me, get in touch"),
        "heart",
        taps=[
            Tap("reach_out", "house", as_the_house, member.reach_out_wanted and own is None),
            Tap("reach_out", "none", _("Please don't"), not member.reach_out_wanted),
        ],
        fields=[form["reach_out_after_days"]],
        save=Tap("reach_out", "own", _("Use my number"), member.reach_out_wanted and own is not None),
    )


def _peace(member: Member, form: "ContactWishForm") -> Group:
    until = member.quiet_until_on if member.quiet_until_on and member.quiet_until_on >= form.today else None
    return Group(
        "peace",
        _("Leave me in peace"),
        "moon",
        said=_("Nobody calls or writes until %(day)s.") % {"day": day_words(until)} if until else "",
        taps=[Tap("peace", "over", _("You may write again"))] if until else [],
        fields=[form["quiet_until_on"]],
        save=Tap("save", "peace", _("Save")),
    )


def _language(member: Member) -> str:
    try:
        return get_language_info(member.language)["name_local"]
    except KeyError:  # none chosen, or one that a spreadsheet brought
        return member.language or _("The language of the house")


def _switch(name: str, label: str, is_on: bool) -> Tap:
    return Tap(name, "false" if is_on else "true", label, is_on)


def _choices(name: str, choices: Iterable[tuple], now: str) -> list[Tap]:
    return [Tap(name, value, str(label), value == now) for value, label in choices]
