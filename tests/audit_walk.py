"""The table of actions: each with right arguments, and the records it writes. An action that is not here is noticed.

A new action needs a line in one of the three tables (tests/audit_walk_of_<app>.py), or, where it writes no record, its
name and the reason in `WITHOUT`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Takes = Callable[[Any], dict[str, Any]]
NEW = "a new member"  # among `about`: somebody who was not there before


@dataclass(frozen=True)
class Act:
    """One action of `<app>.actions`, as "<app>.<file>.<function>"."""

    name: str
    takes: Takes  # makes ready what the action needs, and answers its arguments
    about: tuple[str | None, ...] = (None,)  # one record each: a member of the world by its name there, or nobody
    verb: str = ""  # where it is not the action's name
    also: dict[str, int] = field(default_factory=dict)  # records of other verbs that belong to it
    again: bool = True  # the same call a second time writes nothing; it may refuse

    @property
    def writes(self) -> str:
        app, _file, function = self.name.split(".")
        return self.verb or (f"attendance.{function}" if app == "attendance" else function)


def dana(world: Any):
    """The coordinator's login."""
    return world.file.owner


def sam(world: Any):
    return world.sam.user


def with_(**names: str) -> Takes:
    """Arguments that stand in the world under other names; by Sam, unless somebody else is named."""
    return lambda world: {"by": sam(world)} | {name: getattr(world, at) for name, at in names.items()}
