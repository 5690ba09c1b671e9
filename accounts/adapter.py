"""What this school allows of allauth: no self-made accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class JukuAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
