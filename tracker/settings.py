"""Every setting, each from the environment with a default that runs. docs/operate.md lists the
variables.
"""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ

from tracker.classify.bands import SHOWN, UNSURE
from tracker.redact import scrub

SHORTEST_SECRET = 32  # characters


def made_folder(path: Path) -> Path:
    """Return a folder, made if there is none; the program ends with a sentence if it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"{path} cannot be used as a folder ({error.strerror}). Set VAR_DIR to another.")
    return path


def embedded_secret(path: Path) -> str:
    """Return the embedded form's own secret key, kept in `path`; made there (mode 0600) if there is
    none, so that two first starts agree on one. The program ends with a sentence if it cannot be
    read or made.
    """
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes().strip()
    except OSError as error:
        sys.exit(f"{path} cannot be read or made ({error.strerror}). Set VAR_DIR or SECRET_KEY.")
    # Cut off by a full disk, or damaged. Links in mails and sessions are signed with it.
    if len(secret) < SHORTEST_SECRET or not secret.isascii():
        sys.exit(
            f"{path} holds no secret key. Put back your copy of it, or delete it: then a new one is"
            " made, links in mails sent before stop working, and everybody is signed out."
        )
    return secret.decode("ascii")


def _make_secret(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.write(secrets.token_urlsafe(50).encode("ascii"))
            file.flush()
            # On disk before it has its name: a crash would leave an empty key.
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:  # by another first start
        pass
    finally:
        draft.unlink(missing_ok=True)


BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- the two forms: embedded (no service) unless SITE_URL is https
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
PRODUCTION = SITE_URL.startswith("https://")
# A checkout stores its data next to the code; an installed package where the XDG specification
# says.
IS_CHECKOUT = (BASE_DIR / "manage.py").exists()
USER_DATA = Path(env.str("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
DEFAULT_VAR_DIR = BASE_DIR / "var" if IS_CHECKOUT else USER_DATA / "platform-policy-tracker"
VAR_DIR = made_folder(Path(env.str("VAR_DIR", str(DEFAULT_VAR_DIR))))

# The site's name; if empty, the name that an owner chose at the set-up.
SITE_NAME = env.str("SITE_NAME", "").strip()

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or embedded_secret(VAR_DIR / "secret_key")
SECRET_KEY_IS_EMBEDDED = not env.str("SECRET_KEY", "")
# The site's own name is always allowed, since health checks use it.
ALLOWED_HOSTS = [
    *env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]),
    urlsplit(SITE_URL).hostname or "127.0.0.1",
]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "corsheaders",
    "tracker",
    "tracker.feeds",
    "tracker.events",
    "tracker.alerts",
    "tracker.people",
    "tracker.operations",
    "tracker.web",
]
MIDDLEWARE = [
    "tracker.web.middleware.unavailable.Unavailable",
    "tracker.web.middleware.intake.Intake",
    "tracker.web.middleware.proxies.ProxyWatch",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tracker.web.middleware.language.Language",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.web.middleware.moments.PresentOnly",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.web.editor.rights",
            ],
            "builtins": ["tracker.site.name"],
        },
    }
]

# --- database
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'tracker.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": env.int("LOCK_SECONDS", 20),  # under gunicorn 2: see web/gunicorn.py
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Runaway statements are ended; a lost database is noticed within seconds.
    seconds = env.int("STATEMENT_SECONDS", 30)
    DATABASES["default"]["OPTIONS"] = {
        "options": f"-c statement_timeout={seconds * 1000}",
        "connect_timeout": 4,
    } | DATABASES["default"].get("OPTIONS", {})
# For rolling back a release: older code may use the newer database, since migrations only add.
DATABASE_MAY_BE_NEWER = env.bool("DATABASE_MAY_BE_NEWER", False)
# In memory, per process.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {  # see web/page_cache.py
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 15,  # source coverage and names may be this old; events never are
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker: Celery's hands; nothing is kept in it
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = env.str("BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker indefinitely
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A queue for each kind of work, so that a burst of one does not starve another; a worker takes all
# of them, or those of `--queues`.
CELERY_TASK_DEFAULT_QUEUE = "process"
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {name: {} for name in ("poll", "process", "mail")}
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {
    "tracker.tasks.poll_due_feeds": {"queue": "poll"},
    **{
        f"tracker.tasks.{name}": {"queue": "mail"}
        for name in ("send_due", "call_hooks", "look_after_readers", "tell_owners", "heartbeat")
    },
}
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # uses no file, which a full disk would break
CELERY_TIMEZONE = "UTC"

# --- feeds
# Networks that feeds may lie in although they are not public, as in "127.0.0.0/8,10.1.0.0/16".
ALLOWED_NETWORKS = env.list("ALLOWED_NETWORKS", default=[])
# A proxy that carries every fetch, as in "http://10.0.0.1:3128"; it may be private itself.
PROXY = env.str("PROXY", "")
# Contact address, which publishers see in the User-Agent.
CONTACT = env.str("CONTACT", SITE_URL)
DATA_LICENCE = env.str("DATA_LICENCE", "")  # under which the record may be used; in every export

# --- the whole record as files, made each night and served under /data; of several machines the
# worker's and the web's must see the same folder
DATA_DIR = Path(env.str("DATA_DIR", str(VAR_DIR / "data")))
DATA_KEPT = env.int("DATA_KEPT", 60)  # dated copies

# --- the API: requests from one address, and how many proxies stand before the site (their
# X-Forwarded-For is believed as far as that)
API_RATE = env.str("API_RATE", "120/min")
NINJA_NUM_PROXIES = env.int("PROXIES", 0)

# --- pages of other sites may read what is public (CORS), and never write: no token is let through
CORS_URLS_REGEX = r"^/(api/v1/|data/|events\.|reports\.csv|chart\.csv)"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS")
CORS_ALLOW_HEADERS = ("accept", "accept-language", "if-none-match", "if-modified-since")
CORS_EXPOSE_HEADERS = (
    *("ETag", "Last-Modified", "Link", "Content-Disposition"),
    *("Retry-After", "RateLimit", "RateLimit-Policy"),
)

# --- how sure: the probability of an act from which an event is shown, and from which it is unsure
# and goes to review; what is less likely is no event
CLASSIFY_SHOWN = env.float("CLASSIFY_SHOWN", SHOWN)
CLASSIFY_UNSURE = env.float("CLASSIFY_UNSURE", UNSURE)

# A folder with labelled entries of real feeds (manage.py score --stream), by which the page of
# learning tells figures at the natural rate; without it those of the newest entries alone.
STREAM_DIR = env.str("STREAM_DIR", "")

# --- a second opinion by a language model, off while OPINION_URL is empty
OPINION_URL = env.str("OPINION_URL", "")  # as in "http://127.0.0.1:11434/v1"
OPINION_MODEL = env.str("OPINION_MODEL", "")
OPINION_KEY = env.str("OPINION_KEY", "none")
OPINION_CALLS = env.int("OPINION_CALLS", 200)  # a day
OPINION_BUDGET = env.float("OPINION_BUDGET", 5.0)  # a month
OPINION_PRICES = env.list("OPINION_PRICES", cast=float, default=[0.0, 0.0])  # in, out

# --- what other services know of articles in events. The owner's own servers: they may be internal.
# Titles in the reader's language; off while TRANSLATE_URL is empty, as in "http://127.0.0.1:5000"
TRANSLATE_URL = env.str("TRANSLATE_URL", "")
TRANSLATE_KIND = env.str("TRANSLATE_KIND", "libretranslate")  # or "openai"
TRANSLATE_KEY = env.str("TRANSLATE_KEY", "")
TRANSLATE_MODEL = env.str("TRANSLATE_MODEL", "")
# Where the copy of a page is found; no link, if empty. {timestamp} as in 20261128093000.
ARCHIVE_URL = env.str("ARCHIVE_URL", "https://web.archive.org/web/{timestamp}/{url}")
# The archive that is asked to save pages of events, as in "https://web.archive.org/save/{url}"
ARCHIVE_SAVE_URL = env.str("ARCHIVE_SAVE_URL", "")

# --- mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_IS_EMBEDDED = (
    EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"
)
vars().update(EMAIL_CONFIG)
EMAIL_BACKEND = {
    "django.core.mail.backends.console.EmailBackend": "tracker.alerts.delivery.smtp.FileBackend",
    "django.core.mail.backends.smtp.EmailBackend": "tracker.alerts.delivery.smtp.SmtpBackend",
}.get(EMAIL_CONFIG["EMAIL_BACKEND"], EMAIL_CONFIG["EMAIL_BACKEND"])
# A provider's API instead of a server, as in "mailgun"; its keys are variables that begin with
# ANYMAIL_, as in ANYMAIL_MAILGUN_API_KEY. See django-anymail's documentation.
MAIL_PROVIDER = env.str("MAIL_PROVIDER", "")
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in env.ENVIRON.items()
    if name.startswith("ANYMAIL_")
}
if MAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
    EMAIL_IS_EMBEDDED = False
    INSTALLED_APPS += ["anymail"]
EMAIL_TIMEOUT = 20
MAIL_DIR = VAR_DIR / "mail"
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", "")
MAIL_RATE = env.float("MAIL_RATE", 5.0)  # mails a second, of all workers together; 0: no limit
BOUNCES_DIR = env.str("BOUNCES_DIR", "")  # a maildir or folder into which bounces are delivered
# Without a name of its own the address gets the site's, which owners choose (site/name.py).
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "tracker@localhost")

# Who is told about feeds that are gone, fail for days or fall silent; nobody if empty.
OWNERS = env.list("OWNERS", default=[])

# Entries a day that are read from a feed beyond its usual rhythm; 0 for no limit.
FEED_BUDGET = env.int("FEED_BUDGET", 500)

# --- watching
HEARTBEAT_URL = env.str("HEARTBEAT_URL", "")  # called each minute while all is well
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # allows its bearer to read /metrics; nobody if empty
SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    import sentry_sdk

    # Variables and bodies contain addresses with passwords; everything else is cleaned.
    sentry_sdk.init(
        SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrub,
        before_send_transaction=scrub,
    )

# --- keeping: days, 0 forever
KEEP_POLLS = env.int("KEEP_POLLS", 60)
KEEP_ENTRIES = env.int("KEEP_ENTRIES", 0)  # entries that are no reports of an event
KEEP_FLOOD = env.int("KEEP_FLOOD", 30)  # entries of a flooding feed
KEEP_DELIVERIES = env.int("KEEP_DELIVERIES", 400)
KEEP_USAGE = env.int("KEEP_USAGE", 400)  # counts of the requests of each token and day
KEEP_AUDIT = env.int("KEEP_AUDIT", 400)  # lines of the audit log

# --- people: editors have an account, readers need none
TWO_FACTOR = env.bool("TWO_FACTOR", False)  # editors must have a second factor
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "tracker.web.signing_in.Handler"  # counts and waits; axes stores nothing
AXES_LOCKOUT_CALLABLE = "tracker.web.signing_in.must_wait"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "tracker.web.senders.address_of"
OTP_TOTP_ISSUER = SITE_NAME or "Platform Policy Tracker"
# Sign-in through an OpenID provider, for invited people; off while OIDC_ISSUER is empty. Needs the
# extra "oidc".
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")  # as in "https://login.example.org/realms/ngo"
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
OIDC_NAME = env.str("OIDC_NAME", "OpenID")  # on the button: "Sign in with …"
PASSWORD_RESET_TIMEOUT = 2 * 3600  # seconds that a mailed link works
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "timeline"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

# --- time, language, files
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
]
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]
STATIC_URL = "static/"
STATIC_ROOT = made_folder(VAR_DIR / "static")  # whitenoise warns where there is none
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = DEBUG

# --- security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION

# No form of the site is long or takes a file; larger requests are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# --- log: one line a record on the console; time in UTC
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "tracker.operations.logs.OneLine"},
        "json": {"()": "tracker.operations.logs.JsonLine"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", "line"),
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
