"""The store is away while a student learns: the page says so instead of showing a broken file."""

import pytest
from playwright.sync_api import expect

from tests.shelf import FILES, put

SAID = "ファイルを読み込めませんでした。少し待ってから、もう一度お試しください。"


@pytest.fixture(params=["image/gif", "audio/mpeg"])
def document(request, juku):
    """A picture or a sound; what is in it does not matter here."""
    upload = put(juku.document, FILES / "circuit.webp", juku.tanaka)
    upload.content_type = request.param
    upload.save(update_fields=["content_type"])
    return f"/activities/{juku.document.pk}/"


def test_a_picture_or_sound_that_does_not_come_is_not_done(document, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    visitor.page.route("**/files/**", lambda route: route.fulfill(status=503))
    page = visitor.go(document)

    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page.locator("[data-shown]")).to_be_hidden()
    expect(page.get_by_role("button", name="完了にする")).to_be_hidden()


def test_it_is_told_also_when_the_script_comes_after_the_error(document, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    waiting = []
    visitor.page.route("**/files/**", lambda route: route.fulfill(status=503))
    visitor.page.route("**/showing*.js", lambda route: waiting.append(route))
    visitor.page.goto(visitor.address + document, wait_until="commit")
    page = visitor.page
    page.wait_for_function(
        """() => {
            const shown = document.querySelector("[data-shown]");
            const image = shown?.querySelector("img");
            return image ? image.complete && !image.naturalWidth : shown?.error;
        }"""
    )
    waiting[0].continue_()

    expect(page.get_by_text(SAID)).to_be_visible()


def test_a_picture_comes_when_asked_for_again(juku, visit):
    upload = put(juku.document, FILES / "circuit.webp", juku.tanaka)
    upload.content_type = "image/gif"
    upload.save(update_fields=["content_type"])
    visitor = visit()
    visitor.sign_in("haruna")
    visitor.page.route("**/files/**", lambda route: route.fulfill(status=503))
    page = visitor.go(f"/activities/{juku.document.pk}/")
    expect(page.get_by_text(SAID)).to_be_visible()

    page.unroute("**/files/**")
    page.get_by_role("button", name="再読み込み").click()

    expect(page.locator("[data-shown] img")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_hidden()
    expect(page.get_by_role("button", name="完了にする")).to_be_visible()
