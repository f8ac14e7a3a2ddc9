"""What an envelope shows to whoever looks at the phone, and which words no message holds."""

import datetime as dt
import re
from email.utils import parseaddr
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.core import signing

from activities.models import EventSignUp, SignUp
from members.models import Member, Message, Staff
from members.notices import KINDS, in_our_voice, letter
from members.notices.kinds import NEVER_IN_A_MESSAGE
from tests import make
from tests.members.notes import LONG_AGO

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 10, 12)
NOW = dt.datetime(2026, 10, 12, 14, 0, tzinfo=dt.UTC)
# What an envelope never says. (The house's own street may be called anything.)
TELLING = re.compile(
    r"club|mental|illness|clinic|health|member|attend|recover|support|therap|patient|unit|task|visit|programme|summary",
    re.IGNORECASE,
)
COMPARING = re.compile(r"%|percent|streak|target|goal|more than|less than|rank|average|points|level", re.IGNORECASE)


@pytest.fixture
def letters(amara, settings):
    """Every kind of message, and all in one letter, as they would leave the house."""
    settings.ADDRESS = "https://house.example.org"
    settings.DEFAULT_FROM_EMAIL = "Somebody <notes@maple.example.org>"
    amara.email = "amara@example.org"
    amara.save()
    house = make.house(name="Maple Street Clubhouse")
    make.visit(amara, MONDAY - dt.timedelta(days=5))
    past = make.task("Lunch for 50", day=MONDAY - dt.timedelta(days=5))
    ahead = make.task("Newsletter", day=MONDAY + dt.timedelta(days=1))
    for task in (past, ahead):
        SignUp.objects.create(task=task, member=amara, at=LONG_AGO, by=amara.user, moved_up_at=LONG_AGO)
    event = make.event("Wellness evening", day=MONDAY + dt.timedelta(days=1))
    EventSignUp.objects.create(event=event, member=amara, at=LONG_AGO, by=amara.user, moved_up_at=LONG_AGO)
    about = {"member": amara, "channel": "email", "due_at": NOW, "expires_at": NOW}
    rows = {
        "task_reminder": Message.objects.create(kind="task_reminder", occurrence=f"task {ahead.pk}", **about),
        "weekly_summary": Message.objects.create(kind="weekly_summary", occurrence="week 2026-W41", **about),
        "place_free": Message.objects.create(kind="place_free", occurrence=f"task {ahead.pk}", **about),
        "monthly_report": Message.objects.create(kind="monthly_report", occurrence="month 2026-09", **about),
    }
    assert set(rows) <= set(KINDS)
    of_an_event = [
        Message.objects.create(kind=kind, occurrence=f"event {event.pk}", **about)
        for kind in ("task_reminder", "place_free")
    ]
    every = [*rows.values(), *of_an_event]
    return [composed(each, house) for each in (*([row] for row in every), every)]


def composed(rows: list[Message], house):
    facts: dict = {}
    for row in rows:
        facts |= KINDS[row.kind].facts([row], house, NOW)
    return letter.compose(letter.Letter(rows[0].person, rows[0].channel, rows, facts), house, NOW, {})


def shown(mail) -> str:
    """Sender, subject and the first 90 characters."""
    return "\n".join([parseaddr(mail.from_email)[0], mail.subject, mail.body[:90]])


def test_the_envelope_is_the_same_for_every_kind_and_says_nothing(letters):
    assert {mail.from_email for mail in letters} == {"Maple Street <notes@maple.example.org>"}
    assert {mail.subject for mail in letters} == {"A message from Maple Street"}
    assert len({mail.body[:90] for mail in letters}) == 1
    assert [TELLING.findall(shown(mail)) for mail in letters] == [[]] * 7


def test_the_first_90_characters_hold_nothing_of_the_message_whatever_the_name(letters):
    for mail in letters:
        assert mail.body.index("\n\n", mail.body.index("\n\n") + 2) >= 90 + len("Hello Amara,\n\n") - len(
            "Hello A,\n\n"
        )


def test_the_word_list_sees_a_telling_envelope(letters):
    letters[0].subject = "Your attendance at Maple Street Clubhouse"
    assert TELLING.findall(shown(letters[0])) == ["attend", "Club"]


