#!/bin/sh
# A member of the sandbox's etcd as a service of its host: etcd-service.sh start|stop|running BASE [FLAG…]
# BASE.args holds its arguments, one a line; BASE.pid and BASE.log are its own. `running` ends with 0 exactly while it runs.
set -eu
what=$1 base=$2
shift 2

running() {
  [ -s "$base.pid" ] && pid=$(cat "$base.pid") && state=$(cut -d ' ' -f 3 "/proc/$pid/stat" 2>/dev/null) && [ "$state" != Z ] &&
    grep -q '^etcd' "/proc/$pid/comm" 2>/dev/null
}

case $what in
  running) running ;;
  start)
    if running; then exit 0; fi
    [ -s "$base.args" ] || { echo "$base.args is not there" >&2; exit 1; }
    while IFS= read -r flag; do set -- "$flag" "$@"; done <<EOF
$(tac "$base.args")
EOF
    setsid etcd "$@" </dev/null >>"$base.log" 2>&1 &
    echo $! >"$base.pid"
    # For a moment it is still a shell, and then setsid: whoever asks next must not take it for one that has ended.
    until running || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
    ;;
  stop)
    if ! running; then exit 0; fi
    kill -CONT "$pid" && kill -TERM "$pid"
    # Told to end, each would try for seven seconds to hand the leadership to another one that ends too.
    for _ in $(seq 10); do
      if ! running; then exit 0; fi
      sleep 0.1
    done
    kill -KILL "$pid"
    while running; do sleep 0.1; done
    ;;
  *) echo "there is no $what" >&2; exit 2 ;;
esac
