"""The databases as the environment names them."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.databases import databases

MYSQL = "mysql://juku:secret@db.internal:3306/juku"
READER = "mysql://juku:secret@reader.internal:3306/juku"
POSTGRES = "postgres://juku:secret@db.internal/juku"
AUTHORITY = str(Path(__file__).parents[1] / "files" / "authority.pem")
CA = {"ca": AUTHORITY}


def test_one_address_is_one_database():
    found = databases(url=MYSQL)

    assert list(found) == ["default"]
    assert found["default"]["ENGINE"] == "elearning.db.backends.mysql"
    assert found["default"]["HOST"] == "db.internal"


def test_the_readers_address_is_a_second_one():
    found = databases(url=MYSQL, reader_url=READER)

    assert found["reader"]["HOST"] == "reader.internal"
    assert found["reader"]["TEST"] == {"MIRROR": "default"}


def test_every_connect_sets_what_the_site_relies_on():
    options = databases(url=MYSQL)["default"]["OPTIONS"]

    assert options["charset"] == "utf8mb4"
    assert options["isolation_level"] == "read committed"
    assert "TRADITIONAL" in options["init_command"]
    assert "time_zone = '+00:00'" in options["init_command"]
    assert "innodb_lock_wait_timeout = 5" in options["init_command"]


def test_the_server_ends_a_slow_statement_before_we_stop_listening():
    found = databases(url=MYSQL, reader_url=READER)

    for alias, seconds in (("default", 9), ("reader", 4)):
        command = found[alias]["OPTIONS"]["init_command"]
        assert f"max_statement_time = {seconds} " in command
        assert f"max_execution_time = {seconds}000 " in command
        assert seconds < found[alias]["OPTIONS"]["read_timeout"]


def waits(database: dict) -> tuple[int, int, int]:
    options = database["OPTIONS"]
    return options["connect_timeout"], options["read_timeout"], options["write_timeout"]


def test_nobody_waits_for_ever_and_for_the_reader_even_less():
    found = databases(url=MYSQL, reader_url=READER)

    assert waits(found["default"]) == (3, 10, 10)
    assert waits(found["reader"]) == (1, 5, 5)


def test_a_long_migration_may_wait_longer_on_the_writer():
    found = databases(url=MYSQL, reader_url=READER, seconds=3600)

    assert waits(found["default"]) == (3, 3600, 3600)
    assert waits(found["reader"]) == (1, 5, 5)


def test_connections_are_kept_and_looked_at():
    for database in databases(url=MYSQL, reader_url=READER).values():
        assert database["CONN_MAX_AGE"] == 600
        assert database["CONN_HEALTH_CHECKS"] is True


def test_on_postgresql_too_nobody_waits_for_ever():
    options = databases(url=POSTGRES)["default"]["OPTIONS"]

    assert options["connect_timeout"] == 3
    assert options["tcp_user_timeout"] == 10_000
    assert "statement_timeout=9000" in options["options"]
    assert "lock_timeout=5000" in options["options"]


def test_tls_checks_who_answers():
    for database in databases(url=MYSQL, reader_url=READER, **CA).values():
        assert database["OPTIONS"]["ssl"] == {"ca": AUTHORITY}
        assert database["OPTIONS"]["ssl_mode"] == "VERIFY_IDENTITY"


def test_iam_wants_its_package(monkeypatch):
    monkeypatch.setattr("config.databases.find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="needs the package boto3"):
        databases(url=MYSQL, iam_region="ap-northeast-1", **CA)


def test_iam_is_an_option_of_both(monkeypatch):
    monkeypatch.setattr("config.databases.find_spec", lambda name: name)
    for database in databases(
        url=MYSQL, reader_url=READER, iam_region="ap-northeast-1", **CA
    ).values():
        assert database["OPTIONS"]["iam_auth"] == "ap-northeast-1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "db.internal"}, "DATABASE_URL is not a database address"),
        ({"url": "redis://db"}, "DATABASE_URL is not a database address"),
        ({"url": "oracle://u:p@db/x"}, "must begin with mysql://, postgres:// or sqlite://"),
        ({"url": MYSQL, "reader_url": "reader"}, "DATABASE_READER_URL is not a database address"),
        ({"url": MYSQL, "reader_url": POSTGRES}, "of the same kind"),
        ({"url": MYSQL, "iam_region": "", **CA}, "needs AWS_REGION"),
        ({"url": MYSQL, "iam_region": "Tokyo", **CA}, "such as ap-northeast-1; it is 'Tokyo'"),
        ({"url": MYSQL, "ca": "/no/such/file"}, "DATABASE_TLS_CA cannot be used: .*No such file"),
        ({"url": MYSQL, "ca": __file__}, "DATABASE_TLS_CA cannot be used"),
        ({"url": MYSQL, "seconds": 10**9}, "DATABASE_TIMEOUT must be at most 86400"),
        ({"url": "mysql://"}, "DATABASE_URL must name a host and a database"),
        ({"url": "mysql://juku:secret@db.internal"}, "must name a host and a database"),
        ({"url": MYSQL, "iam_region": "ap-northeast-1"}, "DATABASE_TLS_CA: a token must not"),
        ({"url": POSTGRES, "iam_region": "ap-northeast-1", **CA}, "for mysql:// only"),
        ({"url": "sqlite:////tmp/x.sqlite3", **CA}, "for mysql:// only"),
    ],
)
def test_what_makes_no_sense_stops_the_start_with_a_sentence(given, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        databases(**given)
