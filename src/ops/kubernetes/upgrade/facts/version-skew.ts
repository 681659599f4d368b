import { z } from 'zod';
import { lazily } from '../../../facts/lazily.ts';
import { Minor } from '../../release.ts';

const Source = z.array(z.string()).min(1).readonly();

const SkewRule = z.strictObject({
  id: z.string(),
  component: z.string(),
  relativeTo: z.string(),
  /** It holds for components of this minor and later, or of those before it. */
  fromMinor: Minor.optional(),
  belowMinor: Minor.optional(),
  /** In minors. */
  allowedOlder: z.int().optional(),
  allowedNewer: z.int().optional(),
  severity: z.enum(['blocker', 'warning']),
  text: z.string(),
  source: Source,
});
export type SkewRule = z.infer<typeof SkewRule>;

const VersionSkew = z.strictObject({
  asOf: z.iso.date(),
  /** The newest minor that was released on that day, and the one that comes next. */
  newest: Minor,
  next: Minor,
  nextIs: z.string(),
  source: Source,
  rules: z.array(SkewRule).readonly(),
  history: z
    .array(
      z.strictObject({
        change: z.string(),
        effective: z.string(),
        meaning: z.string().optional(),
        why: z.string().optional(),
        source: Source,
      }),
    )
    .readonly(),
  /** In which order components go up. */
  order: z
    .array(z.strictObject({ what: z.array(z.string()).min(1).readonly(), detail: z.string(), source: Source }))
    .readonly(),
});

export const versionSkew = lazily(import.meta.dirname, 'version-skew.json', VersionSkew);

/** The rules of a component that hold at its minor. */
export const rulesFor = (component: string, minor: number): readonly SkewRule[] =>
  versionSkew().rules.filter(
    (rule) => rule.component === component && minor >= (rule.fromMinor ?? 0) && minor < (rule.belowMinor ?? Infinity),
  );

/** A rule by its name. Throws where the table lost it. */
export function ruleNamed(id: string): SkewRule {
  const rule = versionSkew().rules.find((one) => one.id === id);
  if (!rule) throw new Error(`The table of version skew has no rule ${id}.`);
  return rule;
}
