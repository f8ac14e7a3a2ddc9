"""Cards that open the door once."""

import datetime as dt
import io
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from members import actions
from members.models import AuditRecord, Invitation, Role, Staff, User
from tests import make

pytestmark = pytest.mark.page

NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)
NEW = {"username": "amara", "password": make.PASSWORD}


@pytest.fixture
def token(dana, amara) -> str:
    return actions.invite(user=amara.user, by=dana.user)


def come_in(token: str, browser: Client | None = None, **fields):
    return (browser or Client()).post(f"/welcome/{token}/", NEW | fields)


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))


def test_dana_makes_a_card_and_amara_comes_in(dana, amara, as_):
    card = as_(dana).post(f"/logins/{amara.user.pk}/card/")
    link = card.context["link"]
    assert link.startswith("http://testserver/welcome/")
    assert card.context["picture"].startswith("data:image/svg+xml;base64,")
    assert card.headers["Cache-Control"] == "no-store, private"
    browser, path = Client(), link.removeprefix("http://testserver")
    assert browser.get(path).context["form"]["username"].value() == "amara"
    assert browser.post(path, NEW).headers["Location"] == "/"
    assert browser.get("/me/").context["member"] == amara
    assert verbs() == ["invite", "accept_invitation"]
    assert set(AuditRecord.objects.values_list("about", flat=True)) == {amara.pk}


def test_the_first_time_is_a_welcome_and_the_next_a_welcome_back(token, dana, amara):
    browser = Client()
    come_in(token, browser)
    assert [str(said) for said in browser.get("/").context["messages"]] == ["Welcome. Good that you are here."]
    come_in(actions.invite(user=amara.user, by=dana.user), browser)
    assert [str(said) for said in browser.get("/").context["messages"]] == ["Welcome back."]


def test_the_token_is_kept_nowhere(token):
    kept = [str(value) for model in (Invitation, AuditRecord) for row in model.objects.values_list() for value in row]
    assert [value for value in kept if token in value] == []


def test_looking_at_the_card_does_not_use_it(token):
    Client().get(f"/welcome/{token}/")
    Client().head(f"/welcome/{token}/")
    assert come_in(token).status_code == 302


def said(response) -> tuple:
    return response.status_code, "This card does not open the door any more" in response.content.decode()


def test_a_card_opens_once(token, amara):
    come_in(token)
    again = come_in(token, password="another long way home")
    assert said(again) == (404, True)
    amara.user.refresh_from_db()
    assert amara.user.check_password(make.PASSWORD)


@pytest.mark.parametrize(("hours", "opens"), [(71, True), (73, False)])
def test_a_card_opens_for_72_hours(dana, amara, hours, opens):
    with time_machine.travel(NINE, tick=False) as clock:
        token = actions.invite(user=amara.user, by=dana.user)
        clock.shift(dt.timedelta(hours=hours))
        assert (come_in(token).status_code == 302) == opens
        if not opens:
            assert said(Client().get(f"/welcome/{token}/")) == (404, True)


@pytest.mark.parametrize("token", ["never-made", "%00", "x" * 500, "ä"])
def test_an_unknown_card_gets_the_same_sentence(db, token):
    assert said(Client().get(f"/welcome/{token}/")) == (404, True)


def test_a_new_card_ends_the_old_one(token, dana, amara):
    newer = actions.invite(user=amara.user, by=dana.user)
    assert said(come_in(token)) == (404, True)
    assert come_in(newer).status_code == 302


def test_a_card_opens_nothing_while_the_account_is_switched_off(token, dana, amara):
    User.objects.filter(pk=amara.user.pk).update(is_active=False)
    assert said(come_in(token)) == (404, True)
    with pytest.raises(actions.SwitchedOff):
        actions.invite(user=amara.user, by=dana.user)


def test_a_used_card_is_refused_by_the_action_too(token):
    come_in(token)
    with pytest.raises(actions.CardUsedUp):
        actions.accept_invitation(token=token, **NEW)
    assert verbs() == ["invite", "accept_invitation"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_card_that_is_used_while_somebody_takes_it_away_ends_in_a_sentence(token, amara):
    """The card locked first and the login after it would be a deadlock here: the others lock the login first."""

    def use() -> None:
        try:
            actions.accept_invitation(token=token, **NEW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=amara.user.pk)
            used = pool.submit(use)
            time.sleep(0.5)  # now it waits for the login
            Invitation.objects.filter(user=amara.user).delete()
        with pytest.raises(actions.CardUsedUp):
            used.result(timeout=20)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_card_that_two_use_at_the_same_moment_opens_once(token, amara):
    passwords = [f"way home number {number}" for number in range(6)]

    def use(password: str) -> bool:
        try:
            actions.accept_invitation(token=token, username="amara", password=password)
        except actions.CardUsedUp:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(use, passwords))
    amara.user.refresh_from_db()
    assert opened.count(True) == 1
    assert amara.user.check_password(passwords[opened.index(True)])
    assert verbs().count("accept_invitation") == 1


