"""Pool members, what was judged of their readiness, and the evidence for it."""
