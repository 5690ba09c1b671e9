"""Posters and renditions, made by a real ffmpeg."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from courses.materials.processing import ffmpeg, video
from courses.materials.processing.errors import CannotMake, NotNeeded, Trouble
from courses.materials.processing.steps import RENDITIONS, Rendition
from elearning.tasks.stopping import Interrupted

ROOT = Path(__file__).resolve().parents[4]
SMALL = Rendition(480, 900_000, 96_000)


def film_of(path, seconds=4.0, content_type="video/mp4"):
    return video.Film(path, content_type, seconds)


def streams_of(path):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path],
        check=True,
        capture_output=True,
    ).stdout
    found = json.loads(out)
    return {one["codec_type"]: one for one in found["streams"]}, found["format"]


def boxes_of(path):
    """The names of an MP4's outermost boxes, in their order."""
    content, names, at = path.read_bytes(), [], 0
    while at < len(content):
        names.append(content[at + 4 : at + 8].decode())
        at += int.from_bytes(content[at : at + 4], "big") or len(content)
    return names


@pytest.fixture
def target(tmp_path):
    return tmp_path / "rendition.mp4"


def test_a_rendition_is_what_every_browser_plays(filmed, target):
    source = film_of(filmed(1280, 720))
    made = video.make_rendition(source, target, SMALL, on_percent=lambda percent: None)

    streams, container = streams_of(target)
    assert (made.width, made.height) == (854, 480)
    assert (streams["video"]["width"], streams["video"]["height"]) == (854, 480)
    assert streams["video"]["codec_name"] == "h264"
    assert streams["video"]["pix_fmt"] == "yuv420p"
    assert streams["audio"]["codec_name"] == "aac"
    assert abs(float(container["duration"]) - 4) < 0.2


def test_it_plays_while_it_loads(filmed, target):
    video.make_rendition(film_of(filmed(1280, 720)), target, SMALL, on_percent=lambda percent: None)
    names = boxes_of(target)
    assert names.index("moov") < names.index("mdat")


def test_a_player_can_jump_every_two_seconds(filmed, target):
    video.make_rendition(film_of(filmed(1280, 720)), target, SMALL, on_percent=lambda percent: None)
    out = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-select_streams", "v", "-skip_frame", "nokey"),
            *("-show_entries", "frame=pts_time", "-of", "csv=p=0", target),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    times = [float(line.strip(",")) for line in out.split()]
    assert times[0] == 0
    assert len(times) >= 2
    assert all(later - earlier <= 2.1 for earlier, later in itertools.pairwise(times))


def test_its_rate_stays_within_bounds(filmed, target):
    # Noise can't be compressed: without a highest rate it takes many times as much.
    source = filmed(1280, 720, seconds=6, more=("-vf", "noise=alls=100:allf=t"))
    tight = Rendition(480, 300_000, 64_000)
    video.make_rendition(film_of(source, 6.0), target, tight, on_percent=lambda percent: None)
    assert target.stat().st_size * 8 / 6 < 1.6 * tight.bit_rate


def test_a_film_held_upright_is_called_by_its_shorter_side(filmed, target):
    made = video.make_rendition(
        film_of(filmed(720, 1280)), target, SMALL, on_percent=lambda percent: None
    )
    assert (made.width, made.height) == (480, 854)


def test_a_film_that_a_phone_turned_is_turned_for_good(filmed, target, tmp_path):
    turned = tmp_path / "turned.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-i", filmed(1280, 720), "-c", "copy"),
            *("-metadata:s:v", "rotate=90", turned),
        ],
        check=True,
    )
    made = video.make_rendition(film_of(turned), target, SMALL, on_percent=lambda percent: None)
    assert (made.width, made.height) == (480, 854)


def test_sixty_pictures_a_second_become_thirty(filmed, target):
    video.make_rendition(
        film_of(filmed(1280, 720, more=("-r", "60"))), target, SMALL, on_percent=lambda p: None
    )
    streams, _ = streams_of(target)
    assert streams["video"]["avg_frame_rate"] == "30/1"


