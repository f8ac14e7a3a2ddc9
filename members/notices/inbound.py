"""What phones answer, as the gateway tells it: who may tell, and whether it says STOP. Nothing of it is kept."""

import base64
import hashlib
import hmac
import json

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from members.models.people import fold

LONGEST = 64 * 1024
SENDER = ("From", "from", "sender", "msisdn", "number", "phone")
WORDS = ("Body", "body", "text", "message", "content")

# These say it wherever a text begins with them: "Stop please!"
STOP = {
    "stop", "stopall", "stopp", "unsubscribe", "optout", "arret", "alto", "lopeta", "sluta", "abmelden", "afmelden",
    "pare", "baja", "koniec", "стоп", "停止", "退订", "توقف", "jooji",
}  # fmt: skip
# These only alone: "Cancel my seat on Friday" is about something else.
STOP_ALONE = {
    "end", "cancel", "quit", "remove", "revoke", "opt out", "parar", "para", "cancelar", "sair", "fin", "annuler",
    "desabonner", "loppu", "peruuta", "avsluta", "ende", "halt", "basta", "ferma", "dur", "iptal", "huy", "إلغاء",
}  # fmt: skip


def is_signed(request: HttpRequest) -> bool:
    """Whether the gateway sent this: it alone knows TEXT_INBOUND_SECRET.

    `X-Signature`: HMAC-SHA256 of the raw body, in hex, with "sha256=" before it or not. `X-Twilio-Signature`: Twilio's
    way, over the address and the fields, with the account's token as the secret.
    """
    secret = settings.TEXT_INBOUND_SECRET.encode()
    if not secret or len(request.body) > LONGEST:
        return False
    if given := request.headers.get("X-Signature"):
        right = hmac.new(secret, request.body, hashlib.sha256).hexdigest()
        return constant_time_compare(given.strip().lower().removeprefix("sha256="), right)
    if given := request.headers.get("X-Twilio-Signature"):
        fields = {name: request.POST.getlist(name) for name in request.POST}
        addresses = (settings.ADDRESS + request.get_full_path(), request.build_absolute_uri())
        return any(constant_time_compare(given, twilio_signature(secret, it, fields)) for it in addresses)
    return False


def twilio_signature(secret: bytes, address: str, fields: dict[str, list[str]]) -> str:
    signed = address + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(secret, signed.encode(), hashlib.sha1).digest()).decode()


def heard(request: HttpRequest) -> tuple[str, str]:
    """(number, words) of a form or of JSON; empty texts for what is not there."""
    fields: dict = request.POST.dict()
    if not fields:
        try:
            fields = json.loads(request.body)
        except (ValueError, RecursionError):
            return "", ""
    if not isinstance(fields, dict):
        return "", ""
    number, words = (next((str(fields[name]) for name in names if name in fields), "") for names in (SENDER, WORDS))
    return number.rpartition(":")[2], words  # "whatsapp:+1..."


def says_stop(words: str) -> bool:
    said = fold(words)
    return said in STOP_FOLDED | STOP_ALONE_FOLDED or said.split(" ")[0] in STOP_FOLDED


STOP_FOLDED = {fold(word) for word in STOP}
STOP_ALONE_FOLDED = {fold(word) for word in STOP_ALONE}
