"""One Postgres database a service: pool, transactions, named queries, migrations."""
