"""How often figures are told, in seconds. Not for the environment: alarms rely on them."""

PERIOD = 60.0
"""CloudWatch's own: more often costs lines and shows nothing more."""

LOOK_EVERY = 10.0
"""How often a state is looked at in between, or a failover of 20 s would rarely be seen."""
