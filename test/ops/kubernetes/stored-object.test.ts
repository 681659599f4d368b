import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { readStoredObject } from '../../../src/ops/kubernetes/stored-object.ts';
import { withoutSecrets } from '../../../src/ops/kubernetes/without-secrets.ts';
import { cases } from '../../cases.ts';

/** Written down from Kubernetes' own definitions, apart from the table under test: what an API server would store. */
const { root } = protobuf.parse(`
  syntax = "proto2";
  message Unknown { optional TypeMeta typeMeta = 1; optional bytes raw = 2; optional string contentEncoding = 3; optional string contentType = 4; }
  message TypeMeta { optional string apiVersion = 1; optional string kind = 2; }
  message Time { optional int64 seconds = 1; optional int32 nanos = 2; }
  message ObjectMeta {
    optional string name = 1; optional string namespace = 3; optional string uid = 5; optional int64 generation = 7;
    optional Time creationTimestamp = 8; map<string, string> labels = 11; map<string, string> annotations = 12; repeated string finalizers = 14;
  }
  message ConfigMap { optional ObjectMeta metadata = 1; map<string, string> data = 2; map<string, bytes> binaryData = 3; optional bool immutable = 4; }
  message Secret { optional ObjectMeta metadata = 1; map<string, bytes> data = 2; optional string type = 3; }
  message LeaseSpec { optional string holderIdentity = 1; optional int32 leaseDurationSeconds = 2; optional Time renewTime = 4; optional int32 leaseTransitions = 5; }
  message Lease { optional ObjectMeta metadata = 1; optional LeaseSpec spec = 2; }
  message Quantity { optional string string = 1; }
  message Resources { map<string, Quantity> requests = 2; }
  message IntOrString { optional int64 type = 1; optional int32 intVal = 2; optional string strVal = 3; }
  message HttpGet { optional string path = 1; optional IntOrString port = 2; }
  message Handler { optional HttpGet httpGet = 2; }
  message Probe { optional Handler handler = 1; optional int32 periodSeconds = 4; }
  message EnvVar { optional string name = 1; optional string value = 2; }
  message Container { optional string name = 1; optional string image = 2; repeated EnvVar env = 7; optional Resources resources = 8; optional Probe livenessProbe = 10; }
  message SecretSource { optional string secretName = 1; }
  message VolumeSource { optional SecretSource secret = 6; }
  message Volume { optional string name = 1; optional VolumeSource volumeSource = 2; }
  message PodSpec { repeated Volume volumes = 1; repeated Container containers = 2; map<string, string> nodeSelector = 7; optional bool hostNetwork = 11; optional string later = 999; }
  message Pod { optional ObjectMeta metadata = 1; optional PodSpec spec = 2; }
`);

/** An object as it lies in etcd. */
function stored(apiVersion: string, kind: string, object: object, message = kind): Uint8Array {
  const type = root.lookupType(message);
  const raw = type.encode(type.fromObject(object)).finish();
  const envelope = root.lookupType('Unknown');
  return Buffer.concat([
    Buffer.from('k8s\0'),
    envelope.encode(envelope.fromObject({ typeMeta: { apiVersion, kind }, raw })).finish(),
  ]);
}

const objectIn = (value: Uint8Array) => {
  const read = readStoredObject(value);
  if (read.kind !== 'object') throw new Error(`it is ${read.kind}`);
  return read;
};

const metadata = {
  ...{ name: 'shop', namespace: 'default', generation: 7, creationTimestamp: { seconds: 1_700_000_000 } },
  ...{ labels: { app: 'shop', tier: 'front' }, finalizers: ['a', 'b'] },
};

