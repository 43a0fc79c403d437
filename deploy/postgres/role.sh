#!/bin/bash
# Run once, when a database's volume is empty: a role that is no superuser, and the database it owns.
set -e
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$ACADEMY_SERVICE" --set password="$(cat "/run/secrets/academy_${ACADEMY_SERVICE}_database_password")" <<'SQL'
create role :"service" login password :'password';
create database :"service" owner :"service";
revoke all on database :"service" from public;
revoke all on database postgres from public;
SQL
