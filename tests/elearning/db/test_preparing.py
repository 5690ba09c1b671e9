"""`manage.py prepare_database` where there is one database with one user: SQLite."""

from django.core.management import call_command


def test_the_database_is_migrated_and_has_the_table_of_the_cache(db, capsys):
    call_command("prepare_database", verbosity=1)

    said = capsys.readouterr().out
    assert "No migrations to apply." in said
