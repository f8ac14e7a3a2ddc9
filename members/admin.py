"""The keeper's pages: a look at logins, the house and the audit record. The house's own work is done elsewhere."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from members.models import AuditRecord, House, User


class KeeperSite(admin.AdminSite):
    site_header = site_title = index_title = "Keeper"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers only; the SecondFactorMiddleware has asked for the second factor before."""
        user = request.user
        return user.is_active and user.is_staff and user.is_superuser


keeper = KeeperSite(name="admin")
keeper.login = secure_admin_login(keeper.login)  # type: ignore[method-assign]


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(User, site=keeper)
class UserAdmin(ReadOnly):
    """Roles, duties and switching off belong to the coordinator's pages, where the audit record is written."""

    list_display = ["pk", "username", "role", "is_active", "is_superuser", "last_login"]
    list_filter = ["role", "is_active", "is_superuser"]
    exclude = ["password", "groups", "user_permissions"]


@admin.register(House, site=keeper)
class HouseAdmin(ReadOnly):
    list_display = ["name", "time_zone", "language"]


@admin.register(AuditRecord, site=keeper)
class AuditRecordAdmin(ReadOnly):
    """Who did what, without the texts: those are for the member they are about."""

    list_display = ["seq", "at", "verb", "by", "subject"]
    list_filter = ["verb"]
    fields = ["seq", "at", "verb", "by", "subject", "device", "digest", "chain"]
    ordering = ["-seq"]
