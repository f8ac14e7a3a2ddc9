"""Opening a member's emergency contacts: first the reason, then the sheet as the answer; and who looked."""

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from members import actions
from members.actions.emergency_looks import ONE, SHEET
from members.forms.emergency import WhyForm
from members.models import AuditRecord, Member, User
from members.permissions import requires
from members.refusals import Refusal

ON_A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.see_emergency")
def see_emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing of it is in an address: the sheet is the answer to the reason, and is asked for again by a reload."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        look = {"why": form.cleaned_data["words"], "key": str(form.cleaned_data["key"])}
        try:
            actions.look_at_emergency(member=member, by=request.user, **look)
        except Refusal as refusal:
            form = asked_again(form, refusal)
        else:
            return render(request, "members/emergency.html", {"member": member})
    context = {"member": member, "form": form}
    return render(request, "members/see_emergency.html", context, status=422 if form.errors else 200)


def asked_again(form: WhyForm, refusal: Refusal) -> WhyForm:
    """The question once more, for a look of its own."""
    data = form.data.copy()
    data["key"], data["quick"], data["why"] = str(WhyForm.base_fields["key"].initial()), "", ""
    again = WhyForm(data, choices=form.choices)
    again.full_clean()
    again.errors.clear()
    again.add_error("why", str(refusal))
    return again


@require_safe
@requires("members.see_emergency_looks")
def see_emergency_looks(request: HttpRequest) -> HttpResponse:
    """Who opened emergency contacts: when, whose, and why. One line for a sheet, however many are on it."""
    looks = AuditRecord.objects.filter(verb__in=[ONE, SHEET]).order_by().values("verb", "by", "subject")
    looks = looks.annotate(at=Min("at"), last=Max("seq"), people=Count("about"), whose=Min("about"), because=Max("why"))
    page = Paginator(looks.order_by("-last"), ON_A_PAGE).get_page(request.GET.get("page"))
    members = Member.objects.in_bulk([look["whose"] for look in page if look["verb"] == ONE and look["whose"]])
    users = User.objects.select_related("staff").in_bulk([look["by"] for look in page if look["by"]])
    lines = [
        look
        | {
            "who": getattr(by, "person", None) or by,
            "member": members.get(look["whose"]) if look["verb"] == ONE else None,
        }
        for look in page
        for by in [users.get(look["by"])]
    ]
    return render(request, "members/emergency_looks.html", {"page": page, "lines": lines})
