"""The switch: Dana stops everything with one tap, everybody in charge sees it, and she lets it go again."""

import datetime as dt

import pytest

from members import actions, notices
from members.models import AuditRecord, House, Note
from tests import make
from tests.members import notes
from tests.members.notes import HOUR, NOON, states, waiting, wish

pytestmark = pytest.mark.django_db
STOP, GO = "/house/messages/stop/", "/house/messages/go/"
BAR = "All messages are stopped."


def test_one_tap_stops_and_one_tap_lets_go(dana, as_, time_machine):
    time_machine.move_to(NOON, tick=False)
    browser = as_(dana)
    for _twice in range(2):
        page = browser.post(STOP, follow=True)
        assert House.objects.current().messages_stopped_at == NOON
    html = page.content.decode()
    assert f'action="{GO}"' in html and f'action="{STOP}"' not in html
    assert "Codes to sign in still leave, and so do invitations." in html
    for _twice in range(2):
        page = browser.post(GO, follow=True)
        assert House.objects.current().messages_stopped_at is None
    html = page.content.decode()
    assert BAR not in html and f'action="{STOP}"' in html
    assert "Codes to sign in and invitations still leave. What comes too late meanwhile is never sent." in html
    found = list(AuditRecord.objects.order_by("seq").values_list("verb", "by", "subject"))
    assert found == [(verb, dana.user.pk, "members.house 1") for verb in ("stop_all_messages", "let_messages_go")]


def test_everybody_in_charge_sees_the_bar_at_home(dana, sam, amara, as_):
    homes = [as_(who) for who in (dana, sam, amara)]
    assert [BAR in browser.get("/").content.decode() for browser in homes] == [False, False, False]
    make.house(messages_stopped_at=NOON)
    pages = [browser.get("/").content.decode() for browser in homes]
    assert [BAR in page for page in pages] == [True, True, False]
    assert [GO in page for page in pages] == [True, False, False]


# -- Late --------------------------------------------------------------------------------------------------------------

LATE = "Messages are late."


def test_dana_is_told_when_messages_are_late(dana, sam, amara, as_, time_machine):
    time_machine.move_to(NOON, tick=False)
    homes = [as_(who) for who in (dana, sam, amara)]
    message = waiting(amara, due_at=NOON - dt.timedelta(minutes=15))
    assert [LATE in browser.get("/").content.decode() for browser in homes] == [False, False, False]
    time_machine.move_to(NOON + dt.timedelta(seconds=1), tick=False)
    pages = [browser.get("/").content.decode() for browser in homes]
    assert [LATE in page for page in pages] == [True, False, False]
    assert "The oldest waits since 11:45 am." in pages[0]
    make.house(messages_stopped_at=NOON)  # that says it all
    assert LATE not in homes[0].get("/").content.decode()
    make.house(messages_stopped_at=None)
    message.state = "sent"
    message.save()
    assert LATE not in homes[0].get("/").content.decode()


def test_the_keepers_watch_sees_both(client, amara, time_machine):
    time_machine.move_to(NOON, tick=False)
    said = client.get("/healthz").json()
    assert (said["database"], said["oldest_due_s"], said["messages_stopped"]) == ("ok", 0, False)
    waiting(amara, due_at=NOON - HOUR)
    make.house(messages_stopped_at=NOON)
    said = client.get("/healthz").json()
    assert (said["database"], said["oldest_due_s"], said["messages_stopped"]) == ("ok", 3600, True)


# -- What leaves -------------------------------------------------------------------------------------------------------


@pytest.fixture
def post_office(monkeypatch, settings, amara):
    """The house has mail, and Amara asked for some."""
    settings.MAIL_READY = True
    prepared: list[dt.datetime] = []
    kinds = {"note": notes.kind(prepare=lambda house, now: prepared.append(now) or 0)}
    for room in ("sweep", "claim"):
        monkeypatch.setattr(f"members.notices.{room}.KINDS", kinds)
    amara.email = "amara@example.org"
    amara.save()
    for channel in ("email", "note", "page"):
        wish(amara, channel=channel)
    return prepared


def test_nothing_leaves_while_it_is_on_and_nothing_late_ever(post_office, amara, dana, mailoutbox, time_machine):
    time_machine.move_to(NOON - HOUR, tick=False)
    for channel in ("email", "note", "page"):
        waiting(amara, "soon over", channel=channel, expires_at=NOON + HOUR)
        waiting(amara, "of use", channel=channel, expires_at=NOON + 8 * HOUR)
    actions.stop_all_messages(by=dana.user)
    for hours in range(3):
        counts = notices.send_due(NOON + hours * HOUR)
        assert counts == ({"dropped": 3} if hours == 1 else {})
    assert (len(mailoutbox), Note.objects.count(), post_office) == (0, 0, [])
    actions.let_messages_go(by=dana.user)
    assert notices.send_due(NOON + 3 * HOUR)["sent"] == 3
    assert states() == [("of use", "sent", "")] * 3 + [("soon over", "dropped", "expired")] * 3
    assert [("of use" in mail.body, "soon over" in mail.body) for mail in mailoutbox] == [(True, False)]


def test_without_the_switch_the_same_rows_leave(post_office, amara, mailoutbox):
    """The control of the test above."""
    waiting(amara, "soon over", expires_at=NOON + HOUR)
    assert (notices.send_due(NOON)["sent"], len(mailoutbox)) == (1, 1)


def test_a_code_to_sign_in_still_leaves(amara, client, mailoutbox, settings):
    amara.email = amara.user.email = "amara@example.org"
    amara.save()
    amara.user.save()
    actions.stop_all_messages(by=None)
    client.post("/accounts/login/code/", {"email": "amara@example.org"})
    assert [mail.to for mail in mailoutbox] == [["amara@example.org"]]
