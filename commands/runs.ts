import { z } from 'zod';
import { authorise } from '../src/chatops/access.ts';
import { defineAnswer } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';
import { runDetails, runList } from '../src/chatops/run-report.ts';

const limit = 20;

export default defineAnswer({
  name: 'runs',
  summary: 'what runs and ran; one run with its steps and log',
  usage: 'runs [run] [--cluster <cluster>]',
  examples: ['runs', 'runs r-k7m2p9x4tq', 'runs --cluster prod-1'],
  input: z.strictObject({ run: Name.optional(), cluster: Name.optional() }),
  async answer({ run: id, cluster }, desk) {
    if (id !== undefined) {
      const run = await desk.find(id, 'viewer');
      return runDetails(run, await desk.runs.logs(run.id), desk.now);
    }
    const wanted = cluster ?? desk.cluster;
    const recent = await desk.runs.list({ ...(wanted === undefined ? {} : { cluster: wanted }), limit });
    const visible = recent.filter(
      (run) => authorise(desk.actor, { role: 'viewer', cluster: run.cluster }).kind === 'yes',
    );
    return runList(visible, wanted, desk.calledAs, desk.now);
  },
});
