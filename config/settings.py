"""The one settings file; what differs between places comes from the environment."""

import re
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import capacity, env
from config.databases import databases
from config.logs import logging_settings
from config.nightly import NIGHTLY
from config.storages import material

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key(debug=DEBUG)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") or (["localhost", "127.0.0.1"] if DEBUG else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the site's host names, comma-separated.")
if "*" in ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is *; name the hosts, or anyone's host name gets into reset mails."
    )
HTTPS = env.flag("HTTPS", default=not DEBUG)

# --- Applications, top layer first (docs/architecture.md) -------------------------------

INSTALLED_APPS = [
    "config",
    "courses.learning",
    "courses.reports",
    "courses.materials",
    "courses.enrolment",
    "courses.catalog",
    "accounts",
    "elearning.health",
    "elearning.uploads",
    "elearning.storage",
    "elearning.metrics",
    "elearning.tasks",
    "elearning.scheduling",
    "elearning.db.idempotency",
    "elearning.db",
    "elearning.logs",
    "elearning",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks_db",
    "lucide",
    "csp",
    "template_partials",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "elearning.static_files.StaticFilesConfig",
]

MIDDLEWARE = [
    "elearning.health.middleware.ProbeMiddleware",
    "elearning.logs.middleware.RequestLogMiddleware",
    "elearning.metrics.middleware.MetricsMiddleware",
    "elearning.proxy.middleware.RequestLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "elearning.static_middleware.StaticFilesMiddleware",
    # Before whatever reads the database, after what serves static files without it.
    "elearning.db.middleware.DatabaseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "elearning.db.authentication.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.UserLanguageMiddleware",
    "accounts.middleware.InitialPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lucide.templatetags.lucide",
                "elearning.templatetags.elearning",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "elearning.context_processors.site",
            ],
        },
    }
]

# --- Database ---------------------------------------------------------------------------

DATABASES = databases(
    url=env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'elearning.sqlite3'}"),
    reader_url=env.text("DATABASE_READER_URL"),
    seconds=env.number("DATABASE_TIMEOUT", 10, least=7),
    ca=env.text("DATABASE_TLS_CA"),
    iam_region=env.text("AWS_REGION") if env.flag("DATABASE_IAM_AUTH", default=False) else None,
)
if DATABASES["default"]["ENGINE"] == "elearning.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASE_ROUTERS = ["elearning.db.router.Router"] if "reader" in DATABASES else []
# Counters and the queue: what they say must be true now.
DATABASE_WRITER_APPS = {"django_cache", "django_tasks_database"}
# So must these pages.
DATABASE_WRITER_PATHS = (
    "/admin/",
    "/login/",
    "/logout/",
    "/mfa/",
    "/password/",
    "/profile/",
    "/uploads/",
)
REFUSE_STALE_SAVES = DEBUG
SERVER_TIMING = env.flag("SERVER_TIMING", default=False)
# What the release that is running knows; `manage.py check_migrations` goes by it.
RELEASED_MIGRATIONS = BASE_DIR / "config" / "released_migrations.json"
# At most some thousand rows in the largest juku: a migration may copy them.
SMALL_TABLES = {
    "accounts_campus",
    "accounts_classgroup",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "catalog_course",
    "django_content_type",
    "elearning_db_heartbeat",
}
SESSION_ENGINE = "elearning.db.sessions"
# What `manage.py connections` counts with.
WEB_PROCESSES = capacity.web_processes()
WEB_THREADS = capacity.web_threads()

# Rate limits of sign-in must be counted across processes; the database is what all share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # At Django's 300, whoever fails under 300 names makes us forget whose he is guessing.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Background work ----------------------------------------------------------------------

