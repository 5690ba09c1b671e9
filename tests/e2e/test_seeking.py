"""Jumping about in a film of a gigabyte that lies on this disk.

A place that is sought is asked for once. What comes after it is asked for piece by piece, while
it is played; now and then Chromium breaks a piece off and asks for the rest of it.
"""

import re

from elearning.storage.streaming import PLAYED_AT_ONCE
from tests.films import Player, asked_for_files, make_film, publish

SECONDS = 1000
NEARBY = PLAYED_AT_ONCE // 2
PLACES = (900, 50, 700, 120, 980, 300, 610, 20, 450, 820)


def test_a_place_that_is_sought_is_asked_for_once(juku, visit, tmp_path):
    film = make_film(tmp_path / "long.mp4", seconds=SECONDS, bit_rate=8_000_000)
    publish(juku.video, film, seconds=SECONDS)
    visitor = visit()
    visitor.sign_in("haruna")
    player = Player(visitor.go(f"/activities/{juku.video.pk}/"))
    player.play()
    player.play_until(0.5)
    answered = []
    player.page.on(
        "response", lambda answer: answered.append(answer.status) if ".mp4" in answer.url else None
    )
    with asked_for_files() as asked:
        for place in PLACES:
            player.seek(place)
            player.play_until(place + 0.5)

    beginnings = [int(re.match(r"bytes=(\d+)-", each)[1]) for each in asked]
    size = film.stat().st_size
    for place in PLACES:
        there = [each for each in beginnings if abs(each - size * place / SECONDS) < NEARBY]
        assert len(there) == len(set(there)) > 0, f"{place} was asked for twice: {beginnings}"
    assert size > 950_000_000
    assert set(answered) == {206}
