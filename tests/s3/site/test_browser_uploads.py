"""A teacher's browser sends files straight to S3, past the application; the line is as lines are.

The site is a real one: gunicorn and its worker are processes of their own.
"""

import hashlib
import random
import time

import requests

from tests.drop_zone import (
    MIB,
    choose,
    film_like,
    open_drop_zone,
    print_like,
    wait_for,
    wait_for_verdicts,
    wait_until,
)
from tests.s3.site.conftest import Place

PART = 16 * MIB
NOTE_THE_BAR = """() => {
  window.seen = [];
  const bar = document.querySelector("[data-upload-total] progress");
  const options = { attributes: true, attributeFilter: ["value"] };
  new MutationObserver(() => window.seen.push(bar.value)).observe(bar, options);
}"""


def maths(place: Place) -> int:
    ((course,),) = place.site.rows("select id from catalog_course where title like '数学%'")
    return course


def sha256(path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_store(place: Place, more: int):
    """A condition: so many more bytes than now have passed on their way to the store."""
    goal = place.gateway.address.to_servers + more
    return lambda: place.gateway.address.to_servers >= goal


def sends(page, place: Place) -> list[str]:
    """The addresses in the store that the page sends to from now on."""
    found: list[str] = []

    def note(request):
        if request.url.startswith(place.gateway.url) and request.method in ("PUT", "POST"):
            found.append(request.url)

    page.on("request", note)
    return found


# --- The whole way ------------------------------------------------------------------------


def test_300_mb_cut_twice_and_reloaded_once_arrive_and_never_pass_through_the_application(
    place, visit, tmp_path
):
    film = film_like(tmp_path / "三百メガの授業.mp4", 300 * 1000 * 1000)
    page = open_drop_zone(visit(), maths(place))
    place.site.worker.stop()  # who looks into the file may read it
    web, line, store = place.site.web, place.site.address, place.gateway.address
    memory, asked, told = web.memory, line.to_servers, store.to_clients

    choose(page, film)
    for _ in range(2):
        wait_until(page, to_store(place, 40 * MIB), seconds=30)
        cut_in_the_middle(page, store)
    wait_until(page, to_store(place, 40 * MIB), seconds=30)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_text("動画・プリントを追加").first.click()
    choose(page, film)
    wait_for(page, "送信が終わりました", timeout=120_000)

    assert web.memory - memory < 20 * MIB
    assert line.to_servers - asked < MIB  # nothing of the file came to the application
    assert store.to_clients - told < MIB  # and it fetched nothing of it from the store
    place.site.worker.start()
    wait_for_verdicts(page, 1, seconds=120)
    assert place.published(film.name) == [sha256(film)]


def test_ten_files_at_once_all_arrive(place, visit, tmp_path):
    films = [film_like(tmp_path / f"十件{n}.mp4", n * 9 * MIB, seed=n) for n in (1, 3)]
    prints = [print_like(tmp_path / f"十件{n}.pdf", n) for n in range(4, 12)]
    page = open_drop_zone(visit(), maths(place))

    choose(page, *films, *prints)
    wait_for(page, "10件中 10件 送信済み（100％）", timeout=60_000)
    wait_for_verdicts(page, 10, seconds=120)

    for path in films + prints:
        assert place.published(path.name) == [sha256(path)]


def test_two_teachers_send_different_files_of_one_name(place, visit, tmp_path):
    paths, pages = [], []
    for seed, (username, title) in enumerate([("tanaka", "数学"), ("suzuki", "英語")]):
        folder = tmp_path / username
        folder.mkdir()
        paths.append(film_like(folder / "第1回.mp4", 20 * MIB, seed=seed))
        query = "select id from catalog_course where title like ?"
        ((course,),) = place.site.rows(query, f"{title}%")
        pages.append(open_drop_zone(visit(username), course))

    for page, path in zip(pages, paths, strict=True):
        choose(page, path)
    for page in pages:
        wait_for_verdicts(page, 1, seconds=60)

    assert sorted(place.published("第1回.mp4")) == sorted(map(sha256, paths))


def cut_in_the_middle(page, line) -> None:
    """Cut until it hit a part: between two of them a browser mends the line unnoticed."""
    failed: list[str] = []
    page.once("requestfailed", lambda request: failed.append(request.url))
    while not failed:
        line.cut()
        page.wait_for_timeout(50)


# --- The line, the store, the application ---------------------------------------------------


def test_parts_sent_again_do_not_make_the_bar_run_back(place, visit, tmp_path):
    film = film_like(tmp_path / "進みぐあい.mp4", 120 * MIB)
    page = open_drop_zone(visit(), maths(place))
    page.evaluate(NOTE_THE_BAR)
    choose(page, film)
    for _ in range(2):
        wait_until(page, to_store(place, 30 * MIB))
        cut_in_the_middle(page, place.gateway.address)
    wait_for_verdicts(page, 1, seconds=60)

    seen = page.evaluate("seen")
    assert len(set(seen)) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_the_gateway_is_gone_for_half_a_minute_in_the_middle(place, visit, tmp_path):
    film = film_like(tmp_path / "保存先停止.mp4", 120 * MIB)
    page = open_drop_zone(visit(), maths(place))
    place.gateway.address.delay(0.5)
    choose(page, film)
    wait_until(page, to_store(place, 10 * MIB))
    stopped = time.monotonic()
    place.gateway.server.kill()
    place.gateway.address.delay(0)
    wait_for(page, "ファイルの保存先につながりません", timeout=30_000)
    page.wait_for_timeout(1000 * max(0, stopped + 30 - time.monotonic()))
    place.gateway.server.start()
    wait_for_verdicts(page, 1, seconds=120)

    assert place.published(film.name) == [sha256(film)]


def test_the_application_is_restarted_in_the_middle(place, visit, tmp_path):
    film = film_like(tmp_path / "再起動.mp4", 120 * MIB)
    page = open_drop_zone(visit(), maths(place))
    place.gateway.address.delay(0.5)
    choose(page, film)
    wait_until(page, to_store(place, 10 * MIB))
    place.site.web.stop()
    wait_for(page, "続きから送り直します")
    place.site.web.start()
    wait_for_verdicts(page, 1, seconds=120)

    assert place.published(film.name) == [sha256(film)]


def test_a_tab_closed_at_99_percent_is_gone_on_with(place, visit, tmp_path):
    film = film_like(tmp_path / "あと少し.mp4", 5 * PART)
    teacher = visit()
    page = open_drop_zone(teacher, maths(place))
    page.route("**/*partNumber=5&**", lambda route: route.abort())
    sent = sends(page, place)
    choose(page, film)
    wait_for(page, "続きから送り直します")
    wait_until(page, lambda: len(stored(place)) == 4, seconds=30)
    with page.expect_event("dialog") as warning:
        page.close(run_before_unload=True)
    assert warning.value.type == "beforeunload"
    warning.value.accept()
    assert place.state(film.name) == ["pending"]

    page = teacher.page = teacher.context.new_page()
    open_drop_zone(teacher, maths(place))
    wait_for(page, "途中まで送ったファイルがあります")
    sent = sends(page, place)
    choose(page, film)
    wait_for_verdicts(page, 1, seconds=60)

    assert len(sent) == 1
    assert place.published(film.name) == [sha256(film)]


def stored(place: Place) -> list[int]:
    """The numbers of the parts that the store has of what was begun last."""
    begun = place.client.list_multipart_uploads(Bucket=place.bucket)["Uploads"][-1]
    which = {"Bucket": place.bucket, "Key": begun["Key"], "UploadId": begun["UploadId"]}
    return [part["PartNumber"] for part in place.client.list_parts(**which).get("Parts", [])]


# --- Not this file, not this person, not this link -------------------------------------------


def test_a_file_changed_on_the_disk_in_the_middle_is_told_and_nothing_of_it_is_kept(
    place, visit, tmp_path
):
    film = film_like(tmp_path / "書きかえ.mp4", 120 * MIB)
    page = open_drop_zone(visit(), maths(place))
    place.gateway.address.delay(0.5)
    choose(page, film)
    wait_until(page, to_store(place, 10 * MIB))
    with film.open("r+b") as file:
        file.seek(100 * MIB)
        file.write(random.Random(3).randbytes(MIB))
    wait_for(page, "送信中に変更・移動・削除されたようです")
    place.gateway.address.delay(0)
    assert place.state(film.name) == ["pending"]

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="取り消す").click()
    wait_for(page, "取り消しました")
    wait_until(page, lambda: place.state(film.name) == ["aborted"])
    wait_until(page, lambda: place.begun() == [])
    assert place.keys("quarantine/") == []

    choose(page, film)
    wait_for_verdicts(page, 1, seconds=60)
    assert place.published(film.name) == [sha256(film)]


