import { unseen } from '../../findings/finding.ts';
import { optionalParts } from '../path/flags.ts';
import type { DroppedFlag } from '../path/hop.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'invalid-flag';
const say = speaker(name);
const own: readonly string[] = optionalParts.map((part) => `--with-${part}`);

/** A flag that the installer does not take stops it when Harbor is already down. The hops leave it out; people must know. */
export const invalidFlag: Danger = {
  name,
  look({ observed: { parts, wrapperFlags }, hops }) {
    return [
      ...[parts, wrapperFlags].flatMap((piece) => ('gap' in piece ? [unseen(name, piece.gap)] : [])),
      ...hops.flatMap(({ to, dropped, flags }) => dropped.map((one) => told(to, one, flags))),
    ];
  },
};

function told(to: string, { flag, wantedBy, why }: DroppedFlag, flags: readonly string[]): Finding {
  const evidence = `${wantedBy === 'the registry' ? 'The registry uses it' : 'The wrapper script passes it'}. ${why}`;
  const subject = `${flag} in ${to}`;
  if (!own.includes(flag)) return say('warning', subject, evidence, 'It is left out: find out what it is for.');
  const out = 'It is left out; take it out of scripts that people use, too.';
  const scanner =
    flag === '--with-clair' && !flags.includes('--with-trivy') ? ' Nothing scans then: ask for --with-trivy.' : '';
  return say('warning', subject, evidence, `${out}${scanner}`);
}
