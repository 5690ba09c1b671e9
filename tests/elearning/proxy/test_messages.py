"""A message that waits for the next page is in a cookie of this host alone."""

from django.contrib.messages import INFO
from django.contrib.messages.storage import default_storage
from django.http import HttpResponse
from django.test import RequestFactory


def test_a_message_waits_in_a_cookie_of_this_host(settings):
    settings.HOST_COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_SECURE = True
    request, response = RequestFactory().get("/"), HttpResponse()
    request.session = {}
    storage = default_storage(request)
    storage.add(INFO, "保存しました。")
    storage.update(response)
    (cookie,) = response.cookies.values()
    assert cookie.key == "__Host-messages"
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")

    request.COOKIES[cookie.key] = cookie.value
    assert [str(message) for message in default_storage(request)] == ["保存しました。"]
