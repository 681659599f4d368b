import { createCatalogue } from '../adapters/catalogue.ts';
import type { Actor } from '../chatops/access.ts';
import type { GivenFile } from '../chatops/command.ts';
import { Refusal } from '../chatops/errors.ts';
import { listInWords } from '../chatops/format.ts';
import { createReception } from '../chatops/reception.ts';
import { type File, filesOf, type Report } from '../chatops/report.ts';
import { untraced } from '../chatops/untraced.ts';
import { grantsIn, groupsOf } from '../config/grants.ts';
import { createShelf } from '../queue/shelf.ts';
import { rememberedGroups } from '../slack/remembered-groups.ts';
import { clean } from '../terminal/clean.ts';
import { exitCode } from '../terminal/exit-code.ts';
import { follow } from '../terminal/follow.ts';
import { inShell } from '../terminal/in-shell.ts';
import { reportText } from '../terminal/report-text.ts';
import { writeArtifacts } from './artifacts.ts';
import type { Foundation } from './foundation.ts';
import { serveWorker } from './worker.ts';

export interface TerminalRequest {
  readonly words: string;
  readonly files?: () => Promise<readonly GivenFile[]>;
  /** Where the files of the report go; it is there. */
  readonly artifacts?: string | undefined;
  /** The one site whose keys were read; all of them when undefined. */
  readonly site?: string | undefined;
  /** A Slack member id, whose rights count. */
  readonly as: string;
  /** The account of the machine, for the record. */
  readonly account: string;
  /** How this process was called. */
  readonly program: string;
  readonly write: (text: string) => void;
  /** Of what it is written to, in characters. */
  readonly width: number;
}

/** What becomes of a run whose keys were not read here. */
const waiting = 'it waits for one, since this process has no keys of that site. Ctrl-C takes it back';

/**
 * The same as in Slack, from a terminal: same rights, locks and records. Where no worker serves its site, this process does.
 * Answers the exit code: 0 when the run is done or the question answered, without bad news; else 1.
 */
export async function runInTerminal(foundation: Foundation, request: TerminalRequest): Promise<number> {
  const { config, registry, clock, runs, schedules, producer } = foundation;
  const { write, width, files } = request;
  const actor = await actorOf(foundation, request);
  const asTyped = inShell(request.program, actor.id);
  const reception = createReception({
    registry,
    catalogue: createCatalogue(config.settings),
    runs,
    schedules,
    keepers: foundation.keepers,
    clock,
    asTyped,
    // Its card is put into the outbox and said in its target's home channel once Slack is back.
    postCard: async () => ({ kind: 'later' }),
    enqueue: (run) => producer.enqueue(run),
    linkTo: async () => undefined,
  });
  const requestId = `terminal-${process.pid}-${clock.now().getTime()}`;
  const { tracer = untraced } = foundation;
  const spoken = {
    words: request.words,
    actor,
    channel: undefined,
    requestId,
    ...(files ? { files } : {}),
  };
  const response = await tracer.entering('terminal command', {}, () => reception.hear(spoken));
  const show = async (report: Report, files: readonly File[]) => {
    write(reportText(report, asTyped, width));
    if (request.artifacts === undefined) {
      if (files.length > 0)
        write(
          clean(
            `Not kept: ${listInWords(files.map(({ name }) => name))}. --artifacts DIR keeps what Slack gets as files.\n`,
          ),
        );
      return;
    }
    for (const path of await writeArtifacts(request.artifacts, files)) write(`Written: ${path}\n`);
  };
  if (response.kind === 'private') {
    await show(response.report, filesOf(response.report));
    return exitCode({ kind: 'answered', report: response.report, isBusy: response.isBusy ?? false });
  }
  const { run } = response;
  write(clean(`Run ${run.id}: ${run.words}\n`));
  const isServed = (await producer.workers(run.site)).length > 0;
  const hasKeys = request.site === undefined || request.site === run.site;
  if (!isServed) write(`  no worker serves site ${run.site}; ${hasKeys ? 'this process works on it' : waiting}\n`);
  const worker = isServed || !hasKeys ? undefined : await serveWorker(foundation, run.site);
  const stopOnSignal = () => void runs.cancel(run.id, `${actor.name} (Ctrl-C)`, actor.id);
  process.once('SIGINT', stopOnSignal);
  try {
    const ended = await follow(runs, run.id, (line) => write(`${line}\n`));
    if (ended.report) await show(ended.report, await runs.files(run.id));
    return exitCode({ kind: 'ended', run: ended });
  } finally {
    process.off('SIGINT', stopOnSignal);
    await worker?.close();
  }
}

async function actorOf({ config, failFast, clock }: Foundation, request: TerminalRequest): Promise<Actor> {
  const { as, account } = request;
  const groups = await rememberedGroups({ shelf: createShelf(failFast), clock }, groupsOf(config.settings), as);
  const grants = grantsIn(config.settings)(as, groups);
  if (grants.length === 0) {
    throw new Refusal(
      `Nothing in salvor.yaml gives ${as} any right.`,
      'Members of a user group are known here for an hour after a bot last heard of them; name people for emergencies under users.',
    );
  }
  return { kind: 'terminal', id: as, name: `${as} (terminal of ${account})`, grants: [...grants] };
}
