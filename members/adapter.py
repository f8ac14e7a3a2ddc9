from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from members import lock, sign_in
from members.models import House

NO_MATCH = _("That name and password do not fit together. Try again, or ask a colleague for a new card.")
TOO_OFTEN = _("That was tried many times in a row. Wait five minutes and try again, or ask a colleague for a new card.")
WRONG_CODE = _("That code does not fit. Look at it again, or ask for a new one.")


class AccountAdapter(DefaultAccountAdapter):
    """Signing in by invitation only; tries that slow down; sentences in the house's voice."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This sign-in is switched off. A coordinator can switch it on again."),
        "username_password_mismatch": NO_MATCH,
        "email_password_mismatch": NO_MATCH,
        "invalid_login": NO_MATCH,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("That is not your password. Try again."),
        "enter_current_password": _("Write the password that you have now."),
        "invalid_password_reset": _("This link has been used, or is too old. Ask for a new one."),
        "invalid_or_expired_key": _("This link has been used, or is too old. Ask for a new one."),
        "email_taken": _("This e-mail is in use. Choose another one."),
        "username_taken": _("This username is taken. Choose another one."),
        "username_blacklisted": _("This username cannot be used. Choose another one."),
        "same_as_current": _("That is what it was before. Write something new."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Instead of allauth's one count per account, with which a stranger could lock the real person out."""
        self._tries = sign_in.count_try(request, **credentials)
        if self._tries is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        sign_in.take_back(self._tries or [])

    def post_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        sign_in.Device.of(request).remember(response, user)
        if lock.wants_pin(request):
            messages.info(request, _("Would you like a PIN? Then this tablet locks, and you need not sign in again."))
        return response


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "unverified_email": _("First tell a coordinator that your e-mail needs a look. Then come back."),
        "cannot_generate_recovery_codes": _("First set up an app or a passkey."),
    }

    def get_totp_issuer(self) -> str:
        return House.objects.current().name

    def generate_authenticator_name(self, user, type) -> str:
        return str(_("My passkey"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": House.objects.current().name}
