"""The audit record: who did or looked at what, in a chain that shows tampering.

Each record carries a salted digest of its content, and the chain runs over the digests: erasing a text with its salt
leaves the chain valid, editing, removing or inserting a record does not. A record without a salt has to be named by a
later record that says why; that one also holds a sum over what was left, so that nobody edits that either.
"""

import contextvars
import hashlib
import json
import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import AuditHead, AuditRecord, Member
from members.refusals import Refusal

# Set per request by the HouseMiddleware; commands and tasks leave it empty.
device = contextvars.ContextVar("device", default="")


# Records that say which records were blanked: somebody was forgotten, or what was written was old enough to go.
BLANKING = ("attendance.erase", "attendance.apply_retention")
# Of a record that is blanked, what the figures still ask for: the day of an arrival that was taken back.
FIGURES_ASK_FOR = {"attendance.undo_mark": "arrived_at"}


class ForgottenMeanwhile(Refusal):
    """The person asked to be forgotten: nothing is written about them any more, but that a visit was put right."""


class MergedMeanwhile(Refusal):
    """The entry turned out to be somebody else's a moment ago: whatever was about to be written belongs there."""


def record(
    *, by, verb: str, about=None, subject: models.Model | str = "", before=None, after=None, why: str = ""
) -> AuditRecord:
    """Append one record. `by` is a User or None (the house itself); `about` the Member who may read it.

    `before` and `after` are flat dicts of what changed. Call it inside the change's transaction and last: it locks the
    chain's end until the commit.

    Raises `MergedMeanwhile`, so that nothing is written down any more for an entry that was merged into another: who
    merges holds the same lock, and looks after it for what came before. Raises `ForgottenMeanwhile`.
    """
    if isinstance(subject, models.Model):
        subject = f"{subject._meta.label_lower} {subject.pk}"
    with transaction.atomic():
        head = hold()
        content = {"before": before or {}, "after": after or {}, "why": why}
        entry = _next(head, by=by, verb=verb, about=about, subject=subject, **content)
        entry.save(force_insert=True)
        end = AuditHead.objects.filter(pk=head.pk)
        if about is not None:
            end = end.exclude(Exists(Member.objects.filter(pk=about.pk, merged_into__isnull=False)))
            if not subject.startswith("attendance.visit "):
                end = end.exclude(Exists(Member.objects.filter(pk=about.pk, erased_at__isnull=False)))
        if not end.update(seq=entry.seq, chain=entry.chain):
            raise _too_late(about)
    return entry


def record_each(*, by, verb: str, about: Iterable[Member], subject: str = "", why: str = "") -> list[AuditRecord]:
    """The same record about each of `about`: as if `record` were called for each, in a handful of statements.

    Raises what `record` raises, and writes none then.
    """
    with transaction.atomic():
        head, members = hold(), list(about)
        entries = [_next(head, by=by, verb=verb, about=member, subject=subject, why=why) for member in members]
        AuditRecord.objects.bulk_create(entries)
        for gone in Member.objects.filter(pk__in=[member.pk for member in members]).exclude(
            merged_into=None, erased_at=None
        ):
            raise _too_late(gone)
        AuditHead.objects.filter(pk=head.pk).update(seq=head.seq, chain=head.chain)
    return entries


def _next(head: AuditHead, *, by, verb: str, about, subject: str, **content) -> AuditRecord:
    """The record that follows; `head` is then the end of the chain as it will be."""
    entry = AuditRecord(
        seq=head.seq + 1, at=timezone.now(), verb=verb, by=by, about=about, subject=subject, **content,
        device=device.get(), salt=secrets.token_hex(16),
    )  # fmt: skip
    entry.digest = _digest(entry)
    entry.chain = _link(head.chain, entry)
    head.seq, head.chain = entry.seq, entry.chain
    return entry


def forgotten() -> ForgottenMeanwhile:
    return ForgottenMeanwhile(_("This person asked to be forgotten. Nothing more is written about them."))


def _too_late(about: Member) -> Refusal:
    if Member.objects.filter(pk=about.pk, erased_at__isnull=False).exists():
        return forgotten()
    return MergedMeanwhile(_("Two entries of this person were joined a moment ago. Please do it once more."))


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
    named, left, found = _blanked(), _left(), 0
    for entry in AuditRecord.objects.order_by("seq").iterator():
        if entry.seq != seq + 1:
            yield f"record {seq + 1} is missing"
        if not entry.salt and named(entry.seq):
            found = (found + _weight(entry)) % SUMS
        elif entry.digest != _digest(entry):
            yield f"record {entry.seq} was edited"
        if entry.chain != _link(chain, entry):
            yield f"record {entry.seq} does not follow from the one before"
        seq, chain = entry.seq, entry.chain
    head = AuditHead.objects.first()
    if head and (head.seq, head.chain) != (seq, chain):
        yield f"records after {seq} are missing"
    if found != left:
        yield "what was left of the blanked records was edited"


