"""Who we are, what we agreed, what we have written to people."""

from members.models.accounts import Duty, Invitation, Role, User, display_name, token_digest
from members.models.audit import AuditHead, AuditRecord
from members.models.emergency import EmergencyContact
from members.models.forgetting import Erasure, RetentionRule
from members.models.house import House, HouseLogo, Rounding
from members.models.keeping import Backup, LastRun
from members.models.messages import Channel, HouseWording, Message, MessageWish, Note
from members.models.people import Member, MemberMerge, Staff, fold
from members.models.tablets import Tablet, tablet_digest

__all__ = [
    "AuditHead",
    "AuditRecord",
    "Backup",
    "Channel",
    "Duty",
    "EmergencyContact",
    "Erasure",
    "House",
    "HouseLogo",
    "HouseWording",
    "Invitation",
    "LastRun",
    "Member",
    "MemberMerge",
    "Message",
    "MessageWish",
    "Note",
    "RetentionRule",
    "Role",
    "Rounding",
    "Staff",
    "Tablet",
    "User",
    "display_name",
    "fold",
    "tablet_digest",
    "token_digest",
]
