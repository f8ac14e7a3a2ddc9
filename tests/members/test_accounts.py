"""Logins: giving one, roles and duties, switching off, and the last coordinator."""

import threading
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction

from members import actions
from members.models import AuditRecord, Invitation, Role, User
from tests import make

pytestmark = pytest.mark.page


def recently(browser, person):
    """`browser` after `person` has just typed their password again."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.user.pk)
    session.save()
    return browser


@pytest.fixture
def browser(dana, as_):
    return recently(as_(dana), dana)


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))


# -- Giving a login ----------------------------------------------------------------------------------------------------


def test_dana_gives_a_member_a_login(dana, as_):
    lena = make.member("Lena Marsh", email="Lena@Example.org")
    browser = as_(dana)
    form = browser.get(f"/members/{lena.pk}/login/").context["form"]
    assert (form["username"].value(), form["email"].value(), form["role"].value()) == (
        "lena",
        "Lena@Example.org",
        "member",
    )
    posted = browser.post(
        f"/members/{lena.pk}/login/",
        {"username": "Lena", "email": "Lena@Example.org", "role": "member", "duty_reception": "on"},
    )
    user = User.objects.get(member=lena)
    assert posted.headers["Location"] == f"/logins/{user.pk}/"
    assert (user.username, user.email, user.role, user.has_usable_password()) == (
        "lena",
        "lena@example.org",
        "member",
        False,
    )
    assert user.has_perm("attendance.log_arrival")
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == ("lena@example.org", True, True)
    record = AuditRecord.objects.exclude(verb="look_at_member").get()
    assert (record.verb, record.about, record.after["duty_reception"]) == ("give_account", lena, True)


def test_a_second_login_for_the_same_person_is_refused(dana, amara):
    with pytest.raises(actions.HasAccount):
        actions.give_account(person=amara, username="amara2", by=dana.user)
    assert (User.objects.count(), verbs()) == (2, [])


def test_the_page_of_somebody_with_a_login_leads_to_it(browser, amara):
    assert browser.get(f"/members/{amara.pk}/login/").headers["Location"] == f"/logins/{amara.user.pk}/"


@pytest.mark.parametrize("name", ["amara", "AMARA"])
def test_a_username_belongs_to_one_person(dana, amara, name):
    with pytest.raises(actions.UsernameTaken):
        actions.give_account(person=make.member("Amara Second"), username=name, by=dana.user)
    assert verbs() == []


def test_an_email_opens_one_login(dana, amara):
    actions.edit_account(user=amara.user, email="Shared@example.org", by=dana.user)
    with pytest.raises(actions.EmailTaken):
        actions.give_account(person=make.member("Noor"), username="noor", email="shared@Example.org", by=dana.user)
    assert verbs() == ["edit_account"]


@pytest.mark.parametrize("fields", [{"username": "AMARA"}, {"username": "other", "email": "A@example.org"}])
def test_the_database_keeps_that_promise_too(amara, fields):
    User.objects.filter(pk=amara.user.pk).update(email="a@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**fields)


def test_many_logins_without_an_email_are_fine(amara, noor):
    assert User.objects.filter(email="").count() == 2


@pytest.mark.parametrize(("maker", "role"), [(make.member, Role.STAFF), (make.staff, Role.MEMBER)])
def test_a_role_fits_the_person(dana, maker, role):
    with pytest.raises(actions.RoleDoesNotFit):
        actions.give_account(person=maker("Lena"), username="lena", role=role, by=dana.user)
    assert verbs() == []


@pytest.mark.parametrize("name", ["two words", "a@example.org", ""])
def test_a_username_is_easy_to_type(browser, name):
    lena = make.member("Lena Marsh")
    shown = browser.post(f"/members/{lena.pk}/login/", {"username": name, "role": "member"})
    assert list(shown.context["form"].errors) == ["username"]


# -- Role and duties ---------------------------------------------------------------------------------------------------


def test_dana_gives_a_duty_and_makes_staff_coordinator(browser, amara, sam):
    browser.post(f"/logins/{amara.user.pk}/", {"username": "amara", "role": "member", "duty_statistics": "on"})
    browser.post(f"/logins/{sam.user.pk}/", {"username": "sam", "role": "coordinator"})
    amara.user.refresh_from_db()
    sam.user.refresh_from_db()
    assert (amara.user.duty_statistics, sam.user.role) == (True, "coordinator")
    assert list(AuditRecord.objects.values_list("verb", "about", "before", "after")) == [
        ("edit_account", amara.pk, {"duty_statistics": False}, {"duty_statistics": True}),
        ("edit_account", None, {"role": "staff"}, {"role": "coordinator"}),
    ]


def test_a_role_change_asks_to_sign_in_again_and_then_goes_on(dana, sam, as_):
    dana.user.set_password(make.PASSWORD)
    dana.user.save()
    browser = as_(dana)
    url = f"/logins/{sam.user.pk}/"
    asked = browser.post(url, {"username": "sam", "role": "coordinator"})
    assert asked.headers["Location"] == f"/accounts/reauthenticate/?next=%2Flogins%2F{sam.user.pk}%2F"
    sam.user.refresh_from_db()
    assert (sam.user.role, verbs()) == ("staff", [])
    browser.post(asked.headers["Location"], {"password": make.PASSWORD, "next": url})
    sam.user.refresh_from_db()
    assert (sam.user.role, verbs()) == ("coordinator", ["edit_account"])


def test_giving_staff_a_login_asks_too(dana, as_):
    vera = make.staff("Vera Lund")
    asked = as_(dana).post(f"/staff/{vera.pk}/login/", {"username": "vera", "role": "coordinator"})
    assert asked.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert (User.objects.filter(username="vera").count(), verbs()) == (0, [])


def test_ten_minutes_later_it_asks_again(dana, sam, as_):
    browser = recently(as_(dana), dana)
    session = browser.session
    session["account_authentication_methods"][0]["at"] -= 601
    session.save()
    assert browser.post(f"/logins/{sam.user.pk}/", {"username": "sam", "role": "coordinator"}).status_code == 302
    sam.user.refresh_from_db()
    assert sam.user.role == "staff"


def test_saving_without_a_change_writes_nothing(browser, amara):
    browser.post(f"/logins/{amara.user.pk}/", {"username": "amara", "role": "member"})
    assert verbs() == []


@pytest.mark.parametrize("end", ["", "off/", "on/", "card/", "second-key/"])
@pytest.mark.parametrize("who", ["noor", "sam"])
def test_only_a_coordinator_may(request, amara, as_, who, end):
    browser = recently(as_(person := request.getfixturevalue(who)), person)
    before = list(User.objects.order_by("pk").values())
    assert browser.post(f"/logins/{amara.user.pk}/{end}", {"username": "x", "role": "coordinator"}).status_code == 403
    assert (list(User.objects.order_by("pk").values()), verbs(), Invitation.objects.count()) == (before, [], 0)


# -- The last coordinator ----------------------------------------------------------------------------------------------


def test_the_last_coordinator_stays_coordinator(browser, dana):
    shown = browser.post(f"/logins/{dana.user.pk}/", {"username": "dana", "role": "staff"})
    assert shown.context["form"].errors == {
        "role": ["This is the only coordinator who can sign in. Make somebody else coordinator first."]
    }
    dana.user.refresh_from_db()
    assert (dana.user.role, verbs()) == ("coordinator", [])


def test_and_is_not_switched_off(browser, dana):
    shown = browser.post(f"/logins/{dana.user.pk}/off/", follow=True)
    assert "This is the only coordinator who can sign in." in shown.content.decode()
    dana.user.refresh_from_db()
    assert (dana.user.is_active, verbs()) == (True, [])


def test_a_coordinator_who_is_switched_off_does_not_count(dana, sam):
    User.objects.filter(pk=sam.user.pk).update(role=Role.COORDINATOR, is_active=False)
    with pytest.raises(actions.LastCoordinator):
        actions.switch_off_account(user=dana.user, by=dana.user)


def test_one_of_two_may_go(dana, sam):
    User.objects.filter(pk=sam.user.pk).update(role=Role.COORDINATOR)
    actions.edit_account(user=dana.user, role=Role.STAFF, by=sam.user)
    dana.user.refresh_from_db()
    assert dana.user.role == "staff"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_coordinators_cannot_take_each_other_away_at_once():
    users = [make.account(make.staff(f"C{n}"), role=Role.COORDINATOR, username=f"c{n}") for n in range(8)]
    ready = threading.Barrier(8)

    def take_away(user):
        ready.wait()
        try:
            actions.switch_off_account(user=user, by=user)
        except actions.LastCoordinator:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take_away, args=[user]) for user in users]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert User.objects.filter(role=Role.COORDINATOR, is_active=True).count() == 1


# -- Off, on, and a lost phone -----------------------------------------------------------------------------------------


def test_switching_off_and_on_twice_is_written_down_once(dana, amara):
    actions.invite(user=amara.user, by=dana.user)
    for action in (actions.switch_off_account, actions.switch_on_account):
        for _ in range(2):
            action(user=amara.user, by=dana.user)
    assert verbs() == ["invite", "switch_off_account", "switch_on_account"]
    assert Invitation.objects.count() == 0  # an old card does not open a new time


def test_a_lost_phone_is_forgotten(browser, sam):
    browser.post(f"/logins/{sam.user.pk}/second-key/")
    browser.post(f"/logins/{sam.user.pk}/second-key/")
    assert (Authenticator.objects.filter(user=sam.user).count(), verbs()) == (0, ["forget_second_factor"])


def test_forgetting_a_phone_asks_to_sign_in_again(dana, sam, as_):
    assert "reauthenticate" in as_(dana).post(f"/logins/{sam.user.pk}/second-key/").headers["Location"]
    assert Authenticator.objects.filter(user=sam.user).count() == 1


def test_a_coordinator_makes_no_card_for_a_keeper(dana, as_):
    """A new password and no second key would be all it takes to become keeper."""
    keeper = User.objects.create_superuser("keeper", password=make.PASSWORD)
    for path in ("", "off/", "on/", "second-key/", "card/"):
        assert recently(as_(dana), dana).post(f"/logins/{keeper.pk}/{path}").status_code == 404
    assert not Invitation.objects.exists()


def test_a_name_taken_at_this_very_moment_is_refused_with_a_sentence(dana, amara, noor, monkeypatch):
    """The look before came too early to see it; the database keeps the promise."""
    monkeypatch.setattr("members.actions.accounts._check", lambda user, person: None)
    with pytest.raises(actions.UsernameTaken):
        actions.edit_account(user=noor.user, by=dana.user, username="amara")
    with pytest.raises(actions.UsernameTaken):
        actions.give_account(person=make.member("Lena Marsh"), username="amara", by=dana.user)
    assert verbs() == []


def test_a_card_for_a_colleague_in_charge_asks_to_sign_in_again(dana, sam, amara, as_):
    browser = as_(dana)
    asked = browser.post(f"/logins/{sam.user.pk}/card/")
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, "/accounts/2fa/reauthenticate/")
    assert Invitation.objects.count() == 0
    assert browser.post(f"/logins/{amara.user.pk}/card/").status_code == 200
    assert recently(browser, dana).post(f"/logins/{sam.user.pk}/card/").status_code == 200
