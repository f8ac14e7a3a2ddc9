"""A member reads all that the house holds about them, takes it along, and finds no other member's name in it."""

import datetime as dt
import json
import re
import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from activities import actions as work
from attendance import actions as arrivals
from attendance.models import CorrectionRequest, HeldTopic
from clubhouse.held.shelves import SHELVES, TOPICS
from members import actions
from members.models import AuditRecord, EmergencyContact
from tests import make

pytestmark = [pytest.mark.once, pytest.mark.django_db]
OTHERS = re.compile("Okafor|Amara|Lind|Rosa|Bello|Idris")


@pytest.fixture
def busy_noor(noor, amara, rosa, idris, sam, dana):
    """Much was written about Noor, by members with a duty and by staff; and she did things with others."""
    arrivals.log_arrival(member=noor, day=timezone.localdate(), key=uuid4(), by=rosa.user)
    arrivals.log_reach_out(member=noor, channel="phone", outcome="spoke", note="Tea.", key=uuid4(), by=idris.user)
    task = make.task("Lunch", places=5)
    work.sign_up(task=task, member=amara, by=amara.user)
    work.sign_up(task=task, member=noor, by=rosa.user)
    task.done_at = timezone.now()
    task.save()
    work.give_thanks(task=task, words="Well done.", by=noor.user)
    work.give_thanks(task=task, words="Thanks from me.", by=amara.user)
    event = make.event(day=timezone.localdate() + dt.timedelta(days=1), has_rides=True)
    for member in (amara, noor):
        work.join_event(event=event, member=member, by=member.user)
    work.offer_ride(event=event, seats=2, by=amara.user)
    visit = make.visit(noor, timezone.localdate() - dt.timedelta(days=3))
    arrivals.correct_visit(
        visit=visit, arrived_at=visit.arrived_at, left_at=visit.left_at, ending="known", kind="wod", unit=None,
        why="It was hers.", member=amara, by=sam.user,
    )  # fmt: skip
    arrivals.merge_members(kept=noor, merged=make.member("Nora Haddad"), by=sam.user)
    actions.edit_member(member=noor, by=dana.user, phone="555 0100")
    EmergencyContact.objects.create(member=noor, name="My sister", phone="555 0199", at=timezone.now())
    return noor


def everything(client, *, tables: bool = False) -> dict[str, str]:
    """Each page and file of what is held; the files hold all of every table."""
    addresses = [
        reverse("held"), reverse("held_topics"), reverse("take_held_along"), reverse("agreed"), reverse("not_right"),
        *(reverse("held_topic", args=[topic]) for topic in TOPICS),
        *(reverse("held_table", args=[table]) for table in SHELVES if tables),
        reverse("held_json"), reverse("held_whole"),
    ]  # fmt: skip
    answers = {address: client.get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} <= {200, 404}  # a table that is of staff only
    return {address: answer.content.decode() for address, answer in answers.items() if answer.status_code == 200}


def test_noor_finds_no_other_members_name(busy_noor, as_):
    pages = everything(as_(busy_noor), tables=True)
    assert len(pages) > 30
    assert {address for address, page in pages.items() if OTHERS.search(page)} == set()
    whole = pages[reverse("held_whole")]
    assert "Sam Rivers" in whole and "a colleague" in whole and "another member&#x27;s" in whole


def test_a_name_that_slips_in_is_noticed(busy_noor, as_, monkeypatch):
    monkeypatch.setattr("clubhouse.held.gather.Reader.who", lambda self, user: "Rosa Lind" if user else "")
    pages = everything(as_(busy_noor))
    assert OTHERS.search(pages[reverse("held_whole")])


