import { z } from 'zod';
import { Report } from '../chatops/report.ts';
import type { Clock } from '../ports/clock.ts';
import type { Claim, Outbox } from '../ports/outbox.ts';
import { keys } from './keys.ts';
import { outboxScripts } from './outbox-scripts.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

const StoredLetter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), runId: z.string() }),
  z.object({ kind: z.literal('say'), runId: z.string(), report: Report, broadcast: z.boolean() }),
]);

const ClaimAnswer = z.union([z.tuple([]), z.tuple([z.string(), z.string(), z.number(), z.number(), z.number()])]);

const DepthAnswer = z.tuple([z.number(), z.number(), z.number()]);

/** The outbox in Redis. `clock` decides what is due; processes whose clocks differ only wait that much longer or shorter. */
export function createOutbox(redis: RedisConnection, clock: Clock): Outbox {
  const now = () => clock.now().getTime();
  const ask = (operation: string, script: keyof typeof outboxScripts, values: readonly (string | number)[]) =>
    asking('outbox', operation, () => outboxScripts[script].run(redis, [keys.outbox], [now(), ...values]));

  return {
    async put(id, letter) {
      await ask('put', 'put', [id, letter.kind, JSON.stringify(letter)]);
    },
    claim: async (forMs) => parseClaim(await ask('claim', 'claim', [forMs])),
    claimOne: async (id, forMs) => parseClaim(await ask('claimOne', 'claimOne', [forMs, id])),
    async sent(claim) {
      await ask('sent', 'sent', [claim.id, claim.version, claim.token]);
    },
    async postpone(claim, at, why) {
      await ask('postpone', 'postpone', [claim.id, claim.token, at.getTime(), why]);
    },
    async giveUp(claim, why) {
      const given = JSON.stringify({ ...claim, why, at: clock.now() });
      await ask('giveUp', 'giveUp', [claim.id, claim.version, claim.token, given]);
    },
    async allowance(name, { calls, perMs }) {
      const take = () => outboxScripts.allowance.run(redis, [keys.allowance(name)], [now(), calls, perMs]);
      return z.number().parse(await asking('outbox', 'allowance', take));
    },
    async depth() {
      const [waiting, oldestMs, givenUp] = DepthAnswer.parse(await ask('depth', 'depth', []));
      return { waiting, oldestMs, givenUp };
    },
  };
}

function parseClaim(answer: unknown): Claim | undefined {
  const claimed = ClaimAnswer.parse(answer);
  if (claimed.length === 0) return undefined;
  const [id, letter, tries, version, token] = claimed;
  return { id, letter: StoredLetter.parse(JSON.parse(letter)), tries, version, token };
}
