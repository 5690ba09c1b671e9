"""Teachers look for a material by its title and by the words in it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Activity
from courses.materials.models import ExtractedText, Note
from courses.materials.processing.pdf_reader import searchable
from courses.materials.queries import search
from tests.cast import activity


@pytest.fixture
def printed(cast, make_upload, hold):
    """The maths course's print, and what was read of it."""
    upload = make_upload(name="a.pdf")
    hold(cast.document, upload)
    body = "前書き。" * 500 + "池のまわりを2人が回るとき、Speedを求めよ。" + "後書き。" * 500
    return ExtractedText.objects.create(upload=upload, body=body)


def look(client, words):
    return client.get(reverse("materials:search"), {"q": words})


def titles(client, words):
    return [one.activity.title for one in look(client, words).context["found"]]


@pytest.mark.parametrize(
    "words", ["池のまわり", "speed", "Ｓｐｅｅｄ", "池のまわり　演習", "⼈が回る"]
)
def test_a_print_is_found_by_its_words_however_they_are_typed(cast, sign_in, printed, words):
    assert titles(sign_in(cast.tanaka), words) == ["演習プリント"]


def test_the_line_that_holds_the_word_is_shown(cast, sign_in, printed):
    page = look(sign_in(cast.tanaka), "まわり").content.decode()
    assert "池の<mark>まわり</mark>を2人が回るとき" in page
    assert page.count("書き") < 60


def test_an_excerpt_cannot_bring_a_script(cast, sign_in, printed):
    ExtractedText.objects.update(body="<script>alert(1)</script>")
    assert "<script>alert" not in look(sign_in(cast.tanaka), "alert").content.decode()


def test_a_note_and_a_title_are_found_too(cast, sign_in):
    Note.objects.filter(activity=cast.note).update(body="代入法と加減法")
    client = sign_in(cast.tanaka)
    assert titles(client, "加減法") == ["まとめノート"]
    assert titles(client, "速さ") == ["速さの問題"]


def test_a_title_in_half_width_is_found_as_it_was_typed(cast, sign_in):
    activity(cast.lesson, "note", "ｶﾀｶﾅのﾌﾟﾘﾝﾄ")
    assert titles(sign_in(cast.tanaka), "ｶﾀｶﾅ") == ["ｶﾀｶﾅのﾌﾟﾘﾝﾄ"]


def test_every_word_must_be_there(cast, sign_in, printed):
    assert titles(sign_in(cast.tanaka), "池のまわり 二次関数") == []


@pytest.mark.parametrize("words", ["%", "_", "' OR 1=1 --", "\0", "   "])
def test_signs_of_the_database_mean_nothing(cast, sign_in, printed, words):
    assert titles(sign_in(cast.tanaka), words) == []


def test_only_ones_own_courses_are_looked_into(cast, sign_in, printed):
    assert titles(sign_in(cast.suzuki), "池のまわり") == []
    assert titles(sign_in(cast.midori), "池のまわり") == ["演習プリント"]


@pytest.mark.parametrize("what", ["document", "lesson", "maths"])
def test_what_is_in_the_bin_is_not_found(cast, sign_in, printed, what):
    one = getattr(cast, what)
    type(one).objects.filter(pk=one.pk).update(deleted_at=timezone.now())
    assert titles(sign_in(cast.tanaka), "池のまわり") == []


def test_a_replaced_file_is_no_longer_found(cast, sign_in, printed, make_upload, hold):
    hold(cast.document, make_upload(name="b.pdf"))
    assert titles(sign_in(cast.tanaka), "池のまわり") == []


def test_more_than_a_page_holds_is_said(cast, sign_in, monkeypatch):
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    for n in range(3):
        activity(cast.lesson, "note", f"追加{n}")
    answer = look(sign_in(cast.tanaka), "追加")
    assert len(answer.context["found"]) == 2
    assert "ほかにもあります" in answer.content.decode()
    assert Activity.objects.filter(title__startswith="追加").count() == 3


def test_what_has_the_word_in_its_title_comes_first(cast, sign_in, printed):
    last = activity(cast.lesson, "note", "池のまわりの問題")
    assert titles(sign_in(cast.tanaka), "池のまわり") == [last.title, cast.document.title]


def test_a_file_that_several_activities_share_is_found_once(
    cast, sign_in, printed, hold, django_assert_max_num_queries
):
    client = sign_in(cast.tanaka)
    for n in range(search.MOST_PLACES + 2):
        hold(activity(cast.lesson, "document", f"写し{n}"), printed.upload)

    with django_assert_max_num_queries(5):
        answer = look(client, "池のまわり")

    assert [one.activity for one in answer.context["found"]] == [cast.document]
    page = answer.content.decode()
    assert page.count("写し") == search.MOST_PLACES
    assert "ほか 2 件" in page


def test_nothing_asked_is_nothing_found(cast, sign_in):
    page = look(sign_in(cast.tanaka), "").content.decode()
    assert "から探します" in page
    assert "見つかりませんでした" not in page


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("連立方\n程式の\r\n利用", "連立方程式の利用"),
        ("問　題", "問題"),
        ("x = 3\r\ny = 4", "x = 3\ny = 4"),
        ("⽔⽅と㈱ｶﾅ", "水方と(株)カナ"),
        ("水\x00と\ufffe火\x02", "水と火"),
        ("時速 40 km", "時速 40 km"),
        ("カレー\nライス", "カレーライス"),
    ],
)
def test_what_is_read_of_a_pdf_is_kept_as_it_is_typed(read, kept):
    assert searchable(read) == kept
