import { z } from 'zod';
import { Fault } from '../src/chatops/errors.ts';
import { defineJob, type RunContext } from '../src/chatops/job.ts';
import type { File } from '../src/chatops/report.ts';
import { backupReport } from '../src/ops/etcd/backup/backup-report.ts';
import { checkBackups } from '../src/ops/etcd/backup/check-backups.ts';
import { type BackupHistory, historyOf } from '../src/ops/etcd/history/backup-history.ts';
import { drawHistory } from '../src/ops/etcd/history/draw-history.ts';
import { historyInWords } from '../src/ops/etcd/history/history-in-words.ts';
import type { Picture } from '../src/ports/picture.ts';

const usualLimit = 20;
/** When a time is given, that is the limit; this one guards the message. */
const limitSince = 500;

const Payload = z.object({ cluster: z.string(), sinceMs: z.number().optional(), limit: z.int().optional() });

export default defineJob({
  name: 'backups',
  payload: Payload,
  needs: ['objects', 'catalogue', 'clock', 'picture'],
  queue: 'read',
  steps: ['Read the bucket', 'Draw the picture'],
  target: (payload) => payload.cluster,
  access: (payload) => ({ role: 'viewer', target: payload.cluster }),
  async run({ cluster: name, sinceMs, limit }, { catalogue, clock, objects, picture }, context) {
    const cluster = catalogue.cluster(name);
    const now = clock.now();
    const since = sinceMs === undefined ? undefined : new Date(now.getTime() - sinceMs);
    const asked = { since, limit: limit ?? (since ? limitSince : usualLimit), now, signal: context.signal };
    const found = await context.step('Read the bucket', () => checkBackups(objects, cluster, asked));
    const history = historyOf(name, found.list.backups, now);
    const drawn = await context.step('Draw the picture', () => draw(history, picture, context));
    return { cluster, now, sinceMs, ...found, history, picture: drawn };
  },
  report: backupReport,
});

/** The list is worth having without its picture. */
async function draw(
  history: BackupHistory | undefined,
  picture: Picture,
  context: RunContext,
): Promise<File | undefined> {
  if (!history) return undefined;
  try {
    const png = await picture.draw(drawHistory(history));
    return {
      name: `backups-${history.cluster}.png`,
      title: `Backups of ${history.cluster}`,
      altText: historyInWords(history),
      base64: Buffer.from(png).toString('base64'),
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.log(`the picture is left out: ${error.message}`);
    return undefined;
  }
}
