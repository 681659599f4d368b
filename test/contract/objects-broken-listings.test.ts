import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createObjects } from '../../src/adapters/objects.ts';

/** Answers every request with the next of these, and then always with the last: as a store or a proxy does that is not well. */
let answers: readonly string[];
let asked: string[];
let server: Server;
let address: AddressInfo | string | null;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? '';
    asked.push(request.url ?? '');
    // What goes on for ever would not end the test.
    if (asked.length > 20) return void response.destroy();
    response.sendDate = false;
    response.setHeader('content-type', 'application/xml').end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = server.address();
});
afterAll(() => server.close());

function storeThatSays(...pages: readonly string[]) {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  answers = pages;
  asked = [];
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const endpoint = `http://127.0.0.1:${address.port}`;
  const objects = createObjects({ main: { bucket: 'b', region: 'us-east-1', endpoint, credentials, attempts: 1 } });
  onTestFinished(() => objects.close());
  return objects;
}

const document = (name: string, ...content: readonly string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><${name}>${content.join('')}</${name}>`;
const truncated = '<IsTruncated>true</IsTruncated>';
const whole = '<IsTruncated>false</IsTruncated>';
const nowhere = { code: 'S3_BROKEN_LISTING', message: expect.stringContaining('more follows and not where') };
const circles = { code: 'S3_BROKEN_LISTING', message: expect.stringContaining('it goes in circles') };
const nothing = { code: 'S3_BROKEN_LISTING', message: expect.stringContaining('does not say whether more follows') };

describe('a listing of objects', () => {
  const object = (key: string) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`;
  const page = (...content: readonly string[]) => document('ListBucketResult', ...content);
  const token = (name: string) => `<NextContinuationToken>${name}</NextContinuationToken>`;
  const list = (limit?: number) => ({ prefix: '', ...(limit === undefined ? {} : { limit }) });

  it('that breaks off is a Fault that says what to look at', async () => {
    const objects = storeThatSays(page(object('a'), truncated));
    const listing = Array.fromAsync(objects.list('main', list()));
    await expect(listing).rejects.toMatchObject({
      message:
        'Listing bucket b failed: its answer is no whole listing, so what is there is not known (BrokenListing, it says that more follows and not where).',
      next: expect.stringMatching(/^Look at the store at http:\S+, and at what stands before it/),
      retryable: true,
    });
  });

  it.each([
    ['at once', ['1']],
    ['after some pages', ['1', '2', '1']],
  ])('that goes in circles %s is one', async (_, tokens) => {
    const objects = storeThatSays(...tokens.map((name) => page(object('a'), truncated, token(name))));
    await expect(Array.fromAsync(objects.list('main', list()))).rejects.toMatchObject(circles);
  });

  it.each([
    ['nothing', ''],
    ['a listing without an end', page(object('a'))],
    ['a page of a proxy', '<html><body>Please log in</body></html>'],
  ])('of which a store says %s is one', async (_, answer) => {
    const objects = storeThatSays(answer);
    await expect(Array.fromAsync(objects.list('main', list()))).rejects.toMatchObject({ name: 'Fault' });
  });

  it('of which no more was wanted is none', async () => {
    const objects = storeThatSays(page(object('a'), object('b'), truncated));
    expect((await Array.fromAsync(objects.list('main', list(2)))).map(({ key }) => key)).toEqual(['a', 'b']);
  });
});

it('an answer without a date tells no time', async () => {
  const objects = storeThatSays(document('ListBucketResult', whole));
  expect(await objects.clockOf('main')).toBeUndefined();
});

describe('a removal', () => {
  const versioned = document('VersioningConfiguration', '<Status>Enabled</Status>');
  const version = (key: string) => `<Version><Key>${key}</Key><VersionId>v</VersionId></Version>`;
  const page = (...content: readonly string[]) => document('ListVersionsResult', ...content);

  it.each([
    ['that breaks off', [page(version('a'), truncated)], nowhere],
    ['that names a key and no version', [page(truncated, '<NextKeyMarker>a</NextKeyMarker>')], nowhere],
    [
      'that goes in circles',
      [page(truncated, '<NextKeyMarker>a</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>')],
      circles,
    ],
    ['that is none', [''], nothing],
  ])('deletes nothing by a listing of versions %s', async (_, pages, fault) => {
    const objects = storeThatSays(versioned, ...pages);
    await expect(objects.remove({ bucket: 'main', key: 'a' })).rejects.toMatchObject(fault);
    expect(asked.filter((url) => !/\?(versioning|.*versions)/.test(url))).toEqual([]);
  });

  it('takes it for the end where longer keys follow', async () => {
    const last = page(version('a'), version('ab'), truncated, '<NextKeyMarker>ab</NextKeyMarker>');
    const objects = storeThatSays(versioned, last, '');
    await objects.remove({ bucket: 'main', key: 'a' });
    expect(asked).toHaveLength(3);
  });
});

describe('a listing of open uploads', () => {
  const page = (...content: readonly string[]) => document('ListMultipartUploadsResult', ...content);

  it.each([
    ['that breaks off', page(truncated), nowhere],
    ['that goes in circles', page(truncated, '<NextKeyMarker>a</NextKeyMarker>'), circles],
    ['that is none', '', nothing],
  ])('%s is a Fault', async (_, answer, fault) => {
    const objects = storeThatSays(answer);
    await expect(Array.fromAsync(objects.openUploads('main', ''))).rejects.toMatchObject(fault);
  });

  it('that is whole ends', async () => {
    expect(await Array.fromAsync(storeThatSays(page(whole)).openUploads('main', ''))).toEqual([]);
  });
});
