"""What every connection is like: strict, in UTC, encrypted where asked, and not for ever."""

import subprocess
import time

import pytest
from django.db import OperationalError, connections

from config.databases import databases
from elearning.db.backends.mysql.base import DatabaseWrapper
from elearning.db.backends.watched import JITTER
from tests.servers.mariadb import DATABASE, PASSWORD, USER


def value(connection, sql: str):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[-1]


@pytest.mark.parametrize("alias", ["default", "reader"])
def test_it_is_strict_in_utc_and_reads_what_is_committed(alias):
    connection = connections[alias]

    assert "STRICT_ALL_TABLES" in value(connection, "SELECT @@sql_mode")
    assert value(connection, "SELECT @@time_zone") == "+00:00"
    assert value(connection, "SELECT @@tx_isolation") == "READ-COMMITTED"
    assert value(connection, "SELECT @@character_set_client") == "utf8mb4"
    assert value(connection, "SELECT @@tx_read_only") == (1 if alias == "reader" else 0)


def test_connections_do_not_all_end_at_the_same_moment():
    connection = connections["default"]
    ends = set()
    for _ in range(5):
        connection.close()
        connection.ensure_connection()
        left = connection.close_at - time.monotonic()
        assert 600 * (1 - JITTER) - 1 <= left <= 600
        ends.add(round(left, 3))

    assert len(ends) == 5


@pytest.fixture
def encrypted(pair):
    """`encrypted(**more)` gives a new connection to the writer as DATABASE_TLS_CA makes it."""
    made = []

    def connect(**more) -> DatabaseWrapper:
        # By the name that its certificate bears.
        url = f"mysql://{USER}:{PASSWORD}@127.0.0.1:{pair.writer_address.port}/{DATABASE}"
        settings = databases(url=url, **{"ca": str(pair.ca), **more})["default"]
        settings |= {"TIME_ZONE": None, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False}
        settings["NAME"] = connections["default"].settings_dict["NAME"]
        connection = DatabaseWrapper(settings, "default")
        made.append(connection)
        return connection

    yield connect
    for connection in made:
        connection.close()


def test_with_an_authority_it_is_encrypted(encrypted):
    assert value(encrypted(), "SHOW STATUS LIKE 'Ssl_cipher'")
    assert not value(connections["default"], "SHOW STATUS LIKE 'Ssl_cipher'")


def test_a_server_that_another_authority_vouches_for_is_refused(encrypted, tmp_path):
    other = tmp_path / "other.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", tmp_path / "key.pem", "-out", other, "-subj", "/CN=other"),
        ],
        check=True,
        capture_output=True,
    )

    with pytest.raises(OperationalError, match=r"2026|[Cc]ertificate|SSL|TLS"):
        encrypted(ca=str(other)).ensure_connection()


def test_with_iam_each_connect_has_a_fresh_token_for_its_password(pair, encrypted, monkeypatch):
    """Tokens live for a quarter of an hour: the first one's would not do for the second."""
    asked = []

    def token(**what) -> str:
        asked.append(what)
        password = f"token-{len(asked)}"
        pair.writer.query(f"SET PASSWORD FOR {USER}@'%' = PASSWORD('{password}')")
        return password

    monkeypatch.setattr("elearning.db.backends.mysql.base.fresh_token", token)
    connection = encrypted(iam_region="ap-northeast-1")
    try:
        for _ in range(2):
            connection.close()
            assert value(connection, "SELECT CURRENT_USER()") == f"{USER}@%"
    finally:
        pair.writer.query(f"SET PASSWORD FOR {USER}@'%' = PASSWORD('{PASSWORD}')")

    assert asked == 2 * [
        {
            "host": "127.0.0.1",
            "port": pair.writer_address.port,
            "user": USER,
            "region": "ap-northeast-1",
        }
    ]
