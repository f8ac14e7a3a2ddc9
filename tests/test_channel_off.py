"""Must-never 6: turning the phone off removes it from reach-out, print, export, the member's page and what is queued,
in one transaction.
"""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.exports.roster import export_roster
from attendance.reports.roster import Roster
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import AuditRecord, Message
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
NUMBER, LONG_AGO = "+1 313 555 0177", dt.timedelta(days=40)
OFF = {"page": False, "form": False, "wishes": False, "reach-out": False, "print": False, "export": False}
ON = dict.fromkeys(OFF, True) | {"export": False}  # no file has ever held a number


@pytest.fixture
def amara(amara, settings):
    """Not seen for a while, so that she is on the reach-out list; a text to her waits, and another is being written."""
    settings.TEXTS_READY = True
    amara.phone, amara.email = NUMBER, "amara@example.org"  # she can be reached without the phone too
    amara.save()
    make.visit(amara, timezone.localdate() - LONG_AGO)
    soon = timezone.now() + dt.timedelta(hours=1)
    for number, state in enumerate(["waiting", "claimed"]):
        for channel in ("text", "email"):
            Message.objects.create(
                member=amara, kind="task_reminder", occurrence=f"task {number}", channel=channel, state=state,
                due_at=soon, expires_at=soon,
            )  # fmt: skip
    return amara


@pytest.fixture
def shown(amara, as_, sam, dana, idris):
    """Asks where a colleague can read her number now."""

    def ask() -> dict[str, bool]:
        places = {
            "page": (sam, reverse("members:member", args=[amara.pk])),
            "form": (dana, reverse("members:edit_member", args=[amara.pk])),
            "wishes": (sam, reverse("members:set_member_contact_wish", args=[amara.pk])),
        }
        found = {place: NUMBER in as_(who).get(url).content.decode() for place, (who, url) in places.items()}
        reaching_out = as_(idris)
        found["reach-out"] = any(
            NUMBER in reaching_out.get(url).content.decode()
            for url in (reverse("attendance:reach_out"), reverse("attendance:reach_out_card", args=[amara.pk]))
        )
        cards = reaching_out.post(reverse("attendance:print_cards"), {"member": amara.pk}).content.decode()
        assert amara.known_as in cards
        found["print"] = NUMBER in cards
        month = Month.of(timezone.localdate() - LONG_AGO)
        roster = export_roster(Roster(Span.of(month)), "csv").decode()
        assert amara.full_name in roster
        return found | {"export": NUMBER in roster}

    return ask


def queued() -> list[tuple[str, str, str]]:
    return sorted(Message.objects.values_list("channel", "state", "reason"))


WAITING = [("email", "claimed", ""), ("email", "waiting", ""), ("text", "claimed", ""), ("text", "waiting", "")]
# What was being written on another channel is written anew.
DROPPED = [("email", "waiting", "")] * 2 + [("text", "dropped", "channel_off")] * 2


@pytest.mark.parametrize(
    ("who", "page"), [("amara", "/me/messages/contact/"), ("sam", "/members/{pk}/messages/contact/")]
)
def test_the_phone_for_nothing_is_gone_everywhere_at_once(amara, as_, shown, request, who, page):
    assert (shown(), queued()) == (ON, WAITING)
    person = request.getfixturevalue(who)
    as_(person).post(page.format(pk=amara.pk), {"phone_allowed": "false"})
    assert (shown(), queued()) == (OFF, DROPPED)
    assert AuditRecord.objects.get(verb="set_contact_wish").by == person.user
    as_(person).post(page.format(pk=amara.pk), {"phone_allowed": "true"})
    assert shown() == ON


def test_it_is_one_transaction(amara, as_, shown, monkeypatch):
    """What fails at its last step changed nothing anywhere."""
    with monkeypatch.context() as broken:
        broken.setattr("members.audit.record", lambda **about: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            as_(amara).post("/me/messages/contact/", {"phone_allowed": "false"})
    assert (shown(), queued()) == (ON, WAITING)
