"""What I say about myself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import actions
from members.forms.people import MyMemberForm, MyStaffForm
from members.models import Member
from members.permissions import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_me")
def edit_me(request: HttpRequest) -> HttpResponse:
    person = request.user.person
    if person is None:
        raise Http404
    form_class = MyMemberForm if isinstance(person, Member) else MyStaffForm
    form = form_class(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.edit_me(by=request.user, **form.fields_now)
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "members/edit_me.html", {"form": form})
