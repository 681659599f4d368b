import { z } from 'zod';
import { Report } from '../chatops/report.ts';
import type { Clock } from '../ports/clock.ts';
import type { Claim, Letter, Outbox } from '../ports/outbox.ts';
import { keys } from './keys.ts';
import { outboxScripts } from './outbox-scripts.ts';
import type { RedisConnection } from './redis.ts';
import { asking } from './script.ts';

const StoredLetter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), runId: z.string() }),
  z.object({ kind: z.literal('approval'), approvalId: z.string(), runId: z.string() }),
  z.object({ kind: z.literal('say'), runId: z.string(), report: Report, broadcast: z.boolean() }),
  z.object({ kind: z.literal('alert'), alertId: z.string() }),
  z.object({ kind: z.literal('remark'), alertId: z.string(), report: Report }),
]);

const ClaimAnswer = z.union([z.tuple([]), z.tuple([z.string(), z.string(), z.number(), z.number(), z.number()])]);

const DepthAnswer = z.tuple([z.number(), z.number(), z.number()]);

/** The outbox in Redis. `clock` decides what is due; processes whose clocks differ only wait that much longer or shorter. */
export function createOutbox(redis: RedisConnection, clock: Clock): Outbox {
  const now = () => clock.now().getTime();
  const ask = (operation: string, script: keyof typeof outboxScripts, values: readonly (string | number)[]) =>
    asking('outbox', operation, () => outboxScripts[script].run(redis, [keys.outbox], [now(), ...values]));

  async function giveUp(claim: Claim | Unreadable, why: string): Promise<void> {
    const given = JSON.stringify({ ...claim, why, at: clock.now() });
    await ask('giveUp', 'giveUp', [claim.id, claim.version, claim.token, given]);
  }

  /** What no version of ours can read would come back for ever. */
  const setAside = (taken: Unreadable) => giveUp(taken, 'This version of Salvor cannot read the letter.');

  return {
    async put(id, letter) {
      await ask('put', 'put', [id, letter.kind, JSON.stringify(letter)]);
    },
    async claim(forMs) {
      for (;;) {
        const taken = parseClaim(await ask('claim', 'claim', [forMs]));
        if (!taken || taken.letter) return taken;
        await setAside(taken);
      }
    },
    async claimOne(id, forMs) {
      const taken = parseClaim(await ask('claimOne', 'claimOne', [forMs, id]));
      if (!taken || taken.letter) return taken;
      await setAside(taken);
      return undefined;
    },
    async sent(claim) {
      await ask('sent', 'sent', [claim.id, claim.version, claim.token]);
    },
    async postpone(claim, at, why, { isUntried } = { isUntried: false }) {
      await ask('postpone', 'postpone', [claim.id, claim.token, at.getTime(), why, isUntried ? '1' : '']);
    },
    giveUp,
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

/** A claim whose letter is not one: as it was written. */
type Unreadable = Omit<Claim, 'letter'> & { readonly letter?: undefined; readonly written: string };

function parseClaim(answer: unknown): Claim | Unreadable | undefined {
  const claimed = ClaimAnswer.parse(answer);
  if (claimed.length === 0) return undefined;
  const [id, written, tries, version, token] = claimed;
  const letter = parseLetter(written);
  return letter ? { id, letter, tries, version, token } : { id, written, tries, version, token };
}

function parseLetter(written: string): Letter | undefined {
  try {
    return StoredLetter.parse(JSON.parse(written));
  } catch {
    return undefined;
  }
}
