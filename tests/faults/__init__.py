"""Fault and race tests with real processes and load: ``make fault F=<id>`` (TRUST sections 2 and 3; docs/trust.md)."""
