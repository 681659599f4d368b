import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { Fault, Refusal } from './chatops/errors.ts';
import { loadRegistry, type Registry } from './chatops/registry.ts';
import { programName } from './config/program.ts';
import { type Config, loadConfig, printConfig, type Role } from './config.ts';
import { healthRoutes } from './http/health.ts';
import { startHttp } from './http/server.ts';
import { serveBot } from './main/bot.ts';
import { type Foundation, layFoundation, type Service } from './main/foundation.ts';
import { inShell } from './terminal/in-shell.ts';
import { reportText } from './terminal/report-text.ts';

const program = programName();
const usage = `Usage: ${program} <what>

  bot                      hears and answers Slack
  worker [--site NAME]     works on the runs of one site (main)
  all [--site NAME]        both in one process
  run "WORDS" --as ID      a command from the terminal, for the day Slack is down
  audit verify             proves that the record of who did what is whole: exit code 1 and where, if it is not
  check-config [--role R]  reads salvor.yaml and the environment, tells every problem (R: bot, worker or all)
  manifest [--url URL]     prints the Slack app manifest; with --url for HTTP mode

  --grace SECONDS          how long a worker that is told to stop lets its runs end before it hands them over (20);
                           whoever stops it must wait 10 s longer before killing it
  --http-port N            where bot and worker serve /livez, /readyz and /metrics
  SALVOR_CONFIG            where salvor.yaml is (./salvor.yaml)`;

const { values: flags, positionals } = readArguments();
const [what, ...rest] = positionals;
/** In one quoted piece or in several, with or without the slash command in front. */
const words = rest.length === 0 ? undefined : rest.join(' ').replace(/^\/[a-z-]+ +/, '');

const commands: Readonly<Record<string, () => Promise<number | undefined>>> = {
  bot: () => serve('bot'),
  worker: () => serve('worker'),
  all: () => serve('all'),
  run,
  audit: auditVerify,
  'check-config': checkConfig,
  manifest: printManifest,
};

try {
  const command = what !== undefined && Object.hasOwn(commands, what) ? commands[what] : undefined;
  if (!command) throw new Refusal(what ? `There is no "${what}".` : 'Say what to do.', usage);
  const code = await command();
  if (code !== undefined) process.exitCode = code;
} catch (error) {
  if (!(error instanceof Refusal || error instanceof Fault)) throw error;
  const report = { tone: 'bad', title: error.message, ...(error.next ? { next: error.next } : {}) } as const;
  process.stderr.write(reportText(report, inShell(program, flags.as ?? 'U024BE7LH')));
  process.exitCode = error instanceof Refusal ? 2 : 1;
}

/** Runs until it is told to stop. */
async function serve(role: Role): Promise<undefined> {
  const site = flags.site ?? 'main';
  const graceMs = flags.grace === undefined ? undefined : millisecondsOf(flags.grace);
  const { config, registry } = await readConfig(role, role === 'bot' ? undefined : site);
  if (role !== 'bot' && Object.keys(config.etcd).length === 0) {
    throw new Refusal(`No cluster in salvor.yaml has the site "${site}".`, 'Give --site one that a cluster names.');
  }
  const foundation = await layFoundation(config, registry);
  const services = await Promise.all([
    ...(role === 'worker' ? [] : [serveBot(foundation)]),
    ...(role === 'bot' ? [] : [startWorkerOf(foundation, site, graceMs)]),
  ]);
  const http = await serveHealth(config, foundation, services);
  foundation.logger.info({ role, ...(role === 'bot' ? {} : { site }), port: http.port }, 'salvor is up');
  await Promise.race(
    (['SIGTERM', 'SIGINT'] as const).map((signal) => new Promise((resolve) => process.once(signal, resolve))),
  );
  foundation.logger.info({}, 'salvor stops');
  await Promise.all(services.map((service) => service.close()));
  await http.close();
  await foundation.close();
}

/** Imported only where it is needed: a bot loads no client of a cluster or a bucket. */
async function startWorkerOf(foundation: Foundation, site: string, graceMs?: number): Promise<Service> {
  const { serveWorker } = await import('./main/worker.ts');
  return serveWorker(foundation, site, graceMs);
}

function serveHealth({ settings }: Config, foundation: Foundation, services: readonly Service[]) {
  const checks = Object.assign({ redis: foundation.redisIsWell }, ...services.map((service) => service.checks));
  const port = flags['http-port'] === undefined ? settings.http.port : portOf(flags['http-port']);
  return startHttp({ host: settings.http.host, port }, { ...healthRoutes(checks), ...foundation.metrics.routes });
}

/** Schedules name jobs, so what there is to run is read first. */
async function readConfig(role: Role, site?: string): Promise<{ config: Config; registry: Registry }> {
  const registry = await loadRegistry();
  return { registry, config: loadConfig({ role, site, jobs: registry.jobs }) };
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Refusal(`"${text}" is no port.`, 'Give --http-port a number from 0 to 65535.');
}

function millisecondsOf(seconds: string): number {
  if (/^\d{1,5}$/.test(seconds)) return Number(seconds) * 1000;
  throw new Refusal(`"${seconds}" is no number of seconds.`, 'Give --grace a whole number, such as 20.');
}

async function run(): Promise<number> {
  if (words === undefined)
    throw new Refusal('Say what to run, in quotes.', `${program} run "snapshot prod-1" --as U024BE7LH`);
  const { runInTerminal } = await import('./main/terminal.ts');
  const { config, registry } = await readConfig('worker');
  const foundation = await layFoundation(config, registry, flags.verbose ? 'info' : 'silent');
  try {
    const write = (text: string) => void process.stdout.write(text);
    return await runInTerminal(foundation, {
      words,
      as: flags.as,
      account: userInfo().username,
      program,
      write,
    });
  } finally {
    await foundation.close();
  }
}

async function auditVerify(): Promise<number> {
  if (words !== 'verify') throw new Refusal('Say what to do with the audit.', `${program} audit verify`);
  const { verifyAudit } = await import('./main/audit.ts');
  const { config, registry } = await readConfig('worker');
  const foundation = await layFoundation(config, registry, 'silent');
  try {
    const { report, isWhole } = await verifyAudit(foundation.keepers.audit);
    process.stdout.write(reportText(report));
    return isWhole ? 0 : 1;
  } finally {
    await foundation.close();
  }
}

async function checkConfig(): Promise<number> {
  const role = flags.role ?? 'all';
  if (role !== 'bot' && role !== 'worker' && role !== 'all')
    throw new Refusal(`There is no role "${role}".`, 'bot, worker or all');
  process.stdout.write(printConfig((await readConfig(role, flags.site)).config));
  process.stdout.write('# The configuration is good.\n');
  return 0;
}

async function printManifest(): Promise<number> {
  const { manifest } = await import('./slack/manifest.ts');
  const { commands: known } = await loadRegistry();
  const facts = { commands: known, calledAs: flags.command ?? '/salvor', requestUrl: flags.url };
  process.stdout.write(`${JSON.stringify(manifest(facts), null, 2)}\n`);
  return 0;
}

function readArguments() {
  const options = {
    site: { type: 'string' },
    as: { type: 'string' },
    role: { type: 'string' },
    url: { type: 'string' },
    command: { type: 'string' },
    grace: { type: 'string' },
    'http-port': { type: 'string' },
    verbose: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}\n`);
    process.exit(2);
  }
}
