"""Commands that run by themselves every night; see docs/processes.md."""
