"""A teacher turns the second step on, signs in with it, and turns it off again."""

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tests.cast import PASSWORD
from tests.e2e.looking import faults


def code_of(secret: str) -> str:
    """What the app on the phone shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_a_second_step_from_the_first_code_to_the_last(juku, visit, monkeypatch):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = visitor.go("/mfa/")
    page.get_by_role("link", name="認証アプリを登録する").click()
    page.wait_for_url("**/password/confirm/**")
    assert faults(page) == []
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.locator("img.qr").wait_for()
    assert faults(page) == []
    secret = page.locator("code.secret").inner_text()
    page.locator("input[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="2段階認証をオンにする").click()
    codes = page.locator(".codes code")
    codes.first.wait_for()
    assert faults(page) == []
    spare = codes.first.inner_text()
    page.goto(visitor.address + "/mfa/codes/new/")
    assert faults(page) == []

    again = visit()
    page = again.go("/login/")
    page.fill("input[name=login]", "tanaka")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/login/code/**")
    assert faults(page) == []
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.locator(".errorlist, [role=alert]").first.wait_for()
    assert faults(page) == []
    page.locator("input[name=code]").fill(spare)
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.get_by_role("heading", name="田中先生").wait_for()

    page = again.go("/mfa/app/off/")
    page.wait_for_url("**/password/confirm/**")
    assert faults(page) == []
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.get_by_role("heading", name="2段階認証をオフにしますか？").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="オフにする").click()
    page.get_by_role("link", name="認証アプリを登録する").wait_for()


def test_pages_that_say_no_are_accessible_too(juku, visit):
    visitor = visit()
    visitor.sign_in("haruna")

    assert faults(visitor.go("/nothing-here/")) == []
    assert faults(visitor.go("/teach/courses/")) == []
