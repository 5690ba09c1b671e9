"""The figures that the promises of docs/database.md rest on, in seconds.

A browser that wrote reads from the writer for `PIN`. By then the reader has what was written,
or nobody reads from it: the monitor has found out that it lags, or has not found out lately
that it doesn't. So PIN must be longer than ALLOWED_LAG + MONITOR_PERIOD + CLOCK_SKEW, and than
NEWS_GOOD_FOR + CLOCK_SKEW.
"""

ALLOWED_LAG = 1.0
"""A reader further behind is not read from."""

MONITOR_PERIOD = 2.0
MONITOR_PERIOD_IN_TROUBLE = 0.5
"""How often the monitor looks, and how often while something is down."""

NEWS_GOOD_FOR = 3.5
"""How long a measured lag is believed, from when the measuring began."""

ANSWER_GOOD_FOR = 10.0
"""How long a reader that answered is believed to be there; enough while the writer is down."""

PIN = 5.0
LONGEST_PIN = 15.0
"""A pin that claims more was made by somebody else, or by a server whose clock is wrong."""

CLOCK_SKEW = 1.0
"""Between two application servers."""

ERRORS_WITHIN = 10.0
ERRORS_THAT_OPEN = 2
"""So many lost connections in so short a time open the reader's breaker."""

RETRY_AFTER = 2
"""When to try again after a 503; whole seconds, it is a header."""

WRITER_TRY_EVERY = 1.0
"""While the writer is down, one request at a time tries it, and so long after the last try; the
others answer at once."""

TOLD_EVERY = 60.0
"""What every request would find again is logged so often at most."""
