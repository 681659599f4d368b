import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type SandboxAlertmanager, startAlertmanager } from './alertmanager.ts';
import { freePorts } from './etcd.ts';

/** An Alertmanager that tells Salvor, and what Salvor must know of it. */
export interface SandboxAlerts {
  readonly alertmanager: SandboxAlertmanager;
  /** The section `alerts` of salvor.yaml. */
  readonly settings: object;
  /** The token that it names. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The rules that people include. */
const rules = resolve(import.meta.dirname, '../deploy/alerts/control-plane.yaml');

export async function startAlerts(directory: string): Promise<SandboxAlerts> {
  const token = randomBytes(16).toString('hex');
  const [port = 0] = await freePorts(1);
  const webhook = { url: `http://127.0.0.1:${port}/alerts`, token, maxAlerts: 1000 };
  const alertmanager = await startAlertmanager({ directory, webhook });
  return {
    alertmanager,
    settings: {
      ...{ listen: { port }, token: 'ALERTS_TOKEN', alertmanager: { url: alertmanager.url } },
      include: [rules],
    },
    environment: { ALERTS_TOKEN: token },
    stop: alertmanager.stop,
  };
}
