"""Argon2, tuned to the evening's sign-in rush."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class EveningArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at 30–60 ms of one core and 32 MiB a sign-in (`make bench` measures it).

    Source: OWASP Password Storage Cheat Sheet, whose least is 19 MiB with two passes;
    one lane, because the threads of a web process are busy with other sign-ins.
    """

    time_cost = 2
    memory_cost = 32 * 1024
    parallelism = 1
