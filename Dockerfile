# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS packages
WORKDIR /salvor
COPY package.json package-lock.json .npmrc ./
# Scripts are left out: nothing Salvor runs on needs one, and an image should not run strangers' code while it is built.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production SALVOR_CONFIG=/etc/salvor/salvor.yaml
WORKDIR /salvor
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tini \
 && rm -rf /var/lib/apt/lists/*
COPY --from=packages /salvor/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY commands commands
COPY jobs jobs
USER node
EXPOSE 3000 9464
# tini forwards SIGTERM and reaps; Salvor ends its runs between steps on SIGTERM, so give it time (stop_grace_period).
ENTRYPOINT ["tini", "--", "node", "src/main.ts"]
CMD ["all"]
