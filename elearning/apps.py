from django.apps import AppConfig


class ElearningConfig(AppConfig):
    name = "elearning"
    verbose_name = "基盤"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.core.signals import got_request_exception

        from elearning.logs.failures import tell_failure
        from elearning.logs.people import note_signed_in

        user_logged_in.connect(note_signed_in, dispatch_uid="elearning.logs.note_signed_in")
        got_request_exception.connect(tell_failure, dispatch_uid="elearning.logs.tell_failure")
