"""The one settings file. What differs between houses comes from the environment (docs/keeper.md lists it).

A missing or bad value stops the start with one sentence that says which and why.
"""

from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}

env = Env()


def stop(sentence: str) -> NoReturn:
    raise SystemExit(f"Clubhouse cannot start: {sentence}")


def read(kind, name: str, *args, why: str, **kwargs):
    """Value of the environment variable `name`, read with the environs method `kind`; stops with a sentence."""
    try:
        return kind(name, *args, **kwargs)
    except (EnvError, ValueError) as error:
        stop(f"{name} is not right ({error}). {why}")


def is_mailbox(url: str) -> bool:
    """Like imaps://name:password@server:993/INBOX; a # or / in the password has to be written %23 or %2F."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"imap", "imaps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


# -- What the environment says -----------------------------------------------------------------------------------------

DEMO = read(env.bool, "DEMO", False, why="Use 1 for the sample house, or leave it out.")
DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "data").resolve()
ALLOWED_HOSTS = read(
    env.list, "ALLOWED_HOSTS", sorted(LOOPBACK), why="Name the address of the house, like roll.example.org."
)
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    stop("ALLOWED_HOSTS must name the address of the house, like roll.example.org. A star would let any name in.")
# Only this computer can reach it: then plain HTTP is fine. Any other address means HTTPS, through the proxy.
ON_LOOPBACK = set(ALLOWED_HOSTS) <= LOOPBACK
if DEMO and not ON_LOOPBACK:
    stop("DEMO=1 shows sample accounts to everybody, so ALLOWED_HOSTS may then only name localhost and 127.0.0.1.")
PORT = read(env.int, "PORT", 8000, why="It is a number, like 8001.")
# Where links in messages lead.
_names = [host.lstrip(".") for host in ALLOWED_HOSTS if host not in LOOPBACK]
ADDRESS = f"https://{_names[0]}" if _names else f"http://localhost:{PORT}"

SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY and (DATA_DIR / "secret-key").is_file():
    SECRET_KEY = (DATA_DIR / "secret-key").read_text().strip()
if not SECRET_KEY:
    stop(
        "SECRET_KEY is missing. Set it to 50 or more random letters and keep it safe; `bootstrap.py` makes one for you."
    )
if not ON_LOOPBACK and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    stop("SECRET_KEY is too short to keep a house safe. Use 50 or more random letters.")

DATABASES = {
    "default": read(
        env.dj_db_url,
        "DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'clubhouse.sqlite3'}",
        why="It looks like postgresql://name:password@server/database.",
    )
}
# IMMEDIATE: a writer waits its turn at the door instead of failing half way (see docs/decisions).
SQLITE_OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = dict(SQLITE_OPTIONS)
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
else:
    stop("DATABASE_URL must name SQLite or PostgreSQL.")

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    stop("REDIS_URL is not right. It looks like redis://server:6379/0; leave it out to keep the queue in DATA_DIR.")

HOUSE_NAME = env.str("HOUSE_NAME", "Our Clubhouse")
TIME_ZONE = env.str("TIME_ZONE", "America/Detroit")
if TIME_ZONE not in available_timezones():
    stop(f"TIME_ZONE {TIME_ZONE!r} is not a time zone. It looks like Europe/Helsinki.")

# Backups: one encrypted file a day in a folder of their own. The key stays on paper too, away from the house.
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", "") or DATA_DIR / "backups").resolve()
BACKUPS_KEPT_FOR = timedelta(days=366)  # the oldest one goes after this
BACKUP_KEY = env.str("BACKUP_KEY", "")
if not BACKUP_KEY and (DATA_DIR / "backup-key").is_file():
    BACKUP_KEY = (DATA_DIR / "backup-key").read_text().strip()
if BACKUP_KEY and len(BACKUP_KEY) < 20:
    stop("BACKUP_KEY is too short to keep a backup safe. Use 20 or more random letters, like `openssl rand -hex 24`.")

EMAIL_URL = env.str("EMAIL_URL", "")
MAIL_FOLDER = DATA_DIR / "mail"
REPORT_FILES = DATA_DIR / "report-files"  # made by the worker, each kept for its owner for a day
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_FOLDER)
elif EMAIL_URL:
    if EMAIL_URL.split(":")[0] not in {"smtp", "smtps", "smtp+tls", "smtp+ssl", "submission", "submissions"}:
        stop("EMAIL_URL is not right. It looks like smtp+tls://name:password@server:587/ and names an SMTP server.")
    for _name, _value in read(
        env.dj_email_url, "EMAIL_URL", why="It looks like smtp+tls://name:password@server:587/?_default_from_email=..."
    ).items():
        globals()[_name] = _value
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Without a mail server the application offers nothing that needs mail, instead of pretending.
MAIL_READY = bool(DEMO or EMAIL_URL)
EMAIL_TIMEOUT = 20
# Where refused letters come back to: the mailbox of the address that the house writes from.
BOUNCE_MAILBOX_URL = env.str("BOUNCE_MAILBOX_URL", "")
if BOUNCE_MAILBOX_URL and not is_mailbox(BOUNCE_MAILBOX_URL):
    stop("BOUNCE_MAILBOX_URL is not right. It looks like imaps://name:password@server/INBOX.")

# Text messages leave through a gateway; {to} stands for the number. The secret signs what the gateway sends to us.
TEXT_URL = env.str("TEXT_URL", "")
if TEXT_URL and "{to}" not in TEXT_URL:
    stop("TEXT_URL is not right. It names the gateway and has {to} for the number: twilio://account:token@from/{to}.")
TEXT_INBOUND_SECRET = env.str("TEXT_INBOUND_SECRET", "")
if TEXT_INBOUND_SECRET and len(TEXT_INBOUND_SECRET) < 16:
    stop("TEXT_INBOUND_SECRET is too short to tell the gateway from anybody else. Use 16 or more random letters.")
if TEXT_URL and not TEXT_INBOUND_SECRET:
    stop("TEXT_INBOUND_SECRET is missing. Each text says that STOP ends it, so a STOP has to reach us.")
TEXTS_READY = bool(TEXT_URL)

# -- The application ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "members",
    "activities",
    "attendance",
    "clubhouse",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "clubhouse.log.LogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "clubhouse.front.FrontMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page of arrivals shrinks to a tenth, for tablets on bad wifi. Django pads each answer against guessing by its
    # length, and masks the token of forms anew in every answer.
    "django.middleware.gzip.GZipMiddleware",
    "clubhouse.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clubhouse.middleware.UpdatingMiddleware",  # from here on the database is asked
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "members.middleware.HouseMiddleware",
    "members.security_log.SecurityLogMiddleware",
    "members.middleware.TabletMiddleware",
    "members.middleware.SessionLimitsMiddleware",
    "members.middleware.SecondFactorMiddleware",
    "members.middleware.NoStoreMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "clubhouse.urls"
WSGI_APPLICATION = "clubhouse.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "members.context.house",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = "clubhouse.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Sessions and rate limits live in the database, so that nothing fails when Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Made-up usernames must not push the counts of real ones out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Not in a cookie, which is Django's first choice: these sentences name people, and a shared browser would hold them.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Doors (docs/security.md) ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.permissions.RoleBackend", "members.sign_in.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "members.passwords.NotEasilyGuessed"},
]
PASSWORD_RESET_TIMEOUT = 600  # seconds that the link of a letter opens
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # never tell whether an address belongs to somebody here
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Tries are counted in members/sign_in.py, so that a guesser slows down and the real person is let through.
ACCOUNT_RATE_LIMITS = {"login": None}
ACCOUNT_LOGIN_BY_CODE_ENABLED = MAIL_READY
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds; bulk export, erasure and role changes ask to sign in again
ACCOUNT_USER_DISPLAY = "members.models.display_name"
ALLAUTH_TRUSTED_PROXY_COUNT = 0 if ON_LOOPBACK else 1
MFA_ADAPTER = "members.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ON_LOOPBACK
USERSESSIONS_TRACK_ACTIVITY = False

# Idle and absolute limits of a session (members/middleware.py, from the handbook's "Who gets in").
SESSION_LIMITS = {
    "colleague": {"idle": timedelta(minutes=15), "absolute": timedelta(hours=8)},
    "member": {"idle": timedelta(hours=2), "absolute": timedelta(days=14)},
}
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
# See members/cookies.py; on the loopback there is no HTTPS, which the prefix asks for.
COOKIE_PREFIX = "" if ON_LOOPBACK else "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not ON_LOOPBACK
CSRF_FAILURE_VIEW = "clubhouse.views.csrf_failure"
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if not ON_LOOPBACK:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(timedelta(days=730).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# -- What goes on by itself --------------------------------------------------------------------------------------------

CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
# Acknowledged when taken: every task is a sweep over rows that the beat asks for again, and a worker that acknowledges
# after Redis went and came back may die of it (kombu asks the closed connection for its name).
CELERY_TASK_ACKS_LATE = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
QUEUE_FOLDER = DATA_DIR / "queue"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
else:
    CELERY_BROKER_URL = "filesystem://localhost"  # kombu asks for a name and uses none
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_FOLDER / "messages"),
        "data_folder_out": str(QUEUE_FOLDER / "messages"),
        "control_folder": str(QUEUE_FOLDER / "control"),
    }

# Log lines carry ids and never names, and of an error no text (clubhouse/log.py). JSON, or plain for a terminal.
LOG_FORMAT = env.str("LOG_FORMAT", "")
if LOG_FORMAT not in {"", "json", "plain"}:
    stop("LOG_FORMAT is not right. Use json or plain, or leave it out.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "clubhouse.log.formatter"}},
    "filters": {"readable": {"()": "clubhouse.log.Readable"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["readable"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "loggers": {
        # They name numbers and addresses of people.
        **{
            name: {"handlers": ["nowhere"], "propagate": False}
            for name in ("apprise", "flufl.bounce", "imap_tools", "urllib3")
        },
        "django": {"handlers": [], "level": "INFO"},
        # In these lines already: Celery would write the tasks' own in its way.
        "celery.task": {"handlers": ["console"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
