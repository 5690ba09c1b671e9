"""Which static files of the packages are ours to serve."""

from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class StaticFilesConfig(DjangoStaticFilesConfig):
    # htmx's extensions import "htmx" by a bare name, which hashed names cannot follow;
    # no page uses them.
    ignore_patterns = [*DjangoStaticFilesConfig.ignore_patterns, "hx-*.js"]
