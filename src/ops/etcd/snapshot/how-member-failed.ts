import { Fault } from '../../../chatops/errors.ts';

const inWords: Readonly<Record<string, string>> = {
  ETCD_DIGEST: 'sent bad bytes',
  ETCD_STREAM_ENDED: 'broke off its stream',
  ETCD_NO_PROGRESS: 'stopped sending',
  ETCD_TIMEOUT: 'fell silent',
  ETCD_UNREACHABLE: 'could not be reached',
};

/** What the member that was copied from did, for people, to follow "it"; undefined when what failed was not the member. */
export function howMemberFailed(error: unknown): string | undefined {
  if (!(error instanceof Fault) || error.port !== 'etcd') return undefined;
  return inWords[error.code] ?? `failed with ${error.code}`;
}