def test_the_upload_of_somebody_else_is_not_there(place, visit, tmp_path):
    film = film_like(tmp_path / "人のもの.mp4", 2 * PART)
    page = open_drop_zone(visit(), maths(place))
    with page.expect_request("**/uploads/*/parts/") as announced:
        choose(page, film)
    parts = announced.value.url
    wait_for_verdicts(page, 1, seconds=60)

    other = visit("suzuki").page
    answers = other.evaluate(
        """async ({ parts, upload }) => {
          const headers = { "Content-Type": "application/json" };
          headers["X-CSRFToken"] = document.cookie.match(/csrftoken=([^;]+)/)[1];
          const body = JSON.stringify({ number: 1, sha256: "0".repeat(64) });
          const asked = [
            fetch(parts, { method: "POST", headers, body }),
            fetch(upload, { headers }),
            fetch(upload, { method: "DELETE", headers }),
            fetch(`${upload}complete/`, { method: "POST", headers, body: "{}" }),
          ];
          return (await Promise.all(asked)).map((answer) => answer.status);
        }""",
        {"parts": parts, "upload": parts.removesuffix("parts/")},
    )
    assert answers == [404, 404, 404, 404]


def test_a_link_that_the_store_refuses_is_replaced_by_a_new_one(place, visit, tmp_path):
    film = film_like(tmp_path / "古いリンク.mp4", PART + MIB)
    page = open_drop_zone(visit(), maths(place))
    refused: list[int] = []

    def spoil(route):
        answer = route.fetch()
        target = answer.json()
        if target["number"] == 2 and len(refused) < 2:
            target["url"] = target["url"].replace("X-Amz-Signature=", "X-Amz-Signature=0")
            refused.append(requests.put(target["url"], data=b"", timeout=10).status_code)
        route.fulfill(response=answer, json=target)

    page.route("**/uploads/*/parts/", spoil)
    sent = sends(page, place)
    choose(page, film)
    wait_for_verdicts(page, 1, seconds=60)

    assert refused == [403, 403]
    assert len([url for url in sent if "partNumber=2" in url]) == 3
    assert place.published(film.name) == [sha256(film)]