def test_a_film_without_sound_has_renditions_too(filmed, target):
    video.make_rendition(
        film_of(filmed(1280, 720, more=("-an",))), target, SMALL, on_percent=lambda p: None
    )
    assert set(streams_of(target)[0]) == {"video"}


def test_a_webm_becomes_an_mp4(filmed, target):
    source = filmed(640, 500, seconds=1, ending="webm")
    made = video.make_rendition(
        film_of(source, 1.0, "video/webm"), target, SMALL, on_percent=lambda percent: None
    )
    assert made.height == 480
    assert streams_of(target)[0]["video"]["codec_name"] == "h264"


def test_what_the_film_says_of_itself_is_not_passed_on(filmed, target):
    source = filmed(1280, 720, more=("-metadata", "title=Where-we-live"))
    assert b"Where-we-live" in source.read_bytes()
    video.make_rendition(film_of(source), target, SMALL, on_percent=lambda percent: None)
    assert b"Where-we-live" not in target.read_bytes()


def test_its_progress_goes_up_and_is_never_all(filmed, target):
    told = []
    video.make_rendition(
        film_of(filmed(1280, 720, seconds=20), 20.0), target, SMALL, on_percent=told.append
    )
    assert told == sorted(told)
    assert len(set(told)) > 1
    assert told[-1] <= 99


def test_a_poster_shows_the_film_some_way_in(filmed, tmp_path):
    """The film is red for its first half second and blue from then on."""
    source = filmed(
        640,
        360,
        seconds=10,
        more=(
            "-vf",
            "drawbox=c=red:t=fill:enable='lt(t,0.5)',drawbox=c=blue:t=fill:enable='gte(t,0.5)'",
        ),
    )
    target = tmp_path / "poster.webp"
    made = video.make_poster(film_of(source, 10.0), target, folder=tmp_path)
    assert (made.width, made.height) == (640, 360)
    with Image.open(target) as poster:
        assert poster.format == "WEBP"
        red, _green, blue = poster.convert("RGB").getpixel((320, 180))
    assert blue > 200 > 60 > red


def test_a_large_films_poster_is_1280_wide(filmed, tmp_path):
    target = tmp_path / "poster.webp"
    made = video.make_poster(film_of(filmed(1920, 1080, seconds=2), 2.0), target, folder=tmp_path)
    assert (made.width, made.height) == (1280, 720)


def test_a_posters_pictures_are_not_held_in_the_films_own_size(filmed, tmp_path, monkeypatch):
    """They are looked at together; fifty of 8K would take more memory than a worker has."""
    asked = []
    monkeypatch.setattr(ffmpeg, "run", lambda arguments, **_: asked.append(arguments))

    def megabytes(seconds):
        film = film_of(filmed(3840, 2160, seconds=seconds), seconds)
        (tmp_path / "poster.png").unlink(missing_ok=True)
        with pytest.raises(CannotMake):
            video.make_poster(film, tmp_path / "poster.webp", folder=tmp_path)
        measured = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
        command = [ffmpeg.find("ffmpeg"), "-v", "error", "-y", *asked.pop()]
        return int(subprocess.check_output([sys.executable, "-c", measured, *command]))

    assert megabytes(2) - megabytes(0.4) < 250


def test_a_film_shorter_than_its_header_says_still_has_a_poster(filmed, tmp_path):
    target = tmp_path / "poster.webp"
    source = filmed(640, 360, seconds=1)
    made = video.make_poster(film_of(source, 1.0), target, folder=tmp_path)
    assert made.width == 640


def test_without_ffmpeg_nothing_is_missed(filmed, target, monkeypatch, tmp_path):
    source = film_of(filmed(1280, 720))
    monkeypatch.setattr(ffmpeg.shutil, "which", lambda program: None)
    with pytest.raises(NotNeeded):
        video.make_rendition(source, target, SMALL, on_percent=lambda percent: None)
    with pytest.raises(NotNeeded):
        video.make_poster(source, tmp_path / "poster.webp", folder=tmp_path)


