"""What can change about people, their logins and their cards. One file per noun."""

from members.actions.accounts import (
    EmailTaken,
    HasAccount,
    LastCoordinator,
    RoleDoesNotFit,
    UsernameTaken,
    edit_account,
    forget_second_factor,
    give_account,
    switch_off_account,
    switch_on_account,
)
from members.actions.invitations import (
    CardUsedUp,
    SwitchedOff,
    accept_invitation,
    invite,
    invite_first_coordinator,
)
from members.actions.message_wishes import set_message_wish, stop_messages
from members.actions.people import (
    MemberNumberTaken,
    NoPerson,
    add_member,
    add_staff,
    edit_me,
    edit_member,
    edit_staff,
    look_at_member,
)

__all__ = [
    "CardUsedUp",
    "EmailTaken",
    "HasAccount",
    "LastCoordinator",
    "MemberNumberTaken",
    "NoPerson",
    "RoleDoesNotFit",
    "SwitchedOff",
    "UsernameTaken",
    "accept_invitation",
    "add_member",
    "add_staff",
    "edit_account",
    "edit_me",
    "edit_member",
    "edit_staff",
    "forget_second_factor",
    "give_account",
    "invite",
    "invite_first_coordinator",
    "look_at_member",
    "set_message_wish",
    "stop_messages",
    "switch_off_account",
    "switch_on_account",
]
