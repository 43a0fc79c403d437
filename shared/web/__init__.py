"""The HTTP side every service shares: problems, principal, idempotency, ETags, paging, probes."""
