"""Glue has the table of deploy/logs/table.sql, which the site's own columns are held to."""

import re

from deploy.templates.resolving import ROOT
from tests.deploy.estate import Estate


def test_glue_has_the_columns_of_the_table():
    sql = (ROOT / "logs/table.sql").read_text()
    table = sql[sql.index("elearning.archive (") : sql.index(")\nPARTITIONED BY")]
    columns = re.findall(r"^    `(\w+)` (.+?),?$", table, flags=re.MULTILINE)
    ((_, properties),) = Estate("production").of("AWS::Glue::Table")

    inside = properties["TableInput"]["StorageDescriptor"]["Columns"]
    assert len(columns) > 20
    assert [(each["Name"], each["Type"]) for each in inside] == [
        (name, kind.replace("`", "")) for name, kind in columns
    ]
