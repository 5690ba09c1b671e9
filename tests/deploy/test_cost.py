"""The cost estimate: its arithmetic by hand, its prices, and what it shows of each environment."""

import json
import subprocess
import sys

import pytest
import yaml

from deploy.cost.bill import add_up, bill_of
from deploy.cost.comparing import exam_month, fixed_at_peak
from deploy.cost.counting import PRICED, uses
from deploy.cost.fleet import Fleet, fleet_of
from deploy.cost.free import FREE
from deploy.cost.reading import Variant, environment, load_of, prices
from deploy.cost.tables import table, width
from deploy.cost.usage import Scene, Use
from deploy.cost.week import MONTH_HOURS, WEEK, Hours, always, average, held, times
from deploy.templates.resolving import ENVIRONMENTS, ROOT, load

TEMPLATES = sorted([*ROOT.glob("stacks/*.yaml"), *ROOT.glob("tasks/*.yaml")])


# --- Time -----------------------------------------------------------------------------------


def test_times_of_a_cron_expression():
    monday_1530 = 15 * 60 + 30

    assert times("cron(30 15 ? * MON-FRI *)", 5) == [monday_1530 + 1440 * day for day in range(5)]
    assert times("cron(30 8 ? 1-2 SAT,SUN *)", 2) == [5 * 1440 + 510, 6 * 1440 + 510]
    assert times("cron(30 8 ? 1-2 SAT,SUN *)", 3) == []
    assert times("cron(20 5 * * ? *)", 5) == [320 + 1440 * day for day in range(7)]
    with pytest.raises(ValueError, match="not understood"):
        times("cron(0/5 * ? * * *)", 5)


def test_a_value_holds_until_the_next_change_and_over_the_end_of_the_week():
    values = held([(60, (1, 2)), (120, (3, 4))], (9, 9))

    assert values[59] == (3, 4)
    assert values[60] == (1, 2)
    assert values[119] == (1, 2)
    assert values[-1] == (3, 4)
    assert held([], (9, 9)) == [(9, 9)] * WEEK


def test_hours_sum_to_the_month():
    assert always(1).month == pytest.approx(MONTH_HOURS) == pytest.approx(30.4 * 24)
    assert average([1] * WEEK) == always(1)


# --- By hand --------------------------------------------------------------------------------


def test_a_small_bill_by_hand():
    """Two tasks of 0.25 vCPU from 17:00 to 22:00 on weekdays, 1,200 GB by CloudFront, 3 alarms."""
    evening = Hours(tuple(2.0 if 17 <= hour < 22 else 0.0 for hour in range(24)), (0.0,) * 24)
    fleet = Fleet({"web": [0] * WEEK}, [0.0] * WEEK, [])

    bill = add_up(
        [
            Use("fargate_arm_vcpu", evening * 0.25, "web"),
            Use("cloudfront_gb", 1000, "material"),
            Use("cloudfront_gb", 200, "pages"),
            Use("alarm", 3, "alarms"),
        ],
        prices(),
        fleet,
    )

    tasks = 22 * 5 * 2 * 0.25 * 0.04045
    assert {line.item: pytest.approx(line.usd) for line in bill.lines} == {
        "fargate_arm_vcpu": tasks,
        "cloudfront_gb": 200 * 0.114,
        "alarm": 0.30,
    }
    assert bill.usd == pytest.approx(2.22475 + 22.80 + 0.30)
    assert bill.free == pytest.approx(1000 * 0.114)
    assert bill.saves == pytest.approx(0.30)
    assert list(bill.by_service) == ["fargate", "cloudfront", "cloudwatch"]
    at_18, at_3 = bill.by_hour.weekday[18], bill.by_hour.weekday[3]
    assert at_18 - at_3 == pytest.approx(0.5 * 0.04045)
    assert at_3 == pytest.approx(23.10 / MONTH_HOURS)


def test_an_item_without_a_price_is_refused():
    with pytest.raises(KeyError, match="gold"):
        add_up([Use("gold", 1, "")], prices(), Fleet({}, [], []))


