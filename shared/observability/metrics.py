"""The Prometheus series every service exposes at `/metrics`; labels carry names and codes, never persons."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "academy_http_request_seconds",
    "Duration of HTTP requests.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
EVENTS_SENT = Counter("academy_events_sent_total", "Events acknowledged by Kafka.", ["topic"])
EVENTS_APPLIED = Counter("academy_events_applied_total", "Events whose effect was committed.", ["consumer", "topic"])
EVENTS_DUPLICATE = Counter("academy_events_duplicate_total", "Events seen before and dropped.", ["consumer"])
EVENTS_DEFERRED = Counter("academy_events_deferred_total", "Events deferred.", ["consumer", "state"])
CONSUMER_LAG = Gauge("academy_consumer_lag", "Records this member has not read yet.", ["consumer"])
CONSUMER_LAG_SECONDS = Gauge(
    "academy_consumer_lag_seconds",
    "Age of the last record applied, while there are more to apply; or since Kafka could last be asked.",
    ["consumer"],
)
EVENTS_WAITING = Gauge("academy_deferred_events", "Events deferred now, by state.", ["consumer", "state"])
EVENTS_WAITING_SECONDS = Gauge(
    "academy_deferred_oldest_seconds",
    "For how long the oldest event that stands first on its key has been tried or waited for, by state.",
    ["consumer", "state"],
)
KEYS_WAITING = Gauge("academy_deferred_keys", "Keys that wait because an event of theirs is deferred.", ["consumer"])
UNDECODABLE = Gauge("academy_undecodable_records", "Records that are no event, kept or only counted.", ["consumer"])
VERSIONS_REUSED = Counter(
    "academy_versions_reused_total",
    "New events under a version passed long ago, dropped: their writer's database was set back.",
    ["consumer"],
)
VERSION_JUMPS = Counter("academy_version_jumps_total", "First versions above 1 that were accepted.", ["consumer"])
SEND_REFUSALS = Counter("academy_send_refusals_total", "Record batches Kafka did not take.", ["topic", "reason"])
PRODUCERS_REPLACED = Counter("academy_producers_replaced_total", "Kafka producers thrown away after a refusal.")
EVENTS_PARKED = Counter("academy_events_parked_total", "Outbox rows parked because Kafka refuses them.", ["topic"])
RELAY_WITHHELD = Gauge(
    "academy_relay_withheld", "1 while this relay publishes nothing because its database was set back."
)
LANES_OWNED = Gauge("academy_relay_lanes", "Lanes this relay owns.")
RELAY_WAVE = Histogram(
    "academy_relay_wave_seconds",
    "From reading a batch to deleting what Kafka acknowledged.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 60),
)
OUTBOX_DEPTH = Gauge("academy_outbox_depth", "Events committed and not yet acknowledged by Kafka.")
OUTBOX_PARKED = Gauge("academy_outbox_parked", "Events in the outbox that Kafka refuses; each holds its key.")
OUTBOX_AGE = Gauge("academy_outbox_oldest_seconds", "Age of the oldest that no parked event holds.")
OUTBOX_MEASURED = Gauge(
    "academy_outbox_measured_timestamp_seconds", "When a relay last measured the outbox; what it measured is no older."
)
OLDEST_TRANSACTION = Gauge(
    "academy_database_oldest_transaction_seconds",
    "Age of the oldest transaction that keeps deleted rows of the service's database from being vacuumed.",
)
WORK_DONE = Counter("academy_work_done_total", "Things a worker finished.", ["worker"])
WORK_FAILED = Counter("academy_work_failed_total", "Rounds of a worker that ended in an error.", ["worker"])
