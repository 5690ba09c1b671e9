"""Figures for CloudWatch as lines on stdout, without a call to AWS; see docs/metrics.md."""
