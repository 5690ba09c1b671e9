"""The databases as the environment names them."""

import re
import ssl
from importlib.util import find_spec
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BACKENDS = {
    "django.db.backends.mysql": "elearning.db.backends.mysql",
    "django.db.backends.postgresql": "elearning.db.backends.postgresql",
    "django.db.backends.sqlite3": "elearning.db.backends.sqlite3",
}
CONN_MAX_AGE = 600
CONNECT_SECONDS = 3
READER_CONNECT_SECONDS = 1
READER_SECONDS = 5
LONGEST_SECONDS = 24 * 60 * 60
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
LOCK_SECONDS = 5
"""Shorter than a statement may take: who gives up first must be the server, or what we have
given up is done all the same when the lock goes."""


def databases(
    *,
    url: str,
    reader_url: str = "",
    seconds: int = 10,
    ca: str = "",
    iam_region: str | None = None,
) -> dict[str, dict[str, Any]]:
    """DATABASES for Django: `default`, and `reader` if there is one.

    `seconds` is how long one statement on the writer may keep us waiting. `ca`: the file of the
    authority that the server's certificate must be signed by. `iam_region`: sign in by IAM, as
    in this region; "" is a mistake.
    """
    found = {"default": _database("DATABASE_URL", url)}
    if reader_url:
        found["reader"] = _database("DATABASE_READER_URL", reader_url)
        # For Django's test runner: there is nothing to create, the writer's tables get there.
        found["reader"]["TEST"] = {"MIRROR": "default"}
        if found["reader"]["ENGINE"] != found["default"]["ENGINE"]:
            raise ImproperlyConfigured(
                "DATABASE_URL and DATABASE_READER_URL must be of the same kind of database."
            )
    if (ca or iam_region is not None) and not found["default"]["ENGINE"].endswith("mysql"):
        raise ImproperlyConfigured("DATABASE_TLS_CA and DATABASE_IAM_AUTH are for mysql:// only.")
    if iam_region is not None:
        _check_iam(iam_region, ca)
    if ca:
        _check_authority(ca)
    if seconds > LONGEST_SECONDS:
        raise ImproperlyConfigured(f"DATABASE_TIMEOUT must be at most {LONGEST_SECONDS} (a day).")
    for alias, database in found.items():
        waits = {"connect": CONNECT_SECONDS, "statement": seconds}
        if alias == "reader":
            waits = {"connect": READER_CONNECT_SECONDS, "statement": READER_SECONDS}
        options = database["OPTIONS"] = _options(database["ENGINE"], waits)
        if ca:
            options |= {"ssl_mode": "VERIFY_IDENTITY", "ssl": {"ca": ca}}
        if iam_region:
            options["iam_auth"] = iam_region
    return found


def _check_iam(region: str, ca: str) -> None:
    if not ca:
        raise ImproperlyConfigured(
            "DATABASE_IAM_AUTH needs DATABASE_TLS_CA: a token must not travel in the clear."
        )
    if not REGION.fullmatch(region):
        raise ImproperlyConfigured(
            f"DATABASE_IAM_AUTH needs AWS_REGION, such as ap-northeast-1; it is {region!r}."
        )
    if find_spec("boto3") is None:
        raise ImproperlyConfigured("DATABASE_IAM_AUTH needs the package boto3.")


def _check_authority(ca: str) -> None:
    """Here, or the first connect would fail as if the server had gone."""
    try:
        ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ImproperlyConfigured(f"DATABASE_TLS_CA cannot be used: {error}.") from error


def _database(name: str, url: str) -> dict[str, Any]:
    try:
        database: dict[str, Any] = dict(
            dj_database_url.parse(url, conn_max_age=CONN_MAX_AGE, conn_health_checks=True)
        )
        database["ENGINE"] = BACKENDS[database["ENGINE"]]
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError) as error:
        raise ImproperlyConfigured(f"{name} is not a database address.") from error
    except KeyError as error:
        raise ImproperlyConfigured(
            f"{name} must begin with mysql://, postgres:// or sqlite://."
        ) from error
    if not database["ENGINE"].endswith("sqlite3") and not (database["HOST"] and database["NAME"]):
        raise ImproperlyConfigured(f"{name} must name a host and a database: mysql://…@host/name.")
    return database


def _options(engine: str, waits: dict[str, int]) -> dict[str, Any]:
    if engine.endswith("mysql"):
        return {
            "charset": "utf8mb4",
            "isolation_level": "read committed",
            "init_command": _init_command(waits["statement"] - 1),
            "connect_timeout": waits["connect"],
            "read_timeout": waits["statement"],
            "write_timeout": waits["statement"],
        }
    if engine.endswith("postgresql"):
        return {
            "connect_timeout": max(2, waits["connect"]),  # what libpq takes for less
            "tcp_user_timeout": waits["statement"] * 1000,
            "options": f"-c statement_timeout={(waits['statement'] - 1) * 1000}"
            f" -c lock_timeout={LOCK_SECONDS * 1000}",
        }
    return {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }


def _init_command(seconds: int) -> str:
    """What a session of MySQL or MariaDB begins with.

    A statement that takes too long is ended by the server, which says so, before we stop
    listening: a slow statement must not look like a lost server. MariaDB and MySQL have each
    its own word for it, which the other takes for a comment; MySQL's is for SELECT only.
    """
    return (
        "SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00',"
        f" innodb_lock_wait_timeout = {LOCK_SECONDS}"
        f" /*M!100100 , max_statement_time = {seconds} */"
        f" /*!80000 , max_execution_time = {seconds * 1000} */"
    )