TASKS = {
    "default": {
        "BACKEND": "elearning.tasks.backend.Backend",
        # "media" is for what takes minutes and hours (elearning/tasks/queue.py).
        "QUEUES": ["default", "media"],
    }
}
# How long a worker that is told to stop may go on with the job in hand.
WORKER_GRACE_SECONDS = env.number(
    "WORKER_GRACE_SECONDS", 90, most=110, because="ECS kills 120 s after the word to stop"
)
# Between two signs of life; elearning/tasks/reaper.py says how many may be missed.
WORKER_BEAT_SECONDS = 10
SCHEDULE = NIGHTLY
# When everybody is learning. A night that was missed is not made up for then.
SCHEDULE_BUSY = ("15:00", "23:30")

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "elearning.maths_font.MathsFontFinder",
]
WHITENOISE_USE_FINDERS = DEBUG
_material = material(VAR_DIR / "files")
STORAGES = {
    **_material.places,
    "default": _material.default,
    "uploads": _material.uploads,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "elearning.static_storage.HashedStaticStorage",
    },
}
# Where the browser fetches material from and sends it to, if that is not this site.
MATERIAL_ORIGINS = _material.origins
REQUIRE_SCAN_TAG = _material.require_scan_tag
UPLOAD_PARTS_DIR = VAR_DIR / "uploads"
_part_mib = env.number(
    "UPLOAD_PART_MIB", 16, least=5, most=512, because="browsers hold a part in memory"
)
UPLOAD_PART_BYTES = _part_mib * 1024 * 1024
# Of the largest parts this is just below the 5 TiB that S3 keeps in one file.
_most_mib = 10_000 * _part_mib
_why = f"S3 takes 10,000 parts, and UPLOAD_PART_MIB is {_part_mib}"
_video_mib = env.number("UPLOAD_MAX_VIDEO_MIB", 5120, least=1, most=_most_mib, because=_why)
_document_mib = env.number("UPLOAD_MAX_DOCUMENT_MIB", 200, least=1, most=_most_mib, because=_why)
UPLOAD_MAX_BYTES = {"video": _video_mib * 1024 * 1024, "document": _document_mib * 1024 * 1024}
UPLOAD_KEEP_HOURS = env.number("UPLOAD_KEEP_HOURS", 24, least=1)
# How much one person, and one course, may keep; 0 is as much as there is room for.
UPLOAD_QUOTA_BYTES = env.number("UPLOAD_QUOTA_GIB", 0) * 1024**3
COURSE_QUOTA_BYTES = env.number("COURSE_QUOTA_GIB", 0) * 1024**3

# --- Accounts -----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SignInBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.EveningArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
ACCOUNT_ADAPTER = "accounts.adapter.JukuAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Many sit at a shared PC: the session ends with the browser unless they ask for more.
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordChangeForm",
    "reset_password": "accounts.forms.PasswordResetForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Addresses live on the user alone: a table of former addresses would let those reset passwords.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
# A whole classroom signs in at once from behind one address, so the address alone
# is no sign of an attack; the name being guessed is, and failures are (accounts/limits.py).
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "8/5m/key",
    "change_password": "20/m/user",
    "reset_password": "60/m/ip,5/10m/key",
    "reset_password_from_key": "120/m/ip",
}
SIGN_IN_FAILURES_PER_MINUTE = 300
MFA_ADAPTER = "accounts.adapter.JukuMFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.MFAReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- Language and time --------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# --- Learning -----------------------------------------------------------------------------

SCHOOL_NAME = env.text("SCHOOL_NAME", "青葉進学会")
MFA_TOTP_ISSUER = SCHOOL_NAME
WEEKLY_GOAL_MINUTES = env.number("WEEKLY_GOAL_MINUTES", 360, least=1)

# --- Security -----------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *MATERIAL_ORIGINS],
        "font-src": [SELF],
        "media-src": [SELF, *MATERIAL_ORIGINS],
        "frame-src": [SELF, *MATERIAL_ORIGINS],
        "object-src": [NONE],
        "connect-src": [SELF, *MATERIAL_ORIGINS],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "elearning.views.csrf_failure"
# How many proxies of ours append to X-Forwarded-For: behind HTTPS there is one, the ALB.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if HTTPS else 0)
# Nobody but this very host can set a cookie of such a name, not even a neighbour in the domain.
HOST_COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{HOST_COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{HOST_COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "elearning.proxy.messages.HostFallbackStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

# What a request may send, in bytes, by how its address begins.
REQUEST_MOST_BYTES = {"/": 4 * 1024 * 1024, "/uploads/": UPLOAD_PART_BYTES}

# --- Mail ---------------------------------------------------------------------------------

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST")
    # Not the console outside DEBUG: links that reset passwords would stay in the logs.
    else f"django.core.mail.backends.{'console' if DEBUG else 'dummy'}.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "noreply@localhost")

# --- Health -------------------------------------------------------------------------------

HEALTH_TOKEN = env.text("HEALTH_TOKEN")
if HEALTH_TOKEN and (len(HEALTH_TOKEN) < 16 or not HEALTH_TOKEN.isascii()):
    raise ImproperlyConfigured("HEALTH_TOKEN must have 16 characters or more, all of them ASCII.")

# --- Metrics ------------------------------------------------------------------------------

METRICS = env.choice("METRICS", "off" if DEBUG else "routes", ("off", "service", "routes"))
METRICS_NAMESPACE = env.text("METRICS_NAMESPACE", "elearning")
if not re.fullmatch(r"[A-Za-z0-9._/#:-]{1,255}", METRICS_NAMESPACE):
    raise ImproperlyConfigured(
        f"METRICS_NAMESPACE is {METRICS_NAMESPACE!r}; CloudWatch takes letters, digits and ._/#:- "
        "in it, 255 at most."
    )

# --- Logs ---------------------------------------------------------------------------------

LOGGING = logging_settings()
