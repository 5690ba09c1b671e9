"""A film that lies in a bucket: watched by signed links that end, and by few requests to us."""

import pytest

from courses.materials.views import delivering
from tests.films import Player, asked_for_files, make_film, publish

LONG = 1000
"""Seconds of a film of 8 Mbit/s: a gigabyte."""
PLACES = (900, 50, 700, 120, 980, 300, 610, 20, 450, 820)
LINK_SECONDS = 3


@pytest.fixture
def at_the_film(juku, visit):
    """`at_the_film()` is Haruna where she watches."""

    def begin() -> Player:
        visitor = visit()
        visitor.sign_in("haruna")
        player = Player(visitor.go(f"/activities/{juku.video.pk}/"))
        player.ready()
        return player

    return begin


@pytest.fixture
def short_links(juku, tmp_path, monkeypatch):
    """A film that is not fetched in one go, by links that end soon."""
    film = make_film(tmp_path / "film.mp4", seconds=300, bit_rate=4_000_000)
    publish(juku.video, film, seconds=300)
    monkeypatch.setattr(delivering, "link_seconds", lambda *_: LINK_SECONDS)


def wait_for_its_end(player: Player) -> None:
    """Until the link that the page was opened with is none any more."""
    player.wait(f"performance.now() > {(LINK_SECONDS + 1) * 1000}")


def test_a_seek_in_a_gigabyte_asks_the_store_and_not_the_application(
    juku, bucket, at_the_film, tmp_path
):
    film = make_film(tmp_path / "long.mp4", seconds=LONG, bit_rate=8_000_000)
    assert film.stat().st_size > 950_000_000
    publish(juku.video, film, seconds=LONG)
    with asked_for_files() as asked:
        player = at_the_film()
        player.play()
        stored = []
        player.page.on("response", lambda answer: stored.append(answer))
        assert len(asked) == 1
        for place in PLACES:
            player.seek(place)
            assert len(asked) == 1
    answers = [answer for answer in stored if bucket in answer.url]
    assert len(answers) >= len(PLACES)
    assert {answer.status for answer in answers} == {206}


def test_a_link_that_ended_over_dinner_is_fetched_anew_at_the_second(at_the_film, short_links):
    with asked_for_files() as asked:
        player = at_the_film()
        wait_for_its_end(player)
        player.seek(250)
        assert len(asked) == 2
    assert player.second == pytest.approx(250, abs=0.1)
    assert player.ask("video.paused")
    assert not player.page.get_by_role("alert").is_visible()


def test_a_film_whose_link_ends_while_it_plays_plays_on(at_the_film, short_links):
    player = at_the_film()
    player.set_speed("2")
    player.play()
    wait_for_its_end(player)
    player.seek(200)
    player.play_until(203)
    assert not player.ask("video.paused")
    assert player.ask("video.playbackRate") == 2
    assert not player.page.get_by_role("alert").is_visible()