@pytest.mark.parametrize("keep", [0, 100, 0.5])
def test_a_broken_film_is_a_trouble_that_can_be_said(filmed, target, tmp_path, keep):
    whole = filmed(1280, 720).read_bytes()
    source = tmp_path / "broken.mp4"
    # Its index is at the end, so half of it can't be played at all.
    source.write_bytes(whole[: keep if isinstance(keep, int) else len(whole) // 2])
    with pytest.raises(CannotMake) as refused:
        video.make_rendition(film_of(source), target, SMALL, on_percent=lambda percent: None)
    assert refused.value.trouble == Trouble.DAMAGED


def test_a_list_of_addresses_is_not_read_as_a_film(filmed, target, tmp_path):
    shutil.copy(filmed(1280, 720), tmp_path / "secret.mp4")
    source = tmp_path / "list.mp4"
    source.write_text("ffconcat version 1.0\nfile 'secret.mp4'\n")
    with pytest.raises(CannotMake):
        video.make_rendition(film_of(source), target, SMALL, on_percent=lambda percent: None)
    assert not target.exists()


@pytest.fixture
def processes(monkeypatch):
    """Every process that is started, to see what became of it."""
    started = []
    start = subprocess.Popen

    def popen(*args, **kwargs):
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(ffmpeg.subprocess, "Popen", popen)
    return started


def test_ffmpeg_ends_with_the_task(filmed, target, processes):
    def stop(percent):
        raise Interrupted

    film = film_of(filmed(1280, 720, seconds=20), 20.0)
    processes.clear()
    with pytest.raises(Interrupted):
        video.make_rendition(film, target, SMALL, on_percent=stop)
    assert [process.poll() for process in processes] == [-9]


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv on this machine")
def test_ffmpeg_ends_with_a_worker_that_is_killed(tmp_path):
    """`worker` runs this very code on a program that tells its number and never ends."""
    ffmpeg = tmp_path / "ffmpeg"
    told = tmp_path / "told"
    ffmpeg.write_text(f"#!/bin/sh\necho $$ >{told}.new; mv {told}.new {told}; exec sleep 600\n")
    ffmpeg.chmod(0o755)
    worker = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "from courses.materials.processing import ffmpeg; ffmpeg.run([], at_most=600)",
        ],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    wait_for(told.exists)
    pid = int(told.read_text())
    worker.kill()
    worker.wait()
    wait_for(lambda: not runs(pid))


def runs(pid):
    """Whether that process is there and not merely waiting to be buried."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """`program("sleep 60")`: this stands for ffmpeg."""

    def instead(script):
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(
            ffmpeg.shutil, "which", lambda name: str(path) if name == "ffmpeg" else None
        )

    return instead


def test_a_film_that_goes_no_further_is_given_up(program, processes, monkeypatch):
    monkeypatch.setattr(ffmpeg, "STALLED_AFTER", 0.5)
    program("for n in $(seq 200); do echo out_time_us=1000000; sleep 0.05; done")
    with pytest.raises(CannotMake) as refused:
        ffmpeg.run([], at_most=60)
    assert refused.value.trouble == Trouble.TOO_SLOW
    assert processes[0].poll() == -9


def test_a_film_that_takes_for_ever_is_given_up(program, processes):
    program("n=0; while :; do n=$((n+1)); echo out_time_us=$n; sleep 0.05; done")
    with pytest.raises(CannotMake) as refused:
        ffmpeg.run([], at_most=0.5)
    assert refused.value.trouble == Trouble.TOO_SLOW


def test_whoever_waits_is_asked_also_while_nothing_comes(program):
    asked = []

    def ask(second):
        asked.append(time.monotonic())
        raise Interrupted

    program("exec sleep 60")
    with pytest.raises(Interrupted):
        ffmpeg.run([], at_most=60, on_second=ask)
    assert asked


def test_an_ffmpeg_that_is_killed_may_be_tried_again(program):
    program("kill -9 $$")
    with pytest.raises(RuntimeError, match="signal 9"):
        ffmpeg.run([], at_most=60)


@pytest.mark.parametrize("kind", RENDITIONS)
def test_every_rendition_can_be_made(filmed, target, kind):
    wanted = RENDITIONS[kind]
    made = video.make_rendition(
        film_of(filmed(1920, 1080, seconds=1), 1.0), target, wanted, on_percent=lambda p: None
    )
    assert made.height == wanted.side
