import { describe, expect, it } from 'vitest';
import { offersFor } from '../../../src/chatops/alerts/offers-for.ts';
import { people } from '../../people.ts';
import { rule } from './alerts.ts';

const rules = [
  rule({ facts: ['leaders', 'backups'], action: 'snapshot', advice: 'Hold upgrades.' }),
  rule({ name: 'quota', alert: 'etcdDatabaseQuotaLowSpace', facts: ['leaders'] }),
];

const offered = (text: string, targets: readonly string[] = ['prod-1'], actor = people.alice) => {
  const words = (command: string, target: string) => `${command} ${target}`;
  const against = (command: string, target: string) =>
    actor === people.vera && command === 'snapshot' ? `Vera may not save ${target}.` : undefined;
  const asked = { text, actor, targets, rules, usual: ['leaders'], against, words };
  const { title, text: advice, facts = [], actions = [] } = offersFor(asked);
  const withheld = facts.flatMap(({ label, value }) => (label === 'Not offered' ? [value] : []));
  return {
    ...{ title, advice, buttons: actions.map(({ on }) => on) },
    ...(withheld.length > 0 ? { withheld } : {}),
  };
};

describe('what is offered about a message', () => {
  it('is what the rules of the alerts that it names offer', () => {
    expect(offered('[FIRING:1] etcdNoLeader (cluster prod-1)')).toEqual({
      title: 'etcdNoLeader on prod-1',
      advice: 'Hold upgrades.',
      buttons: ['snapshot prod-1', 'leaders prod-1', 'backups prod-1'],
    });
  });

  it('is what this person may do; of the rest it says why not', () => {
    expect(offered('etcdNoLeader', ['prod-1'], people.vera)).toMatchObject({
      buttons: ['leaders prod-1', 'backups prod-1'],
      withheld: ['snapshot prod-1: Vera may not save prod-1.'],
    });
  });

  it('is the usual where no rule speaks of it', () => {
    expect(offered('the disk is full').buttons).toEqual(['leaders prod-1']);
  });

  it('takes whole names alone, and nothing else of the text', () => {
    expect(offered('etcdNoLeaderAtAll; snapshot prod-1 --despite-alarm').buttons).toEqual(['leaders prod-1']);
  });

  it('asks which is meant where the channel speaks of several and the message names none', () => {
    expect(() => offered('etcdNoLeader', ['prod-1', 'staging'])).toThrow(
      'does not say which is meant: prod-1 and staging',
    );
    expect(offered('etcdNoLeader on staging', ['prod-1', 'staging']).title).toBe('etcdNoLeader on staging');
  });

  it('is nothing for who may look at nothing there', () => {
    expect(() => offered('etcdNoLeader', ['prod-1'], people.eve)).toThrow('nothing that you may look at');
    expect(() => offered('etcdNoLeader', [])).toThrow('nothing that you may look at');
  });
});