describe('an object in protobuf', () => {
  it('is read although it has tens of thousands of entries', () => {
    const names = Array.from({ length: 40_000 }, (_, index) => `f${index}`);
    const labels = Object.fromEntries(names.map((name) => [name, '']));
    const { object } = objectIn(stored('v1', 'ConfigMap', { metadata: { finalizers: names, labels } }));
    expect(object).toMatchObject({ metadata: { finalizers: names, labels } });
  });

  it('keeps an entry that is called like a property of every object', () => {
    const { fields } = {
      fields: objectIn(stored('v1', 'ConfigMap', { data: { a: '1', ['__proto__']: 'x', b: '2' } })),
    };
    expect(JSON.stringify(fields)).toContain('"__proto__":"x"');
  });

  it('is read as kubectl shows it', () => {
    expect(
      objectIn(stored('v1', 'ConfigMap', { metadata, data: { 'app.conf': 'x=1\n', empty: '' }, immutable: true })),
    ).toEqual({
      kind: 'object',
      form: 'protobuf',
      apiVersion: 'v1',
      objectKind: 'ConfigMap',
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, creationTimestamp: '2023-11-14T22:13:20Z' },
        data: { 'app.conf': 'x=1\n', empty: '' },
        immutable: true,
      },
      unknown: [],
    });
  });

  it('has its inlined fields, quantities, ports and microseconds where JSON has them', () => {
    const spec = {
      volumes: [{ name: 'tls', volumeSource: { secret: { secretName: 'tls' } } }],
      containers: [
        {
          name: 'web',
          resources: { requests: { cpu: { string: '100m' }, memory: { string: '1Gi' } } },
          livenessProbe: { handler: { httpGet: { path: '/live', port: { type: 0, intVal: 8080 } } }, periodSeconds: 5 },
        },
        { name: 'side', livenessProbe: { handler: { httpGet: { port: { type: 1, strVal: 'http' } } } } },
      ],
      hostNetwork: false,
    };
    expect(objectIn(stored('v1', 'Pod', { metadata: {}, spec })).object.spec).toEqual({
      volumes: [{ name: 'tls', secret: { secretName: 'tls' } }],
      containers: [
        {
          name: 'web',
          resources: { requests: { cpu: '100m', memory: '1Gi' } },
          livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 5 },
        },
        { name: 'side', livenessProbe: { httpGet: { port: 'http' } } },
      ],
      hostNetwork: false,
    });
    const lease = { spec: { holderIdentity: 'cp-1_ab', renewTime: { seconds: 1_700_000_000, nanos: 123_456_000 } } };
    expect(objectIn(stored('coordination.k8s.io/v1', 'Lease', lease)).object.spec).toEqual({
      holderIdentity: 'cp-1_ab',
      renewTime: '2023-11-14T22:13:20.123456Z',
    });
  });

  it('names the fields that this version does not know', () => {
    const { object, unknown } = objectIn(stored('v1', 'Pod', { metadata, spec: { hostNetwork: true, later: 'x' } }));
    expect(object.spec).toEqual({ hostNetwork: true });
    expect(unknown).toEqual(['spec#999']);
  });

  it('shows its metadata where its kind is not known', () => {
    const { object, unknown } = objectIn(
      stored('example.com/v1', 'Gadget', { metadata, data: { a: 'b' } }, 'ConfigMap'),
    );
    expect(object).toMatchObject({ apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'shop' } });
    expect(unknown).toEqual(['#2']);
  });
});

describe('an object in another form', () => {
  it('is read when it is JSON', () => {
    const object = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'a' }, spec: { size: 1 } };
    expect(objectIn(Buffer.from(JSON.stringify(object)))).toMatchObject({ form: 'json', objectKind: 'Gadget', object });
  });

  it('is said to be encrypted when Kubernetes encrypted it', () => {
    const value = Buffer.concat([Buffer.from('k8s:enc:aescbc:v1:key1:'), Buffer.from([1, 2, 255])]);
    expect(readStoredObject(value)).toEqual({ kind: 'encrypted', by: 'aescbc:v1:key1' });
  });

  it.each(['', 'plain text', '[1,2]', '"a"', '{"kind":"Pod"}', '{', 'k8s\0', 'k8s\0\xff\xff'])(
    'is left alone when it is %j',
    (text) => {
      expect(readStoredObject(Buffer.from(text, 'latin1'))).toEqual({ kind: 'other' });
    },
  );

  it('throws on no bytes at all', () => {
    const whole = stored('v1', 'Pod', { metadata, spec: { containers: [{ name: 'web' }] } });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
        const spoiled = Buffer.from(whole);
        spoiled[at] = (spoiled[at] ?? 0) ^ change;
        readStoredObject(cut ? whole.subarray(0, at) : spoiled);
      }),
      cases(1_000),
    );
  });
});

describe('an object without its secrets', () => {
  const secret = (extra: object) =>
    stored('v1', 'Secret', { metadata, data: { password: Buffer.from('hunter2') }, type: 'Opaque', ...extra });

  it('tells of a Secret what is in it and how long, never what it says', () => {
    const shown = withoutSecrets(objectIn(secret({})).object);
    expect(shown).toMatchObject({ kind: 'Secret', data: { password: '(hidden, 7 bytes)' }, type: 'Opaque' });
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('leaves out what was applied, which says it all again', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}',
      team: 'a',
    };
    const shown = withoutSecrets(objectIn(secret({ metadata: { name: 'x', annotations } })).object);
    expect(JSON.stringify(shown)).not.toContain('aHVudGVyMg');
    expect(shown.metadata).toMatchObject({ annotations: { team: '(hidden, 1 bytes)' } });
  });

  it('hides the text of one in JSON too, whatever it holds', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x' },
      stringData: { a: 'hunter2' },
      data: { b: 7 },
    };
    expect(withoutSecrets(object)).toEqual({
      ...object,
      stringData: { a: '(hidden, 7 bytes)' },
      data: { b: '(hidden, 0 bytes)' },
    });
  });

  it('hides those of a List, however deep, and what any tool keeps of one in an annotation', () => {
    const annotations = { 'kapp.k14s.io/original': '{"stringData":{"a":"hunter2"}}' };
    const one = { kind: 'Secret', metadata: { name: 'x', annotations }, stringData: { a: 'hunter2' } };
    const list = { kind: 'List', apiVersion: 'v1', items: [{ kind: 'List', items: [one] }] };
    expect(JSON.stringify(withoutSecrets(list))).not.toContain('hunter2');
  });
});
