import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeState, readDatabase, storageOf } from '../../sandbox/harbor/state.ts';
import { fetched } from '../../sandbox/harbor/storage.ts';
import { probe, startForTest } from './harbor-house.ts';

const oldProbe = { ...probe, username: 'robot$probe' };

describe('an image', () => {
  it.for(['1.10.19', '2.10.3'])('is pulled from %s whether public or not, an index too', async (version) => {
    const { harbor } = await startForTest(version);
    for (const [repository, tag] of [
      ['library/deep/er/nginx', '1.27'],
      ['library/multi', '2'],
      ['secret/vault', '3'],
    ] as const) {
      const digest = (await harbor.digest('reg', repository, tag)) ?? '';
      expect(digest).toMatch(/^sha256:/);
      expect(await harbor.pull('reg', repository, digest)).toBeGreaterThan(300);
    }
  });

  it('that is not there has no digest, and is not pulled', async () => {
    const { harbor } = await startForTest('2.10.3');
    expect(await harbor.digest('reg', 'library/none', '1')).toBeUndefined();
    const digest = `sha256:${'0'.repeat(64)}`;
    await expect(harbor.pull('reg', 'library/app-1', digest)).rejects.toMatchObject({ code: 'HARBOR_ANSWER' });
  });

  it('whose bytes are others than its digest says is no image', async () => {
    const { harbor, state } = await startForTest('2.10.3');
    const digest = (await harbor.digest('reg', 'secret/vault', '3')) ?? '';
    const manifest = fetched(storageOf(state), 'manifests', digest)?.toString() ?? '';
    const config = /"digest":"sha256:(\w+)"/.exec(manifest)?.[1] ?? '';
    const file = join(storageOf(state), 'blobs/sha256', config);
    await writeFile(file, 'something else');
    await expect(harbor.pull('reg', 'secret/vault', digest)).rejects.toMatchObject({
      code: 'HARBOR_ANSWER',
      message: expect.stringContaining('has not that digest'),
    });
    await rm(file);
    await expect(harbor.pull('reg', 'secret/vault', digest)).rejects.toMatchObject({ code: 'HARBOR_ANSWER' });
  });

  it('is fetched from the object store that its registry sends to, without credentials', async () => {
    const seen: (string | undefined)[] = [];
    let storage = '';
    const store = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const digest = new URL(request.url ?? '', 'http://x').pathname.slice(1);
      response.end(fetched(storage, 'blobs', digest));
    });
    store.listen(0, '127.0.0.1');
    await once(store, 'listening');
    onTestFinished(() => void store.close());
    const address = store.address();
    const blobsAt = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const { harbor, state } = await startForTest('2.10.3', { server: { blobsAt } });
    storage = storageOf(state);
    const digest = (await harbor.digest('reg', 'secret/vault', '3')) ?? '';
    expect(await harbor.pull('reg', 'secret/vault', digest)).toBeGreaterThan(300);
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe('a probe', () => {
  it.for([
    ['1.10.19', oldProbe],
    ['2.10.3', probe],
  ] as const)('is pushed to %s, a new one each time under the same tag', async ([version, login]) => {
    const { as, state } = await startForTest(version);
    const harbor = as({ probe: login });
    const first = await harbor.push('reg');
    const second = await harbor.push('reg');
    expect(second).toMatchObject({ repository: 'salvor-probe/salvor-probe', tag: 'probe' });
    expect(second.digest).not.toBe(first.digest);
    const stored = readDatabase(state.database ?? '').projects.find(({ name }) => name === 'salvor-probe');
    expect(stored?.repositories).toMatchObject([
      {
        artifacts: [
          { digest: first.digest, tags: [] },
          { digest: second.digest, tags: ['probe'] },
        ],
      },
    ]);
  });

  it('is refused in read-only mode, with what Harbor says', async () => {
    const { as, stateDir } = await startForTest('2.10.3');
    changeState(stateDir, { readOnly: true });
    await expect(as({ probe }).push('reg')).rejects.toMatchObject({
      code: 'HARBOR_FORBIDDEN',
      message: expect.stringContaining('DENIED: The system is in read only mode. Any modification is prohibited.'),
    });
  });

  it('goes nowhere where it may not, or where nobody named a place', async () => {
    const { as } = await startForTest('2.10.3');
    await expect(as({ probe: { ...probe, project: 'secret' } }).push('reg')).rejects.toMatchObject({
      ...{ code: 'HARBOR_FORBIDDEN', next: 'Give that account repository:push.' },
    });
    await expect(as({}).push('reg')).rejects.toMatchObject({ code: 'HARBOR_CONFIG' });
  });
});
