"""Who may do what: the one table, the backend that serves it, and the decorator that every view carries.

A door is shut until it stands here. `tests/test_walls.py` tries every door with every kind of person.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

from members.models import Duty, Role, User

MEMBER, STAFF, COORDINATOR = Role.MEMBER, Role.STAFF, Role.COORDINATOR
RECEPTION, REACH_OUT, STATISTICS, MEETING = Duty.RECEPTION, Duty.REACH_OUT, Duty.STATISTICS, Duty.MEETING
EVERYBODY: set[Role | Duty] = {MEMBER, STAFF, COORDINATOR}
COLLEAGUES_IN_CHARGE: set[Role | Duty] = {STAFF, COORDINATOR}

TABLE: dict[str, set[Role | Duty]] = {
    # my own things
    "members.see_me": EVERYBODY,
    "members.edit_me": EVERYBODY,
    "attendance.request_correction": {MEMBER},
    "attendance.see_my_weeks": {MEMBER},  # what I joined, week by week
    "attendance.see_my_reach_outs": {MEMBER},  # who was in touch with me, and what was written
    "attendance.set_time_away": {MEMBER, STAFF, COORDINATOR},  # members: their own
    "members.see_held": EVERYBODY,  # all that the house holds about me, to read and to take along
    "members.edit_emergency_contacts": {MEMBER, STAFF, COORDINATOR},  # members: their own
    "attendance.ask_to_be_forgotten": {MEMBER},
    # people
    "members.see_members": COLLEAGUES_IN_CHARGE,
    "members.see_member": COLLEAGUES_IN_CHARGE,
    "members.add_member": {COORDINATOR},
    "members.edit_member": {COORDINATOR},
    "members.see_staff": {COORDINATOR},
    "members.add_staff": {COORDINATOR},
    "members.edit_staff": {COORDINATOR},
    "members.give_account": {COORDINATOR},
    "members.edit_account": {COORDINATOR},
    "members.switch_off_account": {COORDINATOR},
    "members.switch_on_account": {COORDINATOR},
    "members.forget_second_factor": {COORDINATOR},
    "members.invite": {COORDINATOR},
    "members.make_door_card": COLLEAGUES_IN_CHARGE,
    "attendance.merge_members": COLLEAGUES_IN_CHARGE,
    "members.see_emergency": COLLEAGUES_IN_CHARGE,  # of one member, with a reason
    "attendance.see_emergency_sheet": COLLEAGUES_IN_CHARGE,  # of those here now, with a reason
    "attendance.see_downtime_pack": COLLEAGUES_IN_CHARGE,
    "members.see_emergency_looks": {COORDINATOR},
    "attendance.forget_member": {COORDINATOR},  # prepare it, and be the first to say yes
    "attendance.confirm_forgetting": COLLEAGUES_IN_CHARGE,  # the second
    "attendance.see_certificates": {COORDINATOR},
    # tablets
    "members.see_tablets": {STAFF, COORDINATOR, RECEPTION},
    "members.resume_tablet": {STAFF, COORDINATOR, RECEPTION},
    "members.edit_tablets": {COORDINATOR},
    "members.set_pin": {STAFF, COORDINATOR, RECEPTION},
    # the house
    "members.edit_house": {COORDINATOR},
    "activities.edit_calendar": {COORDINATOR},
    "activities.edit_units": {COORDINATOR},
    "attendance.import_house": {COORDINATOR},
    "members.see_messages": {COORDINATOR},
    "members.stop_all_messages": {COORDINATOR},  # the switch that stops everything
    "members.preview_messages": {COORDINATOR},
    "members.edit_wording": {COORDINATOR},
    "members.print_notes": COLLEAGUES_IN_CHARGE,  # the day's notes on paper
    "members.edit_wishes": COLLEAGUES_IN_CHARGE,  # of a member, at their word
    "members.see_sample_mail": {COORDINATOR},
    "members.see_keeping": {COORDINATOR},  # backups, and how the house's computer is
    "attendance.edit_retention": COLLEAGUES_IN_CHARGE,  # how long what is written is kept: proposing, ending
    "attendance.confirm_retention": COLLEAGUES_IN_CHARGE,  # the second yes
    # arrivals
    "attendance.see_arrivals": {STAFF, COORDINATOR, RECEPTION},
    "attendance.log_arrival": {STAFF, COORDINATOR, RECEPTION},
    "attendance.change_visit": {STAFF, COORDINATOR, RECEPTION},  # kind and unit of today's visits
    "attendance.add_walk_in": {STAFF, COORDINATOR, RECEPTION},
    "attendance.count_guests": {STAFF, COORDINATOR, RECEPTION},
    "attendance.close_day": {STAFF, COORDINATOR, RECEPTION},
    "attendance.log_paper": {STAFF, COORDINATOR, RECEPTION},
    "attendance.mark_myself": set(),  # every member where the house says so
    "attendance.correct_visit": COLLEAGUES_IN_CHARGE,
    "attendance.see_checks": COLLEAGUES_IN_CHARGE,  # what needs a look
    "attendance.answer_correction": COLLEAGUES_IN_CHARGE,
    # tasks
    "activities.see_tasks": EVERYBODY,
    "activities.sign_up": {MEMBER},
    "activities.post_task": COLLEAGUES_IN_CHARGE,  # and every member where the house says so
    "activities.change_any_task": COLLEAGUES_IN_CHARGE,  # others change what they posted themselves
    "activities.can_show": {MEMBER},  # "I can show this"
    "activities.see_library": EVERYBODY,
    "activities.edit_library": COLLEAGUES_IN_CHARGE,
    "activities.write_guide": EVERYBODY,  # members: of what they can show
    "activities.give_thanks": EVERYBODY,
    "activities.see_week": EVERYBODY,  # what we did this week
    "attendance.run_meeting": {STAFF, COORDINATOR, MEETING},  # names up at people's word, carrying over
    "attendance.mark_done": EVERYBODY,  # members: the tasks they are on; who runs the meeting: every one
    # units
    "activities.see_units": EVERYBODY,
    "activities.choose_unit": {MEMBER},
    # the social programme
    "activities.see_whats_on": EVERYBODY,
    "activities.join_event": {MEMBER},
    "activities.share_ride": EVERYBODY,
    "activities.post_event": COLLEAGUES_IN_CHARGE,  # and every member where the house says so
    "activities.change_any_event": COLLEAGUES_IN_CHARGE,
    "attendance.log_event": {STAFF, COORDINATOR, RECEPTION},  # who came
    # my days
    "activities.see_my_week": {MEMBER},
    "activities.edit_calendar_feed": {MEMBER},
    "activities.save_lunch": {MEMBER},
    "activities.see_lunch": EVERYBODY,  # how many plates, no names
    # reach-out
    "attendance.see_reach_out": {STAFF, COORDINATOR, REACH_OUT},
    "attendance.log_reach_out": {STAFF, COORDINATOR, REACH_OUT},  # claim, outcome, note
    "attendance.add_reach_out": COLLEAGUES_IN_CHARGE,  # with anybody, made elsewhere
    "attendance.print_cards": {STAFF, COORDINATOR, REACH_OUT},
    "attendance.see_reach_out_log": {STAFF, COORDINATOR, REACH_OUT},
    # the month
    "attendance.see_reports": EVERYBODY,
    "attendance.see_days_behind": EVERYBODY,  # the days behind a figure
    "attendance.see_visits_behind": COLLEAGUES_IN_CHARGE,  # and the visits, with names
    "attendance.export_monthly_report": {STAFF, COORDINATOR, STATISTICS},
    "attendance.close_month": {COORDINATOR, STATISTICS},
    "attendance.export_breakdown": {STAFF, COORDINATOR, STATISTICS},  # for funders: small numbers hidden
    "attendance.export_research": {COORDINATOR, STATISTICS},  # no names, after a decision of the house meeting
    "attendance.record_decision": {COORDINATOR, STATISTICS},
    "attendance.export_names": {COORDINATOR},  # roster, and figures by member
    "attendance.see_report_files": {STAFF, COORDINATOR, STATISTICS},  # their own
}

# Permissions that a setting of the house opens to every member: permission -> name of the House field.
OPENED_BY_THE_HOUSE = {
    "activities.post_task": "members_may_post_tasks",
    "activities.post_event": "members_may_post_tasks",
    "attendance.mark_myself": "members_may_mark_themselves",
}


def allows(user: User, permission: str, house=None) -> bool:
    """Whether the table (or the house's own setting) gives `permission` to `user`. KeyError for an unknown one."""
    holders = TABLE[permission]
    if not user.is_active:
        return False
    if user.role in holders or user.duties & holders:
        return True
    opened_by = OPENED_BY_THE_HOUSE.get(permission)
    return bool(opened_by and house and getattr(house, opened_by))


class RoleBackend:
    """Answers `user.has_perm` and `{{ perms }}` from the table; signs nobody in."""

    def authenticate(self, request, **credentials):
        return None

    def get_user(self, user_id):
        return None

    def has_perm(self, user, permission: str, obj=None) -> bool:
        return permission in TABLE and user.is_authenticated and allows(user, permission, getattr(user, "house", None))

    def has_module_perms(self, user, app_label: str) -> bool:
        return any(self.has_perm(user, permission) for permission in TABLE if permission.startswith(f"{app_label}."))


def requires(permission: str) -> Callable:
    """Decorator of a view: 403 without `permission` (signing in is asked for by the LoginRequiredMiddleware)."""
    TABLE[permission]  # a typing mistake fails at import

    def decorate(view):
        @wraps(view)
        def door(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        door.requires = permission  # tests/test_walls.py looks for it
        return door

    return decorate


def open_to_all(view):
    """Decorator of a view that needs no signing in; written out so that no door is open by forgetting."""
    view = login_not_required(view)
    view.requires = None
    return view
