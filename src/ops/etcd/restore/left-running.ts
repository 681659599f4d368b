import { firstFew } from '../../../chatops/format.ts';
import type { Decided } from './decided.ts';

/** What goes on with what it remembers, since salvor.yaml does not say how it is stopped or restarted: a sentence each. */
export function leftRunning({ hosts, hasKubernetes }: Pick<Decided, 'hosts' | 'hasKubernetes'>): readonly string[] {
  const withApi = hosts.filter(({ variables }) => variables.apiserver_service);
  if (withApi.length === 0 && hasKubernetes) {
    return [
      'NO API SERVER IS STOPPED: salvor.yaml names none (apiServer under restore.members). One that runs meanwhile writes what it remembers into what was restored: stop all of them by hand, or name them first.',
    ];
  }
  const forgotten = withApi.filter(({ variables }) => variables.afterwards_services.length === 0);
  if (forgotten.length === 0) return [];
  const where = firstFew(forgotten.map(({ name }) => name));
  return [
    `Nothing is restarted after the API servers on ${where}: controller manager and scheduler there go on with what they remember. Name them in salvor.yaml (afterwards under restore.members), or restart them by hand.`,
  ];
}
