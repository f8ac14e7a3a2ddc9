"""Who tries the doors, and what a door is: for the tables of doors in tests/walls.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ANONYMOUS, DISABLED = "anonymous", "disabled account"
OWN, OTHER = "the member it is about", "another member"
RECEPTION, REACH_OUT, STATISTICS = "reception duty", "reach-out duty", "statistics duty"
MEETING = "unit meeting duty"
STAFF, COORDINATOR = "staff", "coordinator"
DOOR_TABLET = "paired door tablet"  # has no sign-in; an address that is not named leads back to the door, or to 403

NOBODY: set[str] = set()
SIGNED_IN = {OWN, OTHER, RECEPTION, REACH_OUT, STATISTICS, MEETING, STAFF, COORDINATOR}
ANYONE = SIGNED_IN | {ANONYMOUS, DISABLED}
MEMBERS = {OWN, OTHER, RECEPTION, REACH_OUT, STATISTICS, MEETING}
IN_CHARGE = {STAFF, COORDINATOR}
AT_RECEPTION = IN_CHARGE | {RECEPTION}
IN_MEETING = IN_CHARGE | {MEETING}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def nothing(world: Any) -> dict:
    return {}


@dataclass(frozen=True)
class Door:
    """One URL: its name, who may GET and who may POST, how to build it and what a right post holds."""

    name: str
    GET: set[str] = field(default_factory=set)
    POST: set[str] = field(default_factory=set)
    at: Callable[[Any], dict] = nothing  # keyword arguments of the URL
    data: Callable[[Any], dict] = nothing
    # A page of the sign-in library: it sends people elsewhere who are not half-way through signing in, and answers
    # odd methods in its own way. Checked there: no error, nothing changed, no name, and signed-out people kept out.
    library: bool = False


def pk_of(name: str) -> Callable[[Any], dict]:
    return lambda world: {"pk": getattr(world, name).pk}
