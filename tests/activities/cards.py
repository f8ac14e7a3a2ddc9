"""For the tests of the board: taps on a card, and what it says."""

import datetime as dt
import re

from django.urls import reverse
from django.utils import timezone

from members.models import House


def today() -> dt.date:
    return timezone.localdate(timezone=House.objects.current().zone)


def next_week() -> dt.date:
    return today() + dt.timedelta(days=7)


def tap(client, task, action: str, *, to: str = "sign_up", **data):
    """The card comes back, with what the messages region says."""
    address = reverse(f"activities:{to}", kwargs={"pk": task.pk})
    return client.post(address, {"action": action, **data}, headers={"HX-Request": "true"})


def sentence(response) -> str:
    region = response.content.decode().split('id="messages"')[1]
    return words_of(re.search(r"<p>(.*?)</p>", region, re.DOTALL)[1])


def card(client, task) -> str:
    """The markup of one card on the board of its day."""
    html = client.get(f"/tasks/{task.day}/").content.decode()
    return next(part.split("</article>")[0] for part in html.split("<article ") if f'data-task="{task.pk}"' in part)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def says(client, task) -> str:
    return words_of(card(client, task).split(">", 1)[1])


def notes(client, task) -> list[str]:
    """The lines below the seats."""
    found = re.search(r'<div class="task-notes no-print">(.*?)</div>', card(client, task), re.DOTALL)
    return [words_of(line) for line in re.findall(r"<p>(.*?)</p>", found[1], re.DOTALL)] if found else []


def taps(client, task) -> list[tuple[str, str, str]]:
    """(action, role, words) of every button on the card for taking part."""
    found = []
    for form in re.findall(r"<form .*?</form>", card(client, task), re.DOTALL):
        role = re.search(r'name="role" value="(\w+)"', form)
        button = re.search(r'<button[^>]*name="action" value="(\w+)"[^>]*>(.*?)</button>', form, re.DOTALL)
        if button is None:
            continue
        found.append((button[1], role[1] if role else "", words_of(button[2]).split(":")[0].strip()))
    return found


def settled(html: str) -> str:
    """A page without what is new each time it is asked for: the form's secrets, the seconds left, the clock."""
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": |-left=|data-now=|data-clock=)"[^"]+"', "", html)