# -- Records that lost their texts -------------------------------------------------------------------------------------

SUMS = 2**256
TEXTS = ("before", "after", "why", "device")
BATCH = 500
Rewrite = Callable[[AuditRecord], None]


def blank(
    records: Iterable[AuditRecord],
    *,
    by,
    verb: str,
    after: dict,
    subject: models.Model | str = "",
    why: str = "",
    rewrite: Rewrite | None = None,
) -> AuditRecord:
    """Take texts and salt from `records`, and write down which, under a verb of `BLANKING`. Call it last.

    `rewrite` says what becomes of a record; without it all texts and the device go.
    """
    assert verb in BLANKING
    hold()
    left = _left()
    changed: list[AuditRecord] = []
    emptied: list[AuditRecord] = []
    for entry in records:
        if not entry.salt:
            left -= _weight(entry)
        (rewrite or without_texts)(entry)
        entry.salt = ""
        left += _weight(entry)
        (changed if any(getattr(entry, name) for name in TEXTS) else emptied).append(entry)
    for n in range(0, len(emptied), BATCH):
        pks = [entry.pk for entry in emptied[n : n + BATCH]]
        AuditRecord.objects.filter(pk__in=pks).update(before={}, after={}, why="", device="", salt="")
    AuditRecord.objects.bulk_update(changed, [*TEXTS, "salt"], batch_size=100)
    changed += emptied
    told = after | {"blanked": _ranges(sorted(entry.seq for entry in changed)), "left": f"{left % SUMS:064x}"}
    return record(by=by, verb=verb, subject=subject, after=told, why=why)


def without_texts(entry: AuditRecord) -> None:
    kept = FIGURES_ASK_FOR.get(entry.verb)
    day = str(entry.before.get(kept, ""))[:10] if kept else ""
    entry.before, entry.after, entry.why, entry.device = ({kept: day} if day else {}), {}, "", ""


def _blankings():
    return AuditRecord.objects.filter(verb__in=BLANKING).exclude(salt="").order_by("seq")


def _left() -> int:
    """The sum over all blanked records, as the last one that blanked some left it."""
    last = _blankings().last()
    return int(last.after["left"], 16) if last else 0


def _blanked() -> Callable[[int], bool]:
    """Answers whether a record was named by a later one as blanked."""
    ranges = sorted(
        (first, min(last, seq - 1))
        for seq, after in _blankings().values_list("seq", "after")
        for first, last in _read_ranges(after["blanked"])
    )
    ends: list[tuple[int, int]] = []
    for first, last in ranges:
        if ends and first <= ends[-1][1] + 1:
            ends[-1] = (ends[-1][0], max(ends[-1][1], last))
        else:
            ends.append((first, last))
    begins = [first for first, _last in ends]

    def named(seq: int) -> bool:
        place = bisect_right(begins, seq) - 1
        return place >= 0 and seq <= ends[place][1]

    return named


def _ranges(seqs: list[int]) -> str:
    """[1, 2, 3, 7] -> "1-3,7"."""
    found: list[list[int]] = []
    for seq in seqs:
        if found and seq == found[-1][1] + 1:
            found[-1][1] = seq
        else:
            found.append([seq, seq])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def _read_ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in filter(None, text.split(",")):
        first, _dash, last = part.partition("-")
        yield int(first), int(last or first)


def _weight(entry: AuditRecord) -> int:
    content = [entry.seq, *_content(entry)]
    return int(hashlib.sha256(json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest(), 16)


def _content(entry: AuditRecord) -> list:
    return [
        entry.salt, entry.at.isoformat(), entry.verb, entry.by_id, entry.about_id, entry.subject,
        entry.before, entry.after, entry.why, entry.device,
    ]  # fmt: skip


def _digest(entry: AuditRecord) -> str:
    content = _content(entry)
    return hashlib.sha256(json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def _link(chain_before: str, entry: AuditRecord) -> str:
    return hashlib.sha256(f"{chain_before} {entry.seq} {entry.digest}".encode()).hexdigest()
