"""Headers on every response, and nothing kept of a signed-in page."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from members.models import House

ROOT = Path(__file__).resolve().parent.parent
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
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
