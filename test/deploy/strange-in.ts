import * as models from '@kubernetes/client-node';
import { z } from 'zod';

/** As the client's models tell of themselves; they are made from the OpenAPI of Kubernetes. */
const Model = z.custom<{ getAttributeTypeMap(): unknown }>(
  (one) => typeof one === 'function' && 'getAttributeTypeMap' in one,
);
const Attributes = z.array(z.object({ baseName: z.string(), type: z.string() }));

/**
 * Paths in an object of Kubernetes that its kind does not have, or that hold another type: what an API server refuses or drops. Nothing is told of
 * kinds that are not Kubernetes' own.
 */
export function strangeIn(object: unknown): readonly string[] {
  const { apiVersion, kind } = z.object({ apiVersion: z.string(), kind: z.string() }).parse(object);
  if (apiVersion.includes('monitoring.coreos.com')) return [];
  const version = apiVersion.replace(/^.*\//, '');
  const type = `${version[0]?.toUpperCase()}${version.slice(1)}${kind}`;
  if (!(type in models)) throw new Error(`Kubernetes has no ${apiVersion} ${kind}`);
  return strangeAs(type, object, kind);
}

function strangeAs(type: string, value: unknown, path: string): readonly string[] {
  const [, item] = /^Array<(.+)>$/.exec(type) ?? [];
  if (item !== undefined)
    return Array.isArray(value) ? value.flatMap((one, nth) => strangeAs(item, one, `${path}[${nth}]`)) : [path];
  const [, ofMap] = /^\{ \[key: string\]: (.+); \}$/.exec(type) ?? [];
  if (ofMap !== undefined) return fields(value, path, () => ofMap);
  if (['string', 'number', 'boolean'].includes(type)) return typeof value === type ? [] : [path];
  if (type === 'IntOrString') return ['string', 'number'].includes(typeof value) ? [] : [path];
  if (type === 'Quantity') return typeof value === 'string' ? [] : [path];
  const model = Model.safeParse(Object.entries(models).find(([name]) => name === type)?.[1]);
  if (!model.success) throw new Error(`${path} is a ${type}, of which nothing is known here`);
  const known = new Map(Attributes.parse(model.data.getAttributeTypeMap()).map((one) => [one.baseName, one.type]));
  return fields(value, path, (name) => known.get(name));
}

function fields(value: unknown, path: string, typeOf: (name: string) => string | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, one]) => {
    const type = typeOf(name);
    return type === undefined ? [`${path}.${name}`] : strangeAs(type, one, `${path}.${name}`);
  });
}
