"""A film in several qualities: chosen by the line or the student, changed without losing a second.

The renditions here are the same small film as the original; what counts is which one is fetched.
"""

import pytest

from courses.materials.models import Derivative, DerivativeKind, DerivativeState, VideoView
from courses.materials.ranges import merge
from elearning.storage.current import material_storage
from tests.e2e.looking import faults
from tests.films import NETWORK, Player, add_rendition, make_film, publish
from tests.shelf import FILES

ENGLISH = FILES / "english.mp4"
SECONDS = 39.3
MBIT = 1_000_000


@pytest.fixture
def film(juku):
    """A film of 1080 lines and 8 Mbit/s, as its rows say, with both renditions."""
    upload = publish(juku.video, ENGLISH, seconds=SECONDS, height=1080, width=1920)
    upload.size = int(8 * MBIT / 8 * SECONDS)
    upload.save(update_fields=["size"])
    add_rendition(upload, DerivativeKind.VIDEO_480, ENGLISH, height=480, bit_rate=MBIT)
    add_rendition(upload, DerivativeKind.VIDEO_720, ENGLISH, height=720, bit_rate=2 * MBIT)
    return f"/activities/{juku.video.pk}/"


@pytest.fixture
def watch(juku, film, visit):
    """`watch(throughput=…, quality=…)` opens the film where this browser remembers those."""

    def begin(**remembered) -> Player:
        visitor = visit()
        visitor.sign_in("haruna")
        player = Player(visitor.page)
        for key, value in remembered.items():
            player.remember(key, value)
        visitor.go(film)
        player.ready()
        return player

    return begin


# --- Which one plays ------------------------------------------------------------------------


