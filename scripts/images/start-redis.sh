#!/bin/sh
# redis-server without further arguments listens on all addresses and keeps its data in /data, as user redis.
set -e
if [ "$1" = redis-server ]; then
  shift
  set -- redis-server --bind '*' '-::*' --protected-mode no --dir /data "$@"
  if [ "$(id -u)" = 0 ]; then
    chown -R redis:redis /data
    exec su redis -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
  fi
fi
exec "$@"