def test_the_file_for_a_computer(busy_noor, as_):
    answer = as_(busy_noor).get("/me/held.json")
    assert answer["Content-Type"] == "application/json"
    assert re.fullmatch(r'attachment; filename="what-is-held-\d{4}-\d\d-\d\d\.json"', answer["Content-Disposition"])
    assert "no-store" in answer["Cache-Control"]
    held = json.loads(answer.content)
    assert list(held) == ["format", "version", "house", "about", "made_at", "topics", "written_by_me", "left_out"]
    assert (held["format"], held["version"]) == ("clubhouse-held", 1)
    assert dt.datetime.fromisoformat(held["made_at"]).tzinfo
    assert [topic["topic"] for topic in held["topics"]] == list(TOPICS)
    tables = {table["table"]: table for topic in held["topics"] for table in topic["tables"]}
    assert all(list(it) == ["table", "words", "columns", "rows", "sealed", "left_out"] for it in tables.values())
    assert all(row.keys() == it["columns"].keys() for it in tables.values() for row in it["rows"])
    me = tables["members.member"]["rows"]
    assert [(it["first_name"], it["enrolled_on"]) for it in me] == [("Nora", "2020-01-01"), ("Noor", "2020-01-01")]
    assert tables["members.emergencycontact"]["rows"][0]["name"] == "My sister"
    assert tables["activities.thanks"]["rows"][0]["words"] == "Well done."
    assert tables["activities.signup"]["rows"][0]["by"] == "a colleague"
    assert dt.datetime.fromisoformat(tables["attendance.visit"]["rows"][0]["arrived_at"]).tzinfo
    assert tables["members.auditrecord"]["rows"][0]["verb"] == "take_along"


def test_the_page_to_keep_says_the_same_and_fetches_nothing(busy_noor, as_):
    answer = as_(busy_noor).get("/me/held/whole/")
    assert answer["Content-Disposition"].endswith('.html"')
    page = answer.content.decode()
    assert not re.search(r"<(script|link|img|style)|(src|href|style)=", page)
    assert all(words in page for words in ("555 0100", "My sister", "Well done.", "Tea."))
    assert page.lstrip().startswith("<!DOCTYPE html>")


