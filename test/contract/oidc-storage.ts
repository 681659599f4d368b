import type { AdapterFactory, AdapterPayload } from 'oidc-provider';

/** What a provider keeps, in memory: its own way of doing so warns that it is no way. */
export function oidcStorage(): AdapterFactory {
  const all = new Map<string, AdapterPayload>();
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const ofModel = () => [...all].filter(([key]) => key.startsWith(`${model}:`));
    return {
      async upsert(id, payload) {
        all.set(keyOf(id), payload);
      },
      find: async (id) => all.get(keyOf(id)),
      findByUid: async (uid) => ofModel().find(([, payload]) => payload.uid === uid)?.[1],
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = all.get(keyOf(id));
        if (payload) all.set(keyOf(id), { ...payload, consumed: Math.floor(Date.now() / 1000) });
      },
      async destroy(id) {
        all.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, payload] of ofModel()) if (payload.grantId === grantId) all.delete(key);
      },
    };
  };
}
