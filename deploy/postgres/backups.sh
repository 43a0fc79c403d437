#!/bin/bash
# Backups of one database, within its container: see docs/runbooks/restore-a-database.md.
# serve | take | check | prune DAYS | restore [MOMENT]
set -euo pipefail

backups=/backups/base
log=/backups/log
stamp=%Y-%m-%dT%H%M%SZ

serve() {
    install --directory --owner=postgres --group=postgres --mode=700 "$backups" "$log"
    exec docker-entrypoint.sh postgres -c archive_mode=on -c archive_timeout=60s \
        -c "archive_command=test ! -f $log/%f && cp %p $log/%f.part && mv $log/%f.part $log/%f"
}

take() {
    local new
    new="$backups/$(date --utc +$stamp)"
    gosu postgres pg_basebackup --username="$POSTGRES_USER" --checkpoint=fast --pgdata="$new.part"
    mv "$new.part" "$new"
    echo "$new"
}

complete() {
    find "$backups" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' -printf '%f\n' | sort
}

check() {
    local newest archived
    for name in $(complete); do
        gosu postgres pg_verifybackup --quiet "$backups/$name"
        echo "$name is whole"
    done
    newest=$(complete | tail --lines=1)
    if [[ ! "$newest" > "$(date --utc --date='26 hours ago' +$stamp)" ]]; then
        echo "none was taken for a day; the last is ${newest:-none}" >&2
        exit 1
    fi
    archived=$(psql --username="$POSTGRES_USER" --dbname=postgres --no-align --tuples-only --command="
        select case when last_failed_time > coalesce(last_archived_time, '-infinity') then 'fails: ' || last_failed_wal
            else 'is archived, the last at ' || coalesce(last_archived_time::text, 'no time yet') end
        from pg_stat_archiver")
    echo "the log $archived"
    [[ "$archived" != fails* ]]
}

prune() {
    local before oldest
    before=$(date --utc --date="$1 days ago" +$stamp)
    for name in $(complete | head --lines=-1); do
        if [[ "$name" < "$before" ]]; then rm --recursive "${backups:?}/$name"; fi
    done
    oldest=$(complete | head --lines=1)
    pg_archivecleanup "$log" "$(sed --quiet 's/^START WAL.*(file \(.*\))$/\1/p' "$backups/$oldest/backup_label")"
    complete
}

restore() {
    local moment=${1:-} chosen latest
    latest=$(date --utc ${moment:+--date="$moment"} +$stamp)
    chosen=$(complete | while read -r name; do [[ "$name" > "$latest" ]] || echo "$name"; done | tail --lines=1)
    [[ -n "$chosen" ]] || { echo "no backup before $latest" >&2; exit 1; }
    if [[ -d "$PGDATA" ]]; then mv "$PGDATA" "/var/lib/postgresql/before-$(date --utc +$stamp)"; fi
    cp --archive "$backups/$chosen" "$PGDATA"
    sed --in-place '/^recovery_target\|^restore_command/d' "$PGDATA/postgresql.auto.conf"
    {
        echo "restore_command = 'cp $log/%f %p'"
        echo "recovery_target_action = 'promote'"
        [[ -z "$moment" ]] || echo "recovery_target_time = '$moment'"
    } >>"$PGDATA/postgresql.auto.conf"
    install --owner=postgres --group=postgres --mode=600 /dev/null "$PGDATA/recovery.signal"
    echo "restored $chosen; start it, and it follows the log until ${moment:-its end}"
}

"$@"
