import { request } from 'node:https';
import type { SandboxKubernetes } from './kubernetes.ts';

/** A controller of the shop, of long ago: it asks for an API version that 1.37 has no more. */
export const operator = {
  name: 'system:serviceaccount:shop:operator',
  rights: [{ apiGroups: ['networking.k8s.io'], resources: ['servicecidrs'], verbs: ['list'], nonResourceURLs: [] }],
};
/** Which is off unless somebody asks for it. */
export const operatorsApi = 'networking.k8s.io/v1beta1';

/** It looks at each API server so many times. */
export async function operate({ apiServers, certificates, token }: SandboxKubernetes, times = 4): Promise<void> {
  for (const { url } of apiServers)
    for (let nth = 0; nth < times; nth += 1) {
      const headers = {
        Authorization: `Bearer ${token(operator.name)}`,
        'User-Agent': 'shop-operator/1.4.2 (linux/amd64)',
      };
      const options = { ca: certificates.ca.certificate, headers, agent: false };
      await new Promise<void>((resolve, reject) => {
        const asked = request(`${url}/apis/${operatorsApi}/servicecidrs`, options, (response) =>
          response.resume().once('close', resolve),
        );
        asked.once('error', reject).end();
      });
    }
}