def test_secrets_are_named_and_never_shown(noor, as_):
    noor.user.set_password("a secret kettle")
    noor.user.pin = "pbkdf2$pin-digest"
    noor.user.save()
    noor.door_code = "md5$door-digest"
    noor.save()
    Authenticator.objects.create(user=noor.user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DP"})
    work.make_calendar_feed(member=noor, by=noor.user)
    actions.invite(user=noor.user, by=None)
    client = make.just_signed_in(as_(noor), noor)
    secrets = [
        noor.user.password, noor.user.pin, noor.door_code, "JBSWY3DP", noor.calendar_feed.digest,
        noor.user.invitations.get().token_digest, client.session.session_key,
    ]  # fmt: skip
    pages = everything(client)
    assert [(address, it) for address, page in pages.items() for it in secrets if it in page] == []
    assert "It is kept as a fingerprint nobody can read." in pages[reverse("held_topic", args=["sign-in"])]
    account = json.loads(pages["/me/held.json"])["topics"][4]["tables"][0]["rows"][0]
    assert (account["password"], account["pin"], account["username"]) == (True, True, "noor")


def test_each_file_is_written_down_once(noor, as_):
    client = as_(noor)
    client.get("/me/held/")
    assert not AuditRecord.objects.filter(verb="take_along").exists()
    client.get("/me/held.json")
    client.get("/me/held/whole/")
    records = AuditRecord.objects.filter(verb="take_along").order_by("seq")
    assert [(it.about, it.by, it.after) for it in records] == [
        (noor, noor.user, {"file": "json"}), (noor, noor.user, {"file": "page"}),
    ]  # fmt: skip
    assert "took a file along with all that the house holds about you" in client.get("/me/looks/").content.decode()


def test_an_old_sign_in_is_asked_for_again_where_there_is_a_password(noor, as_):
    noor.user.set_password(make.PASSWORD)
    noor.user.save()
    client = as_(noor)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 700}]
    session.save()
    for address in ("/me/held.json", "/me/held/whole/"):
        asked = client.get(address)
        assert (asked.status_code, asked["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert client.get("/me/held/read/about-me/").status_code == 200  # to read it is no export
    assert not AuditRecord.objects.filter(verb="take_along").exists()
    assert make.just_signed_in(client, noor).get("/me/held.json").status_code == 200


def test_who_has_neither_password_nor_key_is_not_shut_out(noor, as_):
    assert not noor.user.has_usable_password()
    assert as_(noor).get("/me/held.json").status_code == 200


def test_another_member_reads_their_own(amara, noor, as_):
    EmergencyContact.objects.create(member=noor, name="My sister", phone="555 0199", at=timezone.now())
    pages = everything(as_(amara))
    assert not any("My sister" in page or "Haddad" in page for page in pages.values())


def test_staff_read_what_is_held_about_a_colleague(sam, noor, as_):
    actions.edit_staff(person=sam, by=None, phone="555 0111")
    arrivals.log_arrival(member=noor, day=timezone.localdate(), key=uuid4(), by=sam.user)
    client = make.just_signed_in(as_(sam), sam)
    assert "555 0111" in client.get("/me/held/read/about-me/").content.decode()
    records = client.get("/me/held/read/records/").content.decode()
    assert "1 taps I made at arrivals" in records
    whole = client.get("/me/held/whole/").content.decode()
    assert "555 0111" in whole and "Haddad" not in whole and "Noor" not in whole
    assert client.get("/me/agreed/").status_code == 404
    assert client.get("/me/held/table/members.member/").status_code == 404
    assert AuditRecord.objects.get(verb="take_along").subject == f"members.staff {sam.pk}"


def test_a_long_table_is_read_page_by_page(noor, as_, django_assert_max_num_queries):
    for n in range(1, 13):
        make.visit(noor, timezone.localdate() - dt.timedelta(days=n))
    client = as_(noor)
    topic = client.get("/me/held/read/visits/").content.decode()
    assert "(12)" in topic and topic.count("<dt>Arrived</dt>") == 3 and "/me/held/table/attendance.visit/" in topic
    first = client.get("/me/held/table/attendance.visit/").content.decode()
    assert first.count("<dt>Arrived</dt>") == 10 and "Page 1 of 2" in first
    assert client.get("/me/held/table/attendance.visit/?page=2").content.decode().count("<dt>Arrived</dt>") == 2
    with django_assert_max_num_queries(10):
        client.get("/me/held/table/attendance.visit/")
    for address in ("/me/held/read/nothing/", "/me/held/table/sessions.session/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["me", "held", "held_topics", "agreed", "take_held_along", "not_right", "my_records"])
def test_a_calm_page(name, busy_noor, as_):
    main = re.search(r"<main.*</main>", as_(busy_noor).get(reverse(name)).content.decode(), re.S).group()
    assert len(re.findall(r"<a ", main)) <= 7
    shown = re.sub(r"<details.*?</details>|<option.*?</option>|<[^>]*>", " ", main, flags=re.S)
    assert len(shown.split()) <= 150 or name == "my_records"  # twenty records have their words


@pytest.mark.parametrize("topic", TOPICS)
def test_a_calm_topic(topic, busy_noor, as_):
    main = re.search(r"<main.*</main>", as_(busy_noor).get(reverse("held_topic", args=[topic])).content.decode(), re.S)
    folded = re.sub(r"</summary>.*?</details>", " ", main.group(), flags=re.S)
    assert len(re.findall(r"<a ", main.group())) <= 7
    assert len(re.sub(r"<[^>]*>", " ", folded).split()) <= 150


# -- Something is not right --------------------------------------------------------------------------------------------


def test_noor_says_what_is_not_right_and_reads_the_answer(noor, sam, dana, as_):
    client = as_(noor)
    assert '<option value="contact" selected>' in client.get("/me/held/not-right/?about=contact").content.decode()
    said = {"about": "about-me", "words": "My phone is 555 0142."}
    assert client.post("/me/held/not-right/", said).url == "/me/held/not-right/"
    client.post("/me/held/not-right/", said)  # tapped twice
    asked = CorrectionRequest.objects.get()
    assert (asked.member, asked.day, asked.what, asked.visit) == (noor, None, "about-me", None)
    record = AuditRecord.objects.get(verb="attendance.request_correction")
    assert (record.about, record.after) == (noor, {"what": "about-me", "words": "My phone is 555 0142."})

    page = as_(sam).get("/arrivals/corrections/").content.decode()
    assert "Who I am, and how to reach me" in page and f"/members/{noor.pk}/" in page
    assert "The book says nothing about that day." not in page
    actions.edit_member(member=noor, by=sam.user, phone="555 0142")
    as_(sam).post(f"/arrivals/corrections/{asked.pk}/answer/", {f"{asked.pk}-answer": "Done, thank you."})
    assert "Done, thank you." in as_(sam).get("/arrivals/corrections/").content.decode()

    page = client.get("/me/held/not-right/").content.decode()
    assert all(it in page for it in ("My phone is 555 0142.", "Done, thank you.", "Sam Rivers", "555 0142"))
    assert re.search(r"phone: nothing\s*→\s*555 0142", page)


def test_an_answer_may_be_wrong_too(noor, sam, as_):
    asked = arrivals.request_correction_of_held(member=noor, what=HeldTopic.VISITS, words="Not me.", by=noor.user)
    arrivals.answer_correction(request=asked, answer="It is right.", by=sam.user)
    client = as_(noor)
    again = client.get("/me/held/not-right/").content.decode()
    assert f"?again={asked.pk}" in again
    assert ">Not me.</textarea>" in client.get(f"/me/held/not-right/?again={asked.pk}").content.decode().replace(
        "\n", ""
    )
    client.post("/me/held/not-right/", {"about": "visits", "words": "Not me."})
    assert CorrectionRequest.objects.waiting().filter(member=noor, words="Not me.").count() == 1
    assert CorrectionRequest.objects.count() == 2


def test_nobody_elses_words_are_asked_again(noor, amara, as_):
    asked = arrivals.request_correction_of_held(member=noor, what=HeldTopic.DAYS, words="Secret.", by=noor.user)
    for again in (str(asked.pk), "x", "9" * 30):
        assert "Secret." not in as_(amara).get(f"/me/held/not-right/?again={again}").content.decode()


@pytest.mark.parametrize("said", [{}, {"about": "about-me", "words": " "}, {"about": "nothing", "words": "x"}])
def test_without_words_nothing_is_asked(said, noor, as_):
    assert as_(noor).post("/me/held/not-right/", said).status_code == 422
    assert CorrectionRequest.objects.count() == 0


def test_too_many_questions_wait(noor, as_):
    for n in range(20):
        arrivals.request_correction_of_held(member=noor, what=HeldTopic.DAYS, words=f"No {n}", by=noor.user)
    answer = as_(noor).post("/me/held/not-right/", {"about": "days", "words": "One more"})
    assert answer.status_code == 422 and "Please ask a colleague." in answer.content.decode()


# -- What I agreed to --------------------------------------------------------------------------------------------------


def test_what_noor_agreed_to_and_when(noor, sam, as_):
    noor.email = "noor@example.org"
    noor.save()
    actions.edit_member(member=noor, by=sam.user, verb="set_contact_wish", visits_allowed=True)
    actions.set_message_wish(person=noor, kind="task_reminder", channel="email", wanted=True, by=noor.user)
    actions.set_message_wish(person=noor, kind="week_ahead", channel="page", wanted=True, by=noor.user)
    actions.set_message_wish(person=noor, kind="week_ahead", channel="page", wanted=False, by=noor.user)
    page = re.sub(r"<[^>]*>|\s+", " ", as_(noor).get("/me/agreed/").content.decode())
    page = re.sub(r"\s+", " ", page)
    assert "The house may visit me : yes since" in page
    assert "no → yes Sam Rivers" in page
    assert "for calls : yes from the start" in page
    assert re.search(r"task[^:]*, by e-mail : yes since", page)
    assert re.search(r", by my page : no since", page)


# -- Who looked --------------------------------------------------------------------------------------------------------


def test_only_looks_and_only_changes(noor, sam, as_):
    actions.look_at_member(member=noor, by=sam.user)
    actions.edit_member(member=noor, by=sam.user, phone="555 0142")
    client = as_(noor)

    def shown(query: str) -> tuple[bool, bool]:
        page = client.get(f"/me/looks/{query}").content.decode()
        return "</bdi> looked at your page" in page, "555 0142" in page

    assert [shown(it) for it in ("", "?only=looks", "?only=changes", "?only=x")] == [
        (True, True), (True, False), (False, True), (True, True),
    ]  # fmt: skip


def test_a_list_that_left_the_house_stands_there_for_who_was_on_it(noor, amara, dana, as_):
    make.visit(noor, dt.date(2026, 6, 3))
    make.visit(amara, dt.date(2026, 7, 3))
    browser = make.just_signed_in(as_(dana), dana)
    browser.post("/reports/2026-06/names/", {"format": "csv", "why": "The bill for the county."})
    page = as_(noor).get("/me/looks/?only=looks").content.decode()
    assert "Dana Whitfield" in page and "The bill for the county." in page and "June 2026" in page
    assert "Amara" not in page
    assert "The bill for the county." not in as_(amara).get("/me/looks/").content.decode()
    assert "The bill for the county." not in as_(noor).get("/me/looks/?only=changes").content.decode()
