"""Sessions are read where the request reads; one that the reader lacks is asked of the writer.

A session made a moment ago is not on the reader yet: taken for none, its owner would be
signed out.
"""

from typing import Any

from django.contrib.sessions.backends import db

from elearning.db import context


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        key = self.session_key
        found = super()._get_session_from_db()  # type: ignore[misc] # Django has it, its stubs don't
        if found is None and context.move_to_writer():
            self._session_key = key
            found = super()._get_session_from_db()  # type: ignore[misc] # as above
        return found

    def reread(self) -> None:
        """Forget what was read, so that the next look asks where the request reads now."""
        if hasattr(self, "_session_cache"):
            del self._session_cache
