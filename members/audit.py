"""The audit record: who did or looked at what, in a chain that shows tampering.

Each record carries a salted digest of its content, and the chain runs over the digests: erasing a text with its salt
leaves the chain valid, editing, removing or inserting a record does not.
"""

import contextvars
import hashlib
import json
import secrets
from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import AuditHead, AuditRecord, Member
from members.refusals import Refusal

# Set per request by the HouseMiddleware; commands and tasks leave it empty.
device = contextvars.ContextVar("device", default="")


class MergedMeanwhile(Refusal):
    """The entry turned out to be somebody else's a moment ago: whatever was about to be written belongs there."""


def record(
    *, by, verb: str, about=None, subject: models.Model | str = "", before=None, after=None, why: str = ""
) -> AuditRecord:
    """Append one record. `by` is a User or None (the house itself); `about` the Member who may read it.

    `before` and `after` are flat dicts of what changed. Call it inside the change's transaction and last: it locks the
    chain's end until the commit.

    Raises `MergedMeanwhile`, so that nothing is written down any more for an entry that was merged into another: who
    merges holds the same lock, and looks after it for what came before.
    """
    if isinstance(subject, models.Model):
        subject = f"{subject._meta.label_lower} {subject.pk}"
    with transaction.atomic():
        head = hold()
        entry = AuditRecord(
            seq=head.seq + 1,
            at=timezone.now(),
            verb=verb,
            by=by,
            about=about,
            subject=subject,
            before=before or {},
            after=after or {},
            why=why,
            device=device.get(),
            salt=secrets.token_hex(16),
        )
        entry.digest = _digest(entry)
        entry.chain = _link(head.chain, entry)
        entry.save(force_insert=True)
        end = AuditHead.objects.filter(pk=head.pk)
        if about is not None:
            end = end.exclude(Exists(Member.objects.filter(pk=about.pk, merged_into__isnull=False)))
        if not end.update(seq=entry.seq, chain=entry.chain):
            raise MergedMeanwhile(_("Two entries of this person were joined a moment ago. Please do it once more."))
    return entry


def hold() -> AuditHead:
    """Until the end of the transaction nobody else writes a record, so nobody else's change is stored either."""
    head = AuditHead.objects.select_for_update(no_key=True).first()
    if head is None:  # first record ever
        AuditHead.objects.get_or_create(pk=1)
        head = AuditHead.objects.select_for_update(no_key=True).get()
    return head


def differences(before: dict, after: dict) -> tuple[dict, dict]:
    """The two dicts without what stayed the same."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}


def broken_records() -> Iterator[str]:
    """Walks the whole chain and yields a line for each record that was edited, removed or inserted."""
    seq, chain = 0, ""
    for entry in AuditRecord.objects.order_by("seq").iterator():
        if entry.seq != seq + 1:
            yield f"record {seq + 1} is missing"
        if entry.salt and entry.digest != _digest(entry):
            yield f"record {entry.seq} was edited"
        if entry.chain != _link(chain, entry):
            yield f"record {entry.seq} does not follow from the one before"
        seq, chain = entry.seq, entry.chain
    head = AuditHead.objects.first()
    if head and (head.seq, head.chain) != (seq, chain):
        yield f"records after {seq} are missing"


def _digest(entry: AuditRecord) -> str:
    content = [
        entry.salt, entry.at.isoformat(), entry.verb, entry.by_id, entry.about_id, entry.subject,
        entry.before, entry.after, entry.why, entry.device,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def _link(chain_before: str, entry: AuditRecord) -> str:
    return hashlib.sha256(f"{chain_before} {entry.seq} {entry.digest}".encode()).hexdigest()
