"""Logs, metrics and traces: ids only, never names, e-mails or free text."""