def test_the_minimal_fleet_by_hand():
    """A table of one's own: open on weekdays from 14:00 to 23:30, closed on weekends."""
    never_in_may = "cron(0 0 ? 1-2 SUN *)"
    about = environment(
        "production-minimal",
        Variant(
            scaling={
                "Hours": {
                    "Day": "cron(0 14 ? * MON-FRI *)",
                    "Evening": "cron(30 16 ? * MON-FRI *)",
                    "Weekend": never_in_may,
                    "Night": "cron(30 23 ? * * *)",
                },
                "Web": {"Night": 0, "Day": 1, "Evening": 2, "Weekend": 0, "Max": 3, "NightMax": 0},
                "Worker": {"Night": 0, "Day": 1, "Evening": 1, "Weekend": 0, "NightMax": 0},
            }
        ),
    )
    fleet = fleet_of(about)

    web, worker = fleet.hours("web"), fleet.hours("worker")
    assert web.weekday == (*[0.0] * 14, 1, 1, 1.5, 2, 2, 2, 2, 2, 2, 1)
    assert web.month == pytest.approx(22 * (2.5 + 7 * 2))
    assert worker.month == pytest.approx(22 * 9.5)
    acu = fleet.acu_hours().weekday
    assert acu[3] == 0, "nobody is connected: it pauses"
    assert acu[14] == 0.5, "awake it has half an ACU at least"
    awake_after = load_of(about.name)["nightly_minutes"] + 5
    assert acu[5] == pytest.approx(awake_after / 60 * 0.5)
    assert acu[0] == 0, "five minutes after 23:30 it pauses"


def test_load_adds_tasks_above_the_floor_up_to_the_ceiling():
    busy = environment("production", Variant(scaling={"Load": {"Requests": 150}}))
    full = environment("production", Variant(scaling={"Load": {"Requests": 10}}))

    # 600 students make 1,800 requests a minute.
    assert max(fleet_of(busy).tasks["web"]) == 12
    assert max(fleet_of(full).tasks["web"]) == busy.table["Web"]["Max"]


def test_readers_are_as_large_as_the_writer():
    one, two = (
        fleet_of(environment("production", Variant(parameters={"DatabaseReaders": readers})))
        for readers in ("1", "2")
    )

    assert two.acu[0] == pytest.approx(one.acu[0] * 1.5)


# --- Prices ---------------------------------------------------------------------------------


def test_every_price_is_paid_by_some_environment_or_says_why_not():
    paid = {line.item for name in ENVIRONMENTS for line in bill_of(name).lines}

    for name, price in prices().items.items():
        assert (name in paid) != bool(price.unused), name


def test_every_price_says_where_it_is_from():
    for name, price in prices().items.items():
        assert price.origin in {"issue", "knowledge"}, name
        assert price.checked == ("2026" if price.origin == "issue" else "not yet") or (
            price.checked.startswith("20") and len(price.checked) == 10
        ), name
        assert price.source.startswith("https://aws.amazon.com/"), name
        assert price.service in prices().services, name
        assert price.usd > 0, name


@pytest.mark.parametrize(
    ("item", "usd"),
    [
        ("fargate_arm_vcpu", 0.04045),
        ("fargate_arm_gb", 0.00442),
        ("fargate_x86_vcpu", 0.05056),
        ("fargate_x86_gb", 0.00553),
        ("alb_hour", 0.0243),
        ("alb_lcu", 0.008),
        ("nat_hour", 0.062),
        ("nat_gb", 0.062),
        ("ipv4_hour", 0.005),
        ("aurora_acu", 0.20),
        ("aurora_storage", 0.12),
        ("aurora_io", 0.24),
        ("s3_gb", 0.025),
        ("egress_gb", 0.114),
        ("cloudfront_gb", 0.114),
        ("logs_gb", 0.76),
        ("alarm", 0.10),
        ("waf_acl", 5.00),
        ("waf_rule", 1.00),
        ("waf_requests", 0.60),
        ("secret", 0.40),
        ("kms_key", 1.00),
    ],
)
def test_prices_that_were_given(item, usd):
    price = prices().items[item]

    if price.checked == "2026":
        assert (price.usd, price.origin) == (usd, "issue")


