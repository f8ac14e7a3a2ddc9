"""What one person said on two entries about how to reach them: a no on either stands, and peace lasts the longer.

So do hours and a voicemail that stays empty.
"""

import datetime as dt

from django.db.models import Field

from members.actions import channels
from members.models import Member

# On until somebody says no, so an entry on which nobody said anything takes nothing away.
ON_BY_DEFAULT = (
    "phone_allowed", "calls_allowed", "texts_allowed", "email_allowed", "post_allowed", "reach_out_wanted",
)  # fmt: skip


def bring_over(kept: Member, merged: Member) -> dict[str, list]:
    """Changes `kept` (both are locked); answers field -> [before, after] of what changed, as JSON holds it."""
    said: dict = {name: False for name in ON_BY_DEFAULT if getattr(kept, name) and not getattr(merged, name)}
    if merged.quiet_until_on and (kept.quiet_until_on is None or kept.quiet_until_on < merged.quiet_until_on):
        said["quiet_until_on"] = merged.quiet_until_on
    if kept.reach_out_after_days is None and merged.reach_out_after_days is not None:
        said["reach_out_after_days"] = merged.reach_out_after_days
    if merged.voicemail == Member.Voicemail.NONE != kept.voicemail:
        said["voicemail"] = Member.Voicemail.NONE
    if kept.contact_from is None and kept.contact_until is None:
        hours = {"contact_from": merged.contact_from, "contact_until": merged.contact_until}
        said |= {name: time for name, time in hours.items() if time is not None}
    changed = {name: [_plain(getattr(kept, name)), _plain(value)] for name, value in said.items()}
    _write(kept, said)
    return changed


def give_back(changed: dict[str, list], kept: Member) -> None:
    """As it was before, where nobody said something else since."""
    _write(
        kept,
        {
            name: _value(name, before)
            for name, (before, after) in changed.items()
            if _plain(getattr(kept, name)) == after
        },
    )


def _plain(value):
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _value(name: str, plain):
    column = Member._meta.get_field(name)
    assert isinstance(column, Field)
    return column.to_python(plain)


def _write(member: Member, fields: dict) -> None:
    if not fields:
        return
    before = channels.allowed(member)
    for name, value in fields.items():
        setattr(member, name, value)
    Member.objects.filter(pk=member.pk).update(**fields)
    channels.follow(member, before)
