#!/bin/sh
# Makes the database cluster when the data folder is empty, then runs the server, as user postgres or as whatever
# other user the container has. Reads POSTGRES_USER, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_DB;
# runs *.sql and *.sh of /docker-entrypoint-initdb.d once, in the order of their names.
set -eu
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  exec su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  password=${POSTGRES_PASSWORD:-}
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
  if [ -z "$password" ]; then
    echo 'Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE: a database without a password is not made.' >&2
    exit 1
  fi
  # Made beside its place and moved in when whole: an interrupted start leaves nothing half made behind.
  new=$PGDATA/.new
  rm -rf "$new"
  umask 077
  printf '%s' "$password" >/tmp/password
  initdb -D "$new" -U "$user" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --no-sync >/tmp/initdb.log 2>&1 || {
    cat /tmp/initdb.log >&2
    exit 1
  }
  rm -f /tmp/password
  echo 'host all all all scram-sha-256' >>"$new/pg_hba.conf"
  pg_ctl -D "$new" -o "-c listen_addresses=''" -s -w start
  [ "$database" = postgres ] || createdb -U "$user" "$database"
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sql) echo "init: $script"; psql -q -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f "$script" ;;
      *.sh) echo "init: $script"; . "$script" ;;
    esac
  done
  pg_ctl -D "$new" -s -m fast -w stop
  find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv {} "$PGDATA/" \;
  mv "$new/PG_VERSION" "$PGDATA/"
  rmdir "$new"
  chmod 700 "$PGDATA"
fi
exec "$@"
