#!/bin/sh
# Installs what `npm run demo`, `npm test`, `npm run check` and `npm run bench` need and is not there yet:
# npm packages, and the real servers from Debian. Where it may not install, it says exactly what to install.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-test}

if [ ! -x node_modules/.bin/node ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing npm packages …" >&2
  # On an older Node npm warns of engines at length; what runs afterwards is the Node that it installs here.
  npm ci --no-audit --no-fund --loglevel=error >&2
fi

[ "$purpose" = check ] && exit 0

# program:package, looked for by the program
wanted="redis-server:redis-server etcd:etcd-server etcdctl:etcd-client openssl:openssl ansible-playbook:ansible-core"
case "$purpose" in
  demo) wanted="$wanted prometheus-alertmanager:prometheus-alertmanager" ;;
  test) wanted="$wanted zstd:zstd age:age chromium:chromium promtool:prometheus prometheus-alertmanager:prometheus-alertmanager sshd:openssh-server radosgw:radosgw ceph-mon:ceph-mon ceph-osd:ceph-osd" ;;
  bench) wanted="$wanted zstd:zstd curl:curl prometheus-alertmanager:prometheus-alertmanager" ;;
esac
missing=""
for pair in $wanted; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing with apt-get:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  # Debian starts a packaged server at once; the sandbox starts its own on free ports.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  # shellcheck disable=SC2086 # a list of words is meant
  apt-get install -y -qq --no-install-recommends $missing >&2
else
  echo "These programs are missing. Install them, then run the same command again:" >&2
  echo "  sudo apt-get install --no-install-recommends$missing" >&2
  echo "(On another system: Redis 7 or Valkey, etcd 3.4 or later with etcdctl, and what else the list names.)" >&2
  exit 1
fi
