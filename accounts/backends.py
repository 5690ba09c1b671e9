"""Sign-in by name; the signed-in user comes with his campus in the same query."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("campus").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