def test_the_line_as_it_was_measured_decides(juku, film, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    player = Player(visitor.page)
    seen = []
    for throughput in (1 * MBIT, 3 * MBIT - 1, 3 * MBIT, 12 * MBIT):
        # On another page, where nothing is being measured.
        visitor.go("/profile/")
        player.remember("throughput", throughput)
        visitor.go(film)
        player.ready()
        seen.append((player.plays, player.shown))
    assert seen == [
        ("video-480", "自動（480p）"),
        ("video-480", "自動（480p）"),
        ("video-720", "自動（720p）"),
        ("original", "自動（1080p）"),
    ]


def test_whoever_watches_faster_needs_more_of_the_line(watch):
    player = watch(throughput=4 * MBIT, speed="1.5")
    assert player.plays == "video-480"


@pytest.mark.parametrize(("downlink", "plays"), [(1.6, "video-480"), (None, "video-720")])
def test_at_the_first_visit_the_browser_guesses(juku, film, visit, downlink, plays):
    visitor = visit()
    guess = "undefined" if downlink is None else f"{{downlink: {downlink}}}"
    visitor.context.add_init_script(
        f"Object.defineProperty(navigator, 'connection', {{value: {guess}}})"
    )
    visitor.sign_in("haruna")
    player = Player(visitor.go(film))
    player.ready()
    assert player.plays == plays


def test_nothing_of_the_other_qualities_is_fetched(juku, film, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    player = Player(visitor.page)
    player.remember("quality", "480p")
    fetched = []
    visitor.page.on("request", lambda request: fetched.append(request.url))
    visitor.go(film)
    player.ready()
    films = {url.split("/files/")[1].split("/")[1] for url in fetched if ".mp4" in url}
    assert films == {"video-480"}


def test_a_students_own_choice_is_kept_whatever_the_line(watch):
    player = watch(throughput=1 * MBIT)
    player.choose_quality("original")
    assert player.plays == "original"
    player.page.reload()
    player.ready()
    assert (player.plays, player.shown) == ("original", "元の画質 (1080p)")


def test_a_choice_that_this_film_has_not_leads_to_the_next_lighter_one(juku, film, watch):
    juku.video.video.upload.derivatives.filter(kind=DerivativeKind.VIDEO_720).delete()
    assert watch(throughput=100 * MBIT, quality="720p").plays == "video-480"


def test_without_renditions_there_is_no_choice_and_the_original_plays(juku, film, watch):
    juku.video.video.upload.derivatives.all().delete()
    player = watch(quality="480p")
    assert player.plays == "original"
    assert player.page.get_by_label("画質").count() == 0


# --- Changing it ----------------------------------------------------------------------------


def test_changing_quality_while_it_plays_loses_no_second_and_nothing_that_was_watched(
    juku, film, watch
):
    player = watch(throughput=1 * MBIT)
    player.set_speed("1.5")
    player.play()
    player.play_until(4)
    before = player.second
    player.choose_quality("720p")
    after = player.second
    assert (player.plays, player.ask("video.playbackRate")) == ("video-720", 1.5)
    assert not player.ask("video.paused")
    assert before <= after < before + 3
    player.play_until(before + 3)
    assert player.pause().status == 200

    [(start, end)] = VideoView.objects.get(student=juku.haruna).ranges
    assert start < 0.5
    assert end == pytest.approx(player.second, abs=0.5)


def test_changing_quality_while_it_is_paused_leaves_it_paused_at_its_second(watch):
    player = watch(throughput=1 * MBIT)
    player.seek(21.4)
    player.choose_quality("original")
    assert player.second == pytest.approx(21.4, abs=0.05)
    assert player.ask("video.paused")
    assert player.ask("document.querySelector('[data-play]').ariaLabel") == "再生"


def test_sound_and_full_screen_stay(watch):
    player = watch(throughput=1 * MBIT)
    player.page.get_by_label("音量").fill("35")
    player.play()
    player.page.get_by_role("button", name="全画面で見る").click()
    player.wait("document.fullscreenElement?.contains(video)")
    player.choose_quality("720p")
    assert player.ask("document.fullscreenElement?.contains(video)")
    assert player.ask("video.volume") == pytest.approx(0.35)


def test_two_changes_at_once_end_at_the_second(watch):
    player = watch(throughput=1 * MBIT)
    player.seek(15)
    player.page.get_by_label("画質").select_option("720p")
    player.choose_quality("original")
    assert player.plays == "original"
    assert player.second == pytest.approx(15, abs=0.05)


def test_the_last_picture_stays_until_the_next_file_shows_one(watch):
    player = watch(throughput=1 * MBIT)
    player.seek(12)
    player.page.evaluate(
        """() => {
            const cover = document.querySelector('[data-cover]');
            window.covered = [];
            new MutationObserver(() => window.covered.push([cover.hidden, cover.width]))
                .observe(cover, {attributeFilter: ['hidden']});
        }"""
    )
    player.choose_quality("720p")
    player.wait("document.querySelector('[data-cover]').hidden")
    (shown, width), (hidden, _) = player.ask("window.covered")
    assert (shown, hidden) == (False, True)
    assert width > 0


def test_a_quality_that_cannot_be_loaded_leads_back_to_the_one_before(watch):
    player = watch(throughput=3 * MBIT)
    player.seek(9)
    player.page.route("**/video-480/**", lambda route: route.fulfill(status=500))
    player.page.get_by_label("画質").select_option("480p")
    player.page.get_by_text("480p を読み込めなかったため").wait_for()
    player.ready()
    assert player.plays == "video-720"
    assert player.second == pytest.approx(9, abs=0.05)
    assert not player.page.get_by_role("alert").is_visible()


def test_the_choice_is_open_to_everybody(watch):
    player = watch(throughput=100 * MBIT)
    assert faults(player.page) == []
    player.page.get_by_label("画質").focus()
    player.page.keyboard.press("ArrowDown")
    player.wait("video.currentSrc.includes('video-480')")
    assert player.second < 1, "the arrows belong to the choice, not to the volume or the film"
    assert player.ask("video.volume") == 1


# --- When it does not come ------------------------------------------------------------------


def run_dry(player: Player) -> None:
    """What a browser says when it plays and has nothing more to play."""
    player.ask("video.dispatchEvent(new Event('playing'))")
    player.ask("video.dispatchEvent(new Event('waiting'))")
    player.ask("video.dispatchEvent(new Event('playing'))")


def test_a_film_that_stops_twice_goes_on_lighter_at_its_second_and_stays_so(watch):
    player = watch(throughput=100 * MBIT)
    player.seek(10)
    run_dry(player)
    assert player.plays == "original"
    run_dry(player)
    player.wait("video.currentSrc.includes('video-720')")
    player.ready()
    assert player.second == pytest.approx(10, abs=0.1)
    assert player.shown == "自動（720p）"


def test_a_film_that_waits_for_long_goes_on_lighter(watch):
    player = watch(throughput=100 * MBIT)
    player.ask("setInterval(() => video.dispatchEvent(new Event('progress')), 500)")
    player.ask("video.dispatchEvent(new Event('waiting'))")
    player.wait("video.currentSrc.includes('video-720')")


def test_a_film_that_waits_without_anything_coming_is_fetched_anew_first(watch):
    player = watch(throughput=100 * MBIT)
    player.ask("video.addEventListener('loadstart', () => (window.began = video.currentSrc))")
    player.ask("video.dispatchEvent(new Event('waiting'))")
    player.wait("window.began")
    player.ready()
    assert player.plays == "original"


def test_a_choice_of_ones_own_stays_though_the_film_stops(watch):
    player = watch(quality="original")
    player.seek(10)
    run_dry(player)
    run_dry(player)
    assert (player.plays, player.shown) == ("original", "元の画質 (1080p)")


def test_moving_in_the_film_is_no_stop(watch):
    player = watch(throughput=100 * MBIT)
    for second in (10, 20, 30):
        player.ask(
            f"video.currentTime = {second}, video.dispatchEvent(new Event('waiting')),"
            "video.dispatchEvent(new Event('playing'))"
        )
    player.ready()
    assert player.plays == "original"


def test_a_file_that_breaks_off_is_fetched_anew_at_its_second(watch):
    player = watch(throughput=1 * MBIT)
    player.seek(17)
    player.ask("video.addEventListener('loadstart', () => (window.began = video.currentSrc))")
    player.fail(NETWORK)
    player.wait("window.began?.includes('video-480')")
    player.ready()
    assert player.second == pytest.approx(17, abs=0.1)
    assert not player.page.get_by_role("alert").is_visible()


def test_what_breaks_off_again_is_told_and_the_button_goes_on_from_there(watch):
    player = watch(throughput=1 * MBIT)
    player.seek(17)
    player.page.route("**/video-480/**", lambda route: route.abort())
    player.fail(NETWORK)
    player.page.get_by_text("通信が途切れたため").wait_for()
    assert player.second == pytest.approx(17, abs=0.1)

    player.page.unroute("**/video-480/**")
    player.page.get_by_role("button", name="再読み込み").click()
    player.wait("!video.paused && video.readyState >= 3")
    assert player.second == pytest.approx(17, abs=2)
    assert not player.page.get_by_role("alert").is_visible()


def test_an_original_that_this_browser_cannot_play_gives_way_to_a_rendition(juku, film, watch):
    upload = juku.video.video.upload
    with material_storage().local_path(upload.key) as path:
        path.write_bytes(b"no film at all" * 1000)
    player = watch(throughput=100 * MBIT)
    assert player.plays == "video-720"


# --- The whole of it ------------------------------------------------------------------------


def test_a_student_watches_faster_changes_quality_leaves_and_resumes(juku, film, watch):
    player = watch(throughput=1 * MBIT)
    claimed = []

    def listen(request):
        if request.url.endswith("/beat/"):
            claimed.extend(request.post_data_json["ranges"])

    player.page.on("request", listen)
    player.set_speed("1.5")
    player.play()
    player.play_until(5)
    player.choose_quality("720p")
    player.play_until(10)
    player.choose_quality("original")
    player.play_until(15)
    player.pause()
    left_at = player.second
    [(start, end)] = merge((start, end) for start, end in claimed)
    assert (start, end) == pytest.approx((0, left_at), abs=0.5)

    player.page.goto("about:blank")
    player.page.go_back()
    player.page.get_by_text("から再開しました").wait_for()
    player.ready()
    assert player.second == pytest.approx(left_at, abs=0.5)
    assert (player.plays, player.ask("video.playbackRate")) == ("original", 1.5)
    player.play()
    player.play_until(left_at + 3)
    assert player.pause().status == 200
    [(start, end)] = VideoView.objects.get(student=juku.haruna).ranges
    assert (start, end) == pytest.approx((0, player.second), abs=0.5)


def test_the_poster_stands_for_the_film_until_it_is_played(juku, film, watch):
    upload = juku.video.video.upload
    key = f"derived/{upload.pk}/poster.webp"
    material_storage().put(FILES / "linear-graph.webp", key, content_type="image/webp")
    Derivative.objects.create(
        upload=upload,
        kind=DerivativeKind.POSTER,
        state=DerivativeState.READY,
        key=key,
        content_type="image/webp",
    )
    player = watch(throughput=1 * MBIT)
    assert f"/files/{upload.pk}/poster/" in player.ask("video.poster")
    assert player.page.request.get(player.ask("video.poster")).headers["content-type"] == (
        "image/webp"
    )
    player.seek(12)
    player.choose_quality("720p")
    assert player.ask("video.poster") == "", "or it would flash up at every change"


# --- A real line ----------------------------------------------------------------------------


@pytest.fixture
def real_film(juku, tmp_path):
    """A minute and a half in 480p of 1 Mbit/s, 720p of 2, and an original of 4; really so heavy."""
    made = {
        bits: make_film(tmp_path / f"{bits}.mp4", seconds=90, bit_rate=bits * MBIT)
        for bits in (1, 2, 4)
    }
    upload = publish(juku.video, made[4], seconds=90, height=1080, width=1920)
    add_rendition(upload, DerivativeKind.VIDEO_480, made[1], height=480, bit_rate=MBIT)
    add_rendition(upload, DerivativeKind.VIDEO_720, made[2], height=720, bit_rate=2 * MBIT)
    return f"/activities/{juku.video.pk}/"


def on_a_line_of(visitor, bits: float) -> None:
    """From now on this browser gets so many bits a second."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": bits / 8, "uploadThroughput": -1},
    )


def test_on_a_slow_line_the_film_goes_on_lighter_and_so_it_begins_the_next_time(
    juku, real_film, visit
):
    visitor = visit()
    visitor.sign_in("haruna")
    player = Player(visitor.page)
    player.remember("throughput", 5 * MBIT)
    visitor.go(real_film)
    player.ready()
    assert player.plays == "video-720"
    on_a_line_of(visitor, 1.3 * MBIT)
    player.seek(30)
    player.play()
    player.wait("video.currentSrc.includes('video-480')", timeout=40_000)
    player.wait("!video.paused && video.readyState >= 3 && video.currentTime > 30")
    player.pause()
    assert MBIT / 2 < int(player.ask("localStorage['player:throughput']")) < 2 * MBIT
    player.page.reload()
    player.ready()
    assert player.plays == "video-480"


def test_on_a_fast_line_the_next_film_begins_with_the_original(juku, real_film, visit):
    visitor = visit()
    visitor.sign_in("haruna")
    player = Player(visitor.page)
    player.remember("throughput", 2 * MBIT)
    visitor.go(real_film)
    player.play()
    assert player.plays == "video-480"
    # Each place is a new measurement.
    for place in (30, 50, 70):
        player.seek(place)
    player.wait("Number(localStorage['player:throughput']) >= 6_000_000")
    player.pause()
    assert player.plays == "video-480", "never up in the middle of a film"
    player.page.reload()
    player.ready()
    assert player.plays == "original"
