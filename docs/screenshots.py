"""Takes the pictures of docs/screenshots from a sample house of its own, in a temporary folder.

    .venv/bin/python docs/screenshots.py

Needs the development tools (`python3 bootstrap.py check` installs them) and Chromium: the one on the PATH, or the one
that TEST_BROWSER names. The clock of that house stands at twenty to eleven on a Tuesday, so that the same program
gives the same pictures.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
sys.path.insert(0, str(ROOT))

from tests import machine  # noqa: E402 - found by the line above

READY_WITHIN = 60  # seconds
MORNING = "2026-10-06T10:40:00-04:00"
HOUSE = f"""
import sys, time_machine
from django.core.management import execute_from_command_line as go
time_machine.travel("{MORNING}", tick=True).start()
for step in ("migrate -v0", "collectstatic --noinput -v0", "sample_house", "runserver --noreload -v0 " + sys.argv[1]):
    go(["manage.py", *step.split()])
"""
DESK = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


@contextmanager
def sample_house() -> Iterator[str]:
    """A sample house with a web server in front of it; gives its address, and leaves nothing behind."""
    port = machine.free_port()
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "clubhouse.settings",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/clubhouse.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "DEMO": "1",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "TIME_ZONE": "America/Detroit",
        }
        log = Path(folder) / "log"
        with log.open("w") as file:
            command = [sys.executable, "-c", HOUSE, str(port)]
            server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT)
        try:
            if not answers(f"http://127.0.0.1:{port}/healthz", server):
                raise SystemExit(f"The sample house did not open:\n{log.read_text()[-2000:]}")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait()


def answers(address: str, server: subprocess.Popen) -> bool:
    latest = time.monotonic() + READY_WITHIN
    while server.poll() is None and time.monotonic() < latest:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return True
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    return False


@contextmanager
def signed_in(browser: Browser, address: str, username: str, **options) -> Iterator[Page]:
    context = browser.new_context(base_url=address, reduced_motion="reduce", **options)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password").fill("clubhouse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/")
    yield page
    context.close()


def take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.fonts.ready")
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def arrive(page: Page, nth: int) -> None:
    """Two at a time would race for the one place where messages stand; a picture wants them one by one."""
    tile = page.locator("[data-state=expected]").nth(nth)
    person = page.locator("#" + (tile.get_attribute("id") or ""))
    tile.get_by_role("button", name="Arrive").click()
    person.and_(page.locator("[data-state=here]:not(.is-waiting)")).wait_for()
    page.locator("#saved[data-saved=all]").wait_for()


def main() -> None:
    program = machine.find_browser()
    if not program:
        raise SystemExit("Install Chromium first, or name a browser in TEST_BROWSER.")
    PICTURES.mkdir(exist_ok=True)
    with sample_house() as address, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=program.url, args=arguments)
        with signed_in(browser, address, "staff", **DESK) as page:
            page.goto("/arrivals/")
            arrive(page, 1)
            arrive(page, 4)
            take(page, "arrivals")
        with signed_in(browser, address, "member", **DESK) as page:
            page.goto("/tasks/")
            take(page, "tasks")
        with signed_in(browser, address, "meeting", **DESK) as page:
            page.goto("/tasks/meeting/")
            take(page, "meeting")
        with signed_in(browser, address, "coordinator", **DESK) as page:
            page.goto("/reports/2026-09/")
            take(page, "month")
        with signed_in(browser, address, "member", **PHONE, color_scheme="dark") as page:
            take(page, "home-phone-dark")
        with signed_in(browser, address, "member", **PHONE, color_scheme="light") as page:
            page.goto("/me/")
            take(page, "me-phone")
            page.goto("/me/messages/")
            take(page, "messages-phone")
            page.goto("/whats-on/")
            take(page, "whats-on-phone")
        with signed_in(browser, address, "reachout", **DESK) as page:
            page.goto("/reach-out/")
            take(page, "reach-out")
        browser.close()


if __name__ == "__main__":
    main()
