import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startHarbor } from './api/server.ts';

// Runs the sandbox's Harbor alone: node sandbox/harbor/main.ts --state D [--port P] [--certificate FILE --key FILE] [--external-url URL]
const { values } = parseArgs({
  options: {
    state: { type: 'string' },
    port: { type: 'string', default: '0' },
    certificate: { type: 'string' },
    key: { type: 'string' },
    'external-url': { type: 'string' },
  },
});
const { state, port, certificate, key, 'external-url': externalUrl } = values;
if (state === undefined) throw new Error('--state is missing: where state.json lies');

const harbor = await startHarbor({
  ...{ stateDir: state, port: Number(port) },
  ...(certificate && key
    ? { tls: { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') } }
    : {}),
  ...(externalUrl ? { externalUrl } : {}),
});
process.stdout.write(`${JSON.stringify({ ready: true, url: harbor.url, port: harbor.port, pid: process.pid })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void harbor.stop());
