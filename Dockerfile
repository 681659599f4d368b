FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /salvor
COPY package.json package-lock.json .npmrc ./
# Scripts are left out: nothing Salvor runs on needs one, and an image should not run strangers' code while it is built.
# The compiler is for development; npm keeps it because a package could use it.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -r node_modules/typescript node_modules/@typescript

# What backups are tried out with: an etcd of the minor version that wrote them, and the etcdutl that restores for it.
# A cluster with another one: a stage more, or a mounted release and its directory under drill.binaries in salvor.yaml.
FROM gcr.io/etcd-development/etcd:v3.5.33 AS etcd-3-5
FROM gcr.io/etcd-development/etcd:v3.6.14 AS etcd-3-6

FROM node:24.21.0-bookworm-slim
# Backups are tried out in TMPDIR unless salvor.yaml names another place (drill.directory): give it room for twice the largest database.
ENV NODE_ENV=production SALVOR_CONFIG=/etc/salvor/salvor.yaml TMPDIR=/var/lib/salvor/drill \
    PATH=$PATH:/opt/etcd/3.6:/opt/etcd/3.5
WORKDIR /salvor
RUN apt-get update \
 && apt-get install -y --no-install-recommends ansible-core ca-certificates openssh-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node -m 0700 /var/lib/salvor/drill
COPY --from=etcd-3-5 /usr/local/bin/etcd /usr/local/bin/etcdctl /usr/local/bin/etcdutl /opt/etcd/3.5/
COPY --from=etcd-3-6 /usr/local/bin/etcd /usr/local/bin/etcdctl /usr/local/bin/etcdutl /opt/etcd/3.6/
COPY --from=packages /salvor/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY commands commands
COPY jobs jobs
COPY playbooks playbooks
# Ready-made rules of alerts, where salvor.example.yaml includes them from.
COPY deploy/alerts deploy/alerts
# By number: Kubernetes cannot tell of a name that it is not root.
USER 1000:1000
# Slack in http mode, health and metrics, where votes are proven, alerts, the page of queues.
EXPOSE 3000 9464 9465 9466 9467
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# tini forwards SIGTERM and reaps; Salvor ends its runs between steps on SIGTERM, so give it time (stop_grace_period).
ENTRYPOINT ["tini", "--", "node", "src/main.ts"]
CMD ["all"]
