"""The entry points: each starts, does its work, and ends when it is told to."""

import re
import threading

import pytest

from tests.image.containers import NEXT, SITE, WORKER, Container, once

pytestmark = pytest.mark.usefixtures("prepared")

STYLE = re.compile(r'href="(/static/elearning/[^"]+\.css)"')


def style_of(page):
    return STYLE.search(page.decode()).group(1)


@pytest.fixture(scope="module")
def prepared(pair, databases):
    """What two containers said that migrated at once."""
    said = []
    both = [
        threading.Thread(target=lambda: said.append(once(SITE, "migrate", **databases)))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    pair.in_step()
    return said


def test_two_that_migrate_at_once_both_succeed_and_one_does_the_work(prepared, pair):
    said = sorted(prepared, key=len)

    assert len(said) == 2
    assert "No migrations to apply." in said[0]
    assert "Applying accounts.0001_initial... OK" in said[1]
    assert pair.writer.value("SELECT COUNT(*) FROM juku.cache") == 0


def test_the_site_answers_probes_and_shows_the_sign_in_page_compressed_and_kept(databases):
    with Container(SITE, **databases) as web:
        web.wait_until_ready()
        assert web.get("/livez")[0].status == 200
        response, page = web.get("/login/")
        assert response.status == 200
        assert "ログイン" in page.decode()

        style = style_of(page)
        for encoding in ("br", "gzip"):
            response, _ = web.get(style, **{"Accept-Encoding": encoding})
            assert response.status == 200
            assert response.headers["Content-Encoding"] == encoding
            assert "immutable" in response.headers["Cache-Control"]
            assert "max-age=315360000" in response.headers["Cache-Control"]


def test_the_first_process_is_gunicorn_which_drains_and_ends(databases):
    with Container(SITE, **databases) as web:
        web.wait_until_ready()
        assert web.first_process()[1] == "/venv/bin/gunicorn"

        web.tell_to_end()
        web.wait_for(lambda: web.get("/readyz")[0].status == 503)
        assert web.get("/login/")[0].status == 200
        assert web.status() == 0


def test_the_health_check_knows_what_the_container_does(databases):
    check = ("/app/entrypoint", "healthcheck")
    with Container(SITE, **databases) as web:
        web.wait_until_ready()
        assert web.run(*check) == 0
    # Such a word is on gunicorn's command line; here nobody answers.
    with Container(SITE, "sh", "-c", "sleep 600", "config.wsgi") as hung:
        assert hung.run(*check) == 1
    with Container(WORKER, **databases) as worker:
        assert worker.run(*check) == 0


@pytest.mark.parametrize(
    ("image", "words", "program"),
    [
        (WORKER, [], "work"),
        (WORKER, ["worker", "--queue-name", "media"], "work"),
        (SITE, ["worker", "--exclude-queues", "media"], "work"),
        (SITE, ["scheduler"], "scheduler"),
    ],
)
def test_whoever_works_in_the_background_ends_when_told_to(databases, image, words, program):
    with Container(image, *words, **databases) as container:
        container.wait_for(lambda: '"event"' in container.log())
        first = container.first_process()
        assert first[1:3] == ["manage.py", program]
        assert first[3:] == words[1:]

        container.tell_to_end()
        assert container.status() == 0


def test_any_command_of_the_site_and_any_program_can_be_run(databases):
    assert "connections" in once(SITE, "manage", "connections", "--help", **databases)
    assert once(SITE, "python", "-c", "print(6 * 7)") == "42\n"


def test_a_broken_setting_ends_the_start_with_a_sentence_and_not_with_zero():
    with pytest.raises(RuntimeError, match=r"ended with [1-9][\s\S]*ALLOWED_HOSTS"):
        once(SITE, "web", ALLOWED_HOSTS="")


def test_pages_and_tasks_of_two_releases_serve_each_other(databases):
    with Container(SITE, **databases) as old, Container(NEXT, **databases) as new:
        old.wait_until_ready()
        new.wait_until_ready()
        olds, news = (style_of(task.get("/login/")[1]) for task in (old, new))
        assert olds != news

        response, body = new.get(olds)
        assert (response.status, b"the next release" in body) == (200, False)

        response, body = old.get(news)
        assert (response.status, b"the next release" in body) == (200, False)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Type"].startswith("text/css")

        response, body = new.get(news)
        assert (response.status, b"the next release" in body) == (200, True)
