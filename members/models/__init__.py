"""Who we are, what we agreed, what we have written to people."""

from members.models.accounts import Duty, Invitation, Role, User, display_name, token_digest
from members.models.audit import AuditHead, AuditRecord
from members.models.house import House, HouseLogo, Rounding
from members.models.messages import Channel, Message, MessageWish
from members.models.people import Member, MemberMerge, Staff, fold
from members.models.tablets import Tablet, tablet_digest

__all__ = [
    "AuditHead",
    "AuditRecord",
    "Channel",
    "Duty",
    "House",
    "HouseLogo",
    "Invitation",
    "Member",
    "MemberMerge",
    "Message",
    "MessageWish",
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
