"""Which passwords are refused because others would think of them, and that everything else is welcome."""

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from members import passwords
from members.models import House
from tests import make

pytestmark = pytest.mark.page


def is_refused(password: str, user=None) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd2026!",
        "!!sunshine1984",
        "Football#2026",
        "123dragon123",
        "abcabcabcabc",
        "1111111111",
        "clubhouse2026",
        "Welcome-Member",
        "maplehouse12",
        "Okafor-2026!",
        "amara.okafor",
    ],
)
def test_what_many_would_think_of_is_refused(amara, password):
    House.objects.current()
    House.objects.update(name="Maple House")
    assert is_refused(password, amara.user)


@pytest.mark.parametrize(
    "password",
    [
        make.PASSWORD,
        "correct horse battery",
        "drei kleine boote",
        "вечер над рекой",
        "雨の日は家で本を読む人",
        "lentil soup, twice",
        "zzkqw-31-vbnrt",
    ],
)
def test_ones_own_words_are_welcome(amara, password):
    """No kinds of letters are asked for: only small ones do, in any alphabet, with spaces."""
    assert not is_refused(password, amara.user)


def test_all_of_the_known_list_is_refused_also_dressed_up(db):
    """Every password of the list, and three ways in which such lists dress them up: far more than three thousand."""
    rule = passwords.NotEasilyGuessed()
    words = [word for word in CommonPasswordValidator().passwords if word.isalpha()]
    dressed = [how(word) for word in words for how in (str, str.title, "{}2026!".format, "#1{}".format)]
    assert [word for word in dressed if not rule.is_common(word)] == []
    assert len(dressed) > 30_000


def test_without_looking_beneath_the_dress_they_would_pass(db, monkeypatch):
    monkeypatch.setattr(passwords, "kernels", lambda password: {password.lower()})
    assert not is_refused("Football#2026")


@pytest.mark.parametrize(("letters", "refused"), [(9, True), (10, False), (64, False), (128, False)])
def test_ten_letters_at_least_and_long_ones_are_fine(db, letters, refused):
    assert is_refused(("a long way home by the river " * 5)[:letters]) == refused


def test_the_card_and_the_password_page_ask_alike(dana, amara, as_):
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": "amara", "password": make.PASSWORD})
    posted = {"oldpassword": make.PASSWORD, "password1": "Football#2026", "password2": "Football#2026"}
    answer = browser.post("/accounts/password/change/", posted)
    assert "Many people use one like this." in answer.content.decode()
    amara.user.refresh_from_db()
    assert amara.user.check_password(make.PASSWORD)


def changed(browser: Client, password: str, now: str = make.PASSWORD) -> bool:
    posted = {"oldpassword": now, "password1": password, "password2": password}
    return browser.post("/accounts/password/change/", posted).status_code == 302


@pytest.fixture
def browser(amara):
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": "amara", "password": make.PASSWORD})
    return browser


def test_a_new_password_asks_for_the_old_one(browser, amara):
    assert not changed(browser, "an other way home", now="not it, I think")
    assert changed(browser, "an other way home")
    amara.user.refresh_from_db()
    assert amara.user.check_password("an other way home")


def test_every_letter_of_a_password_counts(browser, amara):
    """To the last of 128, with its spaces and capitals."""
    long = ("A Long Way home by the river " * 5)[:128]
    assert changed(browser, long)
    tried = {word: try_it(word) for word in (long, long[:-1], long.lower(), f"{long} ", long[:72])}
    assert tried == {word: word == long for word in tried}


def try_it(password: str) -> bool:
    return Client().post("/accounts/login/", {"login": "amara", "password": password}).status_code == 302


def test_a_password_is_kept_as_argon2(settings, amara):
    """The settings of the house, not the quick ones of the tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    amara.user.set_password(make.PASSWORD)
    name, kind, _version, cost, *_rest = amara.user.password.split("$")
    cost = dict(part.split("=") for part in cost.split(","))
    assert (name, kind, int(cost["m"]) >= 19_456, int(cost["t"]) >= 2) == ("argon2", "argon2id", True, True)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/change/", "/accounts/reauthenticate/"])
def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(browser, path):
    page = (Client() if "login" in path else browser).get(path).content.decode()
    fields = [field for field in page.split("<input")[1:] if 'type="password"' in field.split(">")[0]]
    assert fields
    for field in fields:
        tag = field.split(">")[0]
        assert 'autocomplete="current-password"' in tag or 'autocomplete="new-password"' in tag
        assert not {"onpaste", "maxlength", "readonly"} & set(tag.replace("=", " ").split())
