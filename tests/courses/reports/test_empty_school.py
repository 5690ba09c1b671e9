from accounts.models import User


def test_an_empty_school_says_where_to_begin(db, sign_in):
    chief = User.objects.create_superuser("chief", "tests-only-1")
    text = sign_in(chief).get("/").text
    assert "校舎はまだ登録されていません" in text
