"""Which messages leave the page by themselves."""

from tests.cast import course


def test_the_way_back_stays_and_plain_success_leaves(cast, sign_in):
    client = sign_in(cast.tanaka)
    spare = course("理科・中2標準", "science", cast.tanaka)

    deleted = client.post(f"/teach/courses/{spare.pk}/delete/", follow=True).content.decode()
    restored = client.post(f"/teach/courses/{spare.pk}/restore/", follow=True).content.decode()

    assert "元に戻す" in deleted
    assert "data-leaves" not in deleted
    assert "を元に戻しました" in restored
    assert "data-leaves" in restored


def test_an_error_stays(cast, sign_in):
    answer = sign_in(cast.haruna).post(f"/activities/{cast.video.pk}/complete/", follow=True)

    assert 'class="toast error"' in answer.content.decode()
    assert "data-leaves" not in answer.content.decode()
