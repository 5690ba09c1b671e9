from tests.drills.table import Row, lines, passed

HELD = Row("writes lost", "0", "0")
BROKEN = Row("reads failed", "3 of 9", "0", held=False)
TOLD = Row("slowest read", "0.8")


def test_all_held():
    assert passed([HELD, TOLD])
    assert lines("Drill", [HELD, TOLD]) == [
        "Drill         measured  promised",
        "writes lost          0  0",
        "slowest read       0.8",
        "PASSED: all 1 promises held",
    ]


def test_one_is_broken():
    table = lines("Drill", [HELD, BROKEN, TOLD])

    assert not passed([HELD, BROKEN, TOLD])
    assert table[-1] == "FAILED: reads failed 3 of 9"
    assert table[2].endswith("BROKEN")
    assert "BROKEN" not in table[1]