def test_every_type_of_resource_has_a_price_or_a_reason():
    types = {
        resource["Type"] for path in TEMPLATES for resource in load(path)["Resources"].values()
    }

    assert types <= PRICED.keys() | FREE.keys()
    assert not PRICED.keys() & FREE.keys()
    assert PRICED.keys() | FREE.keys() <= types, "nothing is listed that no template has"
    assert all(FREE.values())


def test_a_type_that_nobody_thought_of_is_refused(monkeypatch):
    monkeypatch.delitem(FREE, "AWS::SNS::Topic")
    about = environment("development")

    with pytest.raises(KeyError, match="AWS::SNS::Topic"):
        uses(Scene(about, fleet_of(about)))


# --- The environments -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_services_and_hours_sum_to_the_total(name):
    bill = bill_of(name)

    assert sum(bill.by_service.values()) == pytest.approx(bill.usd)
    assert bill.by_hour.month == pytest.approx(bill.usd)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_fixed_fleet_costs_no_less_than_the_schedule(name):
    bill, fixed = bill_of(name), fixed_at_peak(name)

    assert fixed.usd >= bill.usd
    for service in bill.by_service:
        assert fixed.by_service[service] >= bill.by_service[service] - 1e-9
    assert exam_month(name).usd >= bill.usd


def test_production_saves_by_its_schedule():
    assert fixed_at_peak("production").usd > 1.2 * bill_of("production").usd


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_budget_that_warns_is_above_the_estimate(name):
    """Also in the exam season; and not so far above that it would warn of nothing."""
    budget = float(environment(name).parameters["MonthlyBudgetUsd"])

    assert exam_month(name).usd < budget < 2.5 * bill_of(name).usd


def test_the_minimal_environment_is_near_what_was_asked():
    about = load_of("production-minimal")

    assert about["students"] == 200
    assert about.aim_usd == 50
    assert bill_of("production-minimal").usd < 1.6 * about.aim_usd
    assert len(about.given_up) >= 8


def test_loads_are_those_that_were_asked_for_and_say_why():
    assert load_of("production")["students"] == 2000
    names = set(load_of("production").values)
    for name in ENVIRONMENTS:
        written = yaml.safe_load((ROOT / "environments" / name / "load.yaml").read_text())
        assert written["values"].keys() == names
        assert all(each["why"] for each in written["values"].values())
        for day in ("weekday", "weekend"):
            assert len(written[day]) == 24
            assert all(0 <= share <= 1 for share in written[day])


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_variant_changes_the_bill(name):
    now = bill_of(name).usd

    for variant in load_of(name).variants:
        assert bill_of(name, variant).usd != pytest.approx(now, abs=0.05), variant.en


def test_a_variant_must_name_what_there_is():
    with pytest.raises(KeyError, match="Typo"):
        environment("production", Variant(parameters={"Typo": "yes"}))
    with pytest.raises(KeyError, match="Typo"):
        environment("production", Variant(scaling={"Web": {"Typo": 1}}))
    with pytest.raises(KeyError, match="Typo"):
        environment("production", Variant(load={"Typo": 1}))


def test_a_task_that_does_not_fit_on_an_instance_is_refused():
    too_small = {"TaskCapacity": "ec2", "WorkerCapacity": "ec2", "InstanceType": "c7g.large"}

    with pytest.raises(ValueError, match="media does not fit"):
        bill_of("production", Variant(parameters=too_small))


# --- What is printed ------------------------------------------------------------------------


def test_columns_stand_below_each_other_in_japanese_too():
    lines = table([["合計", "1.00"], ["ALB", "10.00"]]).splitlines()

    assert lines == ["  合計   1.00", "  ALB   10.00"]
    assert {width(line) for line in lines} == {13}


def test_what_is_printed():
    def printed(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "deploy.cost", *arguments],
            cwd=ROOT.parent,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    text = printed("--environment", "production-minimal", "--lines")
    assert f"production-minimal: {bill_of('production-minimal').usd:,.2f} USD" in text
    assert "手放したもの / What is given up" in text
    assert "production:" not in text
    assert "* 記憶による価格" in text

    (data,) = json.loads(printed("--json", "--environment", "production"))
    assert data["usd"] == round(bill_of("production").usd, 2)
    assert len(data["hours"]["weekday"]) == 24
    assert data["fixed_at_peak_usd"] > data["usd"]