def test_no_message_holds_the_words(letters):
    for mail in letters:
        assert NEVER_IN_A_MESSAGE.findall(mail.body) == []
        assert COMPARING.findall(mail.body.split("You asked for this")[0]) == []


def test_no_text_of_ours_holds_the_words():
    """Also what these letters happened not to show."""
    root = Path(live_settings.BASE_DIR)
    texts = sorted(root.glob("templates/messages/*/*.txt"))
    assert len(texts) >= 3
    assert [
        (path.name, NEVER_IN_A_MESSAGE.findall(path.read_text()))
        for path in texts
        if NEVER_IN_A_MESSAGE.search(path.read_text())
    ] == []


@pytest.mark.parametrize(
    "word", ["missed", "Absent", "must", "required", "compliance", "OVERDUE", "clubhouse", "Mental health"]
)
def test_words_that_a_house_typed_are_asked_too(word):
    assert in_our_voice(f"This is {word} here", "a task") == "a task"
    assert in_our_voice("Mustard and presents", "a task") == "Mustard and presents"


@pytest.mark.parametrize(
    ("name", "neutral"),
    [
        ("Maple Street Clubhouse", "Maple Street"),
        ("Our Clubhouse", "us"),
        ("Clubhouse", "us"),
        ("The Club House of Mental Health Recovery", "us"),
        ("Fountain House", "us"),
        ("Harbour Club-House, Turku", "Harbour , Turku"),
        ("Casa Sol", "Casa Sol"),
        ("Клуб Надежда", "Клуб Надежда"),
    ],
)
def test_the_name_on_the_envelope(name, neutral):
    assert letter.neutral_name(make.house(name=name)) == neutral


def test_every_letter_says_how_to_stop_it_and_that_a_machine_wrote_it(letters):
    for mail in letters:
        link = mail.extra_headers["List-Unsubscribe"]
        assert re.fullmatch(r"<https://house\.example\.org/stop/[\w:-]+/>", link)
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
        assert link.strip("<>") in mail.body
        assert "You asked for this. You can stop it on your page, or with this link:" in mail.body


def test_the_token_names_nobody_and_cannot_be_made_up(letters, amara):
    tokens = [mail.extra_headers["List-Unsubscribe"].split("/")[-2] for mail in letters]
    assert [letter.read_stop_token(token) for token in tokens] == [
        (Member, amara.pk, "email", kinds)
        for kinds in (
            ["task_reminder"],
            ["weekly_summary"],
            ["place_free"],
            ["monthly_report"],
            ["task_reminder"],
            ["place_free"],
            ["task_reminder", "weekly_summary", "place_free", "monthly_report"],
        )
    ]
    with pytest.raises(signing.BadSignature):
        letter.read_stop_token(tokens[0][:-1] + ("A" if tokens[0][-1] != "A" else "B"))
    with pytest.raises(signing.BadSignature):
        letter.read_stop_token(signing.dumps([amara.pk, "email", "task_reminder"]))


def test_a_link_that_was_sent_before_staff_got_letters_still_stops_them(amara, sam):
    """Also the one in a letter of last year; staff and a member with the same number are two people."""
    of_old = signing.dumps([amara.pk, "email", "weekly_summary"], salt="members.stop_messages")
    assert letter.read_stop_token(of_old) == (Member, amara.pk, "email", ["weekly_summary"])
    of_sam = letter.stop_token(sam, ["monthly_report"], "email")
    assert letter.read_stop_token(of_sam) == (Staff, sam.pk, "email", ["monthly_report"])


def test_the_same_rows_have_the_same_message_id(letters, amara):
    house, rows = make.house(), list(Message.objects.order_by("pk"))
    again = [composed(each, house) for each in (*([row] for row in rows), rows[::-1])]
    ids = [mail.extra_headers["Message-ID"] for mail in letters]
    assert ids == [mail.extra_headers["Message-ID"] for mail in again]
    assert len(set(ids)) == 7
    assert all(re.fullmatch(r"<[0-9a-f]{40}@maple\.example\.org>", each) for each in ids)


def test_a_name_cannot_break_the_headers(letters, amara):
    house = make.house(name='Maple "Street"\nBcc: everybody@example.org')
    mail = composed(list(Message.objects.all()), house)
    assert mail.message()["Bcc"] is None
    assert mail.recipients() == ["amara@example.org"]
