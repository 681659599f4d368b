import { afterEach, describe, expect, it } from 'vitest';
import { changeState } from '../../sandbox/harbor/state.ts';
import { admin, type HarborHouse, robot, startHarborHouse } from '../contract/harbor-house.ts';

let house: HarborHouse | undefined;
afterEach(async () => {
  await house?.stop();
  house = undefined;
});
const start = async (version: string) => {
  house = await startHarborHouse(version);
  return house;
};

type Login = typeof admin;
const basic = ({ username, password }: Login) => ({
  Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

async function ask(path: string, login?: Login, init: RequestInit = {}) {
  const answer = await fetch(`${house?.server.url}${path}`, { ...init, headers: login ? basic(login) : {} });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  };
}

describe('the sandbox’s Harbor', () => {
  it('lists a page with how many there are, and where the next one lies', async () => {
    await start('2.10.3');
    const { headers, json } = await ask('/api/v2.0/projects/library/repositories?page=2&page_size=4', robot);
    expect(json).toHaveLength(4);
    expect(headers.get('x-total-count')).toBe('15');
    expect(headers.get('link')).toBe(
      '</api/v2.0/projects/library/repositories?page=1&page_size=4>; rel="prev" , ' +
        '</api/v2.0/projects/library/repositories?page=3&page_size=4>; rel="next"',
    );
    expect((await ask('/api/v2.0/projects/library/repositories', robot)).json).toHaveLength(10);
  });

  it('refuses a page of more than a hundred in 2.x, and makes it smaller in 1.x', async () => {
    await start('2.10.3');
    const refused = await ask('/api/v2.0/projects?page_size=101', robot);
    expect([refused.status, refused.json.errors[0].code]).toEqual([422, 'UNPROCESSABLE_ENTITY']);
    await house?.stop();
    await start('1.10.19');
    expect((await ask('/api/projects?page_size=101', admin)).status).toBe(200);
  });

  it('knows a repository by its name encoded twice, and by no other way', async () => {
    await start('2.10.3');
    const artifacts = (name: string) => ask(`/api/v2.0/projects/library/repositories/${name}/artifacts`, robot);
    expect((await artifacts('deep%252Fer%252Fnginx')).json).toMatchObject([{ tags: [{ name: '1.27' }] }]);
    for (const name of ['deep%2Fer%2Fnginx', 'deep/er/nginx', 'nginx'])
      expect((await artifacts(name)).json).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
  });

  it('has the API of its version alone', async () => {
    await start('2.10.3');
    expect((await ask('/api/systeminfo', admin)).status).toBe(404);
    expect((await ask('/api/version')).json).toEqual({ version: 'v2.0' });
    changeState(house?.stateDir ?? '', { version: '1.10.19' });
    expect((await ask('/api/v2.0/systeminfo', admin)).json).toMatchObject({ code: 404 });
    expect((await ask('/api/systeminfo')).json).toMatchObject({
      harbor_version: 'v1.10.19-6dd2ae90',
      read_only: false,
    });
  });

  it('tells strangers what is public, and a wrong password is a stranger’s', async () => {
    await start('2.10.3');
    const wrong = { ...admin, password: 'wrong' };
    for (const login of [undefined, wrong]) {
      expect((await ask('/api/v2.0/projects', login)).json).toMatchObject([{ name: 'library' }]);
      expect((await ask('/api/v2.0/systeminfo', login)).json).not.toHaveProperty('read_only');
      expect((await ask('/api/v2.0/users', login)).json).toEqual({
        errors: [{ code: 'UNAUTHORIZED', message: 'unauthorized' }],
      });
    }
    changeState(house?.stateDir ?? '', { version: '2.13.1' });
    expect((await ask('/api/v2.0/systeminfo')).json).not.toHaveProperty('harbor_version');
  });

  it('counts for a robot what is public only, and lets none list users', async () => {
    await start('2.10.3');
    const { json } = await ask('/api/v2.0/statistics', robot);
    expect(json).toMatchObject({ public_project_count: 1, private_project_count: 0 });
    expect(json).not.toHaveProperty('total_project_count');
    expect((await ask('/api/v2.0/users', robot)).status).toBe(403);
    expect((await ask('/api/v2.0/users', admin)).json).toMatchObject([{ username: 'anna' }, { username: 'bert' }]);
  });

  it('sends docker for a token, and refuses a push in read-only mode', async () => {
    await start('2.10.3');
    const path = '/v2/secret/vault/manifests/3';
    const challenged = await ask(path, undefined, { method: 'HEAD' });
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${house?.server.url}/service/token",service="harbor-registry",scope="repository:secret/vault:pull"`,
    ]);
    expect((await ask(path, robot, { method: 'HEAD' })).headers.get('docker-content-digest')).toMatch(/^sha256:/);
    changeState(house?.stateDir ?? '', { readOnly: true });
    const refused = await ask('/v2/secret/vault/blobs/uploads/', admin, { method: 'POST' });
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, 'DENIED']);
    expect((await ask(path, robot)).status).toBe(200);
  });

  it('takes read_only from administrators alone', async () => {
    await start('2.10.3');
    const put = (login: Login, body: unknown) =>
      ask('/api/v2.0/configurations', login, { method: 'PUT', body: JSON.stringify(body) });
    expect((await put(robot, { read_only: true })).status).toBe(403);
    expect((await put(admin, {})).status).toBe(400);
    expect((await put(admin, { read_only: true })).status).toBe(200);
    expect((await ask('/api/v2.0/systeminfo', robot)).json).toMatchObject({ read_only: true });
  });
});