def test_links_that_are_all_refused_are_given_up_in_words(place, visit, tmp_path):
    """A store that says so to the page, too: this gateway leaves out the headers for that."""
    film = film_like(tmp_path / "だめなリンク.mp4", PART + MIB)
    page = open_drop_zone(visit(), maths(place))
    allowed = {"Access-Control-Allow-Origin": place.site.url}
    refuse = {"status": 403, "headers": allowed}
    page.route("**/*partNumber=2&**", lambda route: route.fulfill(**refuse))
    sent = sends(page, place)
    choose(page, film)
    wait_for(page, "送信できませんでした。ここまでの分は保存されています", timeout=60_000)

    assert len([url for url in sent if "partNumber=2" in url]) == 4
    assert place.state(film.name) == ["pending"]
    page.unroute("**/*partNumber=2&**")
    page.get_by_role("button", name="再開").click()
    wait_for_verdicts(page, 1, seconds=60)
    assert place.published(film.name) == [sha256(film)]


def test_the_store_is_told_neither_cookies_nor_the_token(place, visit, tmp_path):
    film = film_like(tmp_path / "秘密.mp4", PART + MIB)
    page = open_drop_zone(visit(), maths(place))
    with page.expect_request(lambda each: each.method == "PUT") as sent:
        choose(page, film)
    wait_for_verdicts(page, 1, seconds=60)

    assert sent.value.url.startswith(place.gateway.url)
    assert not {"cookie", "x-csrftoken", "authorization"} & set(sent.value.all_headers())
