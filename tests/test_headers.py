"""Headers on every response, and nothing kept of a signed-in page."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import middleware
from members.models import House, Tablet
from tests import actors, make
from tests.walls import DOORS

ROOT = Path(__file__).resolve().parent.parent
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nowhere/", "/healthz"])
def test_every_answer_carries_the_headers(path, db):
    response = Client().get(path)
    assert {part.strip() for part in response["Content-Security-Policy"].split(";")} == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/me/", "/tasks/", "/nowhere/"])
def test_a_signed_in_page_is_not_kept(path, amara, as_):
    assert "no-store" in as_(amara).get(path)["Cache-Control"]


def test_cookies_keep_to_themselves(amara):
    browser = Client()
    amara.user.set_password("a long way home")
    amara.user.save()
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": "amara", "password": "a long way home"})
    for name in ("sessionid", "csrftoken"):
        assert (browser.cookies[name]["httponly"], browser.cookies[name]["samesite"]) == (True, "Lax")


def test_a_sentence_that_names_somebody_is_kept_in_no_cookie(sam, noor, as_):
    browser, day = as_(sam), timezone.localdate(timezone=House.objects.current().zone)
    tap = {"key": str(uuid4()), "action": "arrive", "member_no": noor.member_no}
    browser.post(f"/arrivals/{day}/log/", tap)
    assert set(browser.cookies) == {"sessionid"}
    assert "Saved. Noor is here since" in browser.get("/arrivals/").content.decode()


def test_a_house_on_the_internet_speaks_https_only(tmp_path):
    """Cookies, redirect and HSTS of a house with a name; on the loopback plain HTTP works."""
    show = (
        "from clubhouse import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        "getattr(s, 'SECURE_HSTS_SECONDS', 0))"
    )

    def shown(hosts: str) -> str:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path)}
        env |= {"SECRET_KEY": "abcdefghijklmnopqrstuvwxyz" * 2, "ALLOWED_HOSTS": hosts}
        return subprocess.run(
            [sys.executable, "-c", show], env=env, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert shown("roll.example.org") == "True True True 63072000"
    assert shown("localhost,127.0.0.1") == "False False False 0"


def test_a_page_shrinks_for_bad_wifi(sam, as_):
    plain = as_(sam).get("/arrivals/")
    small = as_(sam).get("/arrivals/", headers={"Accept-Encoding": "gzip"})
    assert (plain.get("Content-Encoding"), small["Content-Encoding"]) == (None, "gzip")
    assert len(small.content) < len(plain.content) / 3


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nowhere/", "/healthz", "/static/css/page.css"])
def test_other_pages_and_programs_get_no_hold_of_ours(path, db):
    response = Client().get(path)
    assert response["Cross-Origin-Opener-Policy"] == response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response


def test_static_files_carry_the_policy_too(settings):
    order = settings.MIDDLEWARE
    assert order.index("csp.middleware.CSPMiddleware") < order.index("whitenoise.middleware.WhiteNoiseMiddleware")


# -- The names of cookies ----------------------------------------------------------------------------------------------


@pytest.fixture
def with_an_address(settings):
    """As in a house that others reach over HTTPS."""
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return settings


def test_every_cookie_belongs_to_this_host_only(with_an_address, amara):
    browser = Client()
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    browser.get("/accounts/login/", secure=True)
    browser.post("/accounts/login/", {"login": "amara", "password": make.PASSWORD}, secure=True)
    browser.post("/look/", {"theme": "dark", "text": "large", "next": "/"}, secure=True)
    assert set(browser.cookies) == {f"__Host-{n}" for n in ("sessionid", "csrftoken", "device", "theme", "text")}
    for cookie in browser.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["httponly"]) == (True, "/", "", True)
    assert 'data-theme="dark"' in browser.get("/me/", secure=True).content.decode()


def test_without_the_prefix_a_plain_name_is_seen(with_an_address, db):
    with_an_address.COOKIE_PREFIX = ""
    browser = Client()
    browser.post("/look/", {"theme": "dark"}, secure=True)
    assert set(browser.cookies) == {"theme"}


def test_a_tablet_that_was_paired_before_stays_paired_and_takes_the_new_name(with_an_address, db):
    tablet, row = make.paired_tablet()
    Tablet.objects.filter(pk=row.pk).update(seen_at=None)
    assert tablet.get("/door/", secure=True).status_code == 200
    assert tablet.cookies["__Host-tablet"].value == tablet.cookies["tablet"].value


def test_a_revoked_tablet_loses_both_names(with_an_address, db):
    tablet, row = make.paired_tablet()
    row.delete()
    gone = tablet.get("/door/", secure=True)
    assert [gone.cookies[name].value for name in ("tablet", "__Host-tablet")] == ["", ""]


# -- Walking every door ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.beside
def test_no_page_of_the_house_is_kept_by_a_browser(world):
    """Every door, as a coordinator and as the member it is about, by what the answer says."""
    assert kept(world) == set()


@pytest.mark.slow
@pytest.mark.beside
def test_without_its_middleware_pages_would_be_kept(world, monkeypatch):
    monkeypatch.setattr(middleware.NoStoreMiddleware, "__call__", lambda self, request: self.get_response(request))
    assert len(kept(world)) > 50


def kept(world) -> set[str]:
    """The doors that answer somebody who is signed in without `no-store`, or without a header of the house."""
    found = set()
    for door in DOORS:
        for actor in {actors.COORDINATOR, actors.OWN} & door.GET:
            with transaction.atomic():
                answer = world.clients[actor].get(reverse(door.name, kwargs=door.at(world)))
                transaction.set_rollback(True)
            cached = answer.get("Cache-Control", "")
            headers = ("Content-Security-Policy", "X-Content-Type-Options", "Permissions-Policy", "Content-Type")
            typed = answer.status_code != 200 or all(name in answer for name in headers)
            if not typed or ("no-store" not in cached and "immutable" not in cached):
                found.add(door.name)
    return found - BROWSERS_OWN


# The files by which a tablet starts without wifi: the same for everybody, with nobody's name.
BROWSERS_OWN = {"service_worker", "manifest", "offline", "healthz"}
