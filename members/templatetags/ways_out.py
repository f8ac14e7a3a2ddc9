"""Pieces about the ways out, for pages of several rooms."""

from django import template
from django.utils import timezone

from members.models import Member, Staff

register = template.Library()


@register.inclusion_tag("members/_ask_for_address.html", takes_context=True)
def ask_for_address(context) -> dict:
    """Whom to ask for a new e-mail address, because mail to the old one came back; staff for who may see staff."""
    today, user = timezone.localdate(), context["user"]
    staff = Staff.objects.to_ask_for_address(today) if user.has_perm("members.see_staff") else Staff.objects.none()
    return {"members": list(Member.objects.visible_to(user).to_ask_for_address(today)), "staff": list(staff)}