def test_the_new_password_ends_the_sessions_of_the_old_one(token, amara, as_):
    elsewhere = as_(amara)
    assert elsewhere.get("/me/").status_code == 200
    come_in(token)
    assert elsewhere.get("/me/").status_code == 302


def test_a_username_that_grows_when_it_is_written_small_is_refused(token):
    answer = come_in(token, username="\u0130" * 150)
    assert answer.context["form"].errors == {"username": ["Use letters and numbers, without spaces."]}


def test_somebody_elses_username_is_refused_and_the_card_stays_good(token, noor):
    shown = come_in(token, username="Noor")
    assert shown.context["form"].errors == {"username": ["This username is taken. Choose another one."]}
    assert come_in(token).status_code == 302


@pytest.mark.parametrize("password", ["", "short", "password123", "amaraamara"])
def test_a_password_that_is_easily_guessed_is_refused(token, amara, password):
    shown = come_in(token, password=password, username="amaraamara")
    assert list(shown.context["form"].errors) == ["password"]
    amara.user.refresh_from_db()
    assert not amara.user.has_usable_password()


def test_whoever_was_signed_in_here_before_is_out(token, amara, noor, as_):
    browser = as_(noor)
    come_in(token, browser)
    assert browser.get("/me/").context["member"] == amara


def test_sams_new_card_still_asks_for_the_second_key(dana, sam):
    token = actions.invite(user=sam.user, by=dana.user)
    browser = Client()
    assert come_in(token, browser, username="sam").headers["Location"] == "/accounts/2fa/authenticate/"
    assert browser.get("/me/").status_code == 302


def test_new_staff_set_up_their_second_key_without_being_asked_for_the_password_again(dana):
    vera = make.staff("Vera Lund")
    user = actions.give_account(person=vera, username="vera", role=Role.STAFF, by=dana.user)
    browser = Client()
    come_in(actions.invite(user=user, by=dana.user), browser, username="vera")
    assert browser.get("/").headers["Location"] == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200


# -- The first coordinator ---------------------------------------------------------------------------------------------


def first_coordinator() -> str:
    out = io.StringIO()
    call_command("first_coordinator", stdout=out)
    return out.getvalue()


def test_an_empty_house_prints_one_link_and_its_page_asks_for_the_name(db, settings):
    settings.ADDRESS = "http://localhost:8123"
    printed = first_coordinator()
    assert printed.startswith(
        "The first coordinator comes in here, once, within 72 hours: http://localhost:8123/welcome/"
    )
    path = printed.split("8123")[1].strip()
    assert list(Client().post(path, NEW).context["form"].errors) == ["first_name"]
    browser = Client()
    browser.post(path, NEW | {"username": "dana", "first_name": "Dana", "last_name": "Whitfield"})
    person = Staff.objects.get()
    assert (person.full_name, person.user.role, person.user.username) == ("Dana Whitfield", "coordinator", "dana")
    assert browser.get("/").headers["Location"] == "/accounts/2fa/"
    assert first_coordinator() == ""


def test_asked_again_the_newer_link_holds_and_there_is_still_one_account(db):
    older, newer = (first_coordinator().split("/welcome/")[1].strip(" /\n") for _ in range(2))
    assert User.objects.count() == 1
    assert said(Client().get(f"/welcome/{older}/")) == (404, True)
    assert Client().get(f"/welcome/{newer}/").status_code == 200


def test_a_house_with_a_coordinator_prints_nothing(dana):
    assert first_coordinator() == ""


def test_the_sample_coordinator_does_not_count(dana):
    User.objects.update(is_sample=True)
    assert "/welcome/" in first_coordinator()


def test_a_coordinator_who_is_switched_off_does_not_count(dana):
    User.objects.filter(pk=dana.user.pk).update(is_active=False)
    assert "/welcome/" in first_coordinator()
