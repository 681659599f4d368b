import { seen } from '../../findings/finding.ts';
import { releaseOf } from '../facts/releases.ts';
import { type Danger, hopPast, speaker } from './danger.ts';

const name = 'internal-tls';
const since = '2.2';

/** Go no longer takes the common name of a certificate for its host: without subject alternative names no component trusts another. */
export const internalTls: Danger = {
  name,
  look({ observed: { configuration }, hops }) {
    const hop = hopPast(hops, since);
    if (!hop) return [];
    const say = speaker(name, releaseOf(since)?.source);
    return seen(name, configuration, ({ hasInternalTls }) =>
      hasInternalTls
        ? [
            say(
              'warning',
              `internal TLS in ${hop.to}`,
              'Its certificates need subject alternative names, else the components do not trust each other.',
              'Look at them with openssl x509, and make them anew with prepare gencert where they have none.',
            ),
          ]
        : [],
    );
  },
};
