"""The site as browsers see it through a load balancer that ends TLS."""

import http.client
from http.cookies import SimpleCookie

import pytest

from tests.servers.site import HOST
from tests.serving.asking import ask


@pytest.fixture
def doors(serve, behind):
    """The ports of a door that browsers come to by https, and of one by http."""
    web = serve(HTTPS="1", TRUSTED_PROXIES="1")
    return behind(web, scheme="https").port, behind(web, scheme="http").port


def answer(port, path, method="GET", headers=None):
    line = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        line.request(method, path, headers=headers or {})
        response = line.getresponse()
        response.read()
        return response
    finally:
        line.close()


def test_plain_http_is_led_to_https_and_probes_are_not(doors):
    _, plain = doors
    led = answer(plain, "/login/")
    assert led.status == 301
    assert led.headers["Location"] == f"https://{HOST}:{plain}/login/"
    assert ask(plain, "/readyz").status == 200
    assert ask(plain, "/livez").status == 200


def test_a_page_by_https_says_so_for_a_year_and_its_cookies_are_for_this_host_alone(doors):
    secure, _ = doors
    page = answer(secure, "/login/")
    assert page.status == 200
    said = page.headers["Strict-Transport-Security"]
    assert said == "max-age=31536000; includeSubDomains; preload"
    cookies = SimpleCookie()
    for header in page.headers.get_all("Set-Cookie"):
        cookies.load(header)
    assert "__Host-csrftoken" in cookies
    for cookie in cookies.values():
        assert cookie.key.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_what_a_client_says_of_its_scheme_or_host_does_not_count(doors):
    secure, plain = doors
    assert answer(plain, "/login/", headers={"X-Forwarded-Proto": "https"}).status == 301
    assert answer(secure, "/login/", headers={"Host": "evil.example"}).status == 400
    forged = {"X-Forwarded-Host": "evil.example"}
    assert (
        answer(plain, "/login/", headers=forged).headers["Location"].startswith(f"https://{HOST}")
    )


def test_no_client_says_where_the_site_begins(serve, behind):
    web = serve()
    for port in (web.port, behind(web).port):
        assert answer(port, "/livez", headers={"SCRIPT_NAME": "/x"}).status == 200
        assert answer(port, "/x/livez", headers={"SCRIPT_NAME": "/x"}).status == 404


def test_an_id_of_the_load_balancer_is_carried_into_the_log_and_ours_into_the_answer(serve, behind):
    web = serve("traced", LOG_LEVEL="INFO", LOG_FORMAT="json")
    trace = "Root=1-67891233-abcdef012345678912345678"
    page = answer(behind(web).port, "/login/", headers={"X-Amzn-Trace-Id": trace})
    number = page.headers["X-Request-ID"]
    (line,) = [line for line in web.log.read_text().splitlines() if number in line]
    assert trace in line
    assert '"answer_request"' in line
