import { userInfo } from 'node:os';
import { Fault, Refusal } from './chatops/errors.ts';
import { loadRegistry, type Registry } from './chatops/registry.ts';
import { programName, terminalWidth } from './config/program.ts';
import { type Config, loadConfig, printConfig, type Role } from './config.ts';
import { healthRoutes } from './http/health.ts';
import { type HttpServer, startHttp } from './http/server.ts';
import { artifactsDirectory } from './main/artifacts.ts';
import { serveBot } from './main/bot.ts';
import { readCommandLine, usageOf } from './main/command-line.ts';
import { type Foundation, layFoundation, type Service } from './main/foundation.ts';
import { givenFiles } from './main/given-files.ts';
import { exampleId, memberId } from './main/member-id.ts';
import { refused } from './terminal/exit-code.ts';
import { inShell } from './terminal/in-shell.ts';
import { reportText } from './terminal/report-text.ts';

const program = programName();
const usage = usageOf(program);
const { flags, what, words, strange, meant, problem } = readCommandLine(process.argv.slice(2));

const commands: Readonly<Record<string, () => Promise<number | undefined>>> = {
  bot: () => serve('bot'),
  worker: () => serve('worker'),
  all: () => serve('all'),
  run,
  audit: auditVerify,
  'check-config': checkConfig,
  manifest: printManifest,
  help: printUsage,
};

try {
  const code = await (await understood())();
  if (code !== undefined) process.exitCode = code;
} catch (error) {
  if (!(error instanceof Refusal || error instanceof Fault)) throw error;
  const report = { tone: 'bad', title: error.message, ...(error.next ? { next: error.next } : {}) } as const;
  process.stderr.write(reportText(report, inShell(program, flags.as ?? exampleId)));
  process.exitCode = error instanceof Refusal ? refused : 1;
}

/** What is to be done. Throws Refusal; to words of the chat it says how they must be typed here. */
async function understood(): Promise<() => Promise<number | undefined>> {
  if (flags.help) return printUsage;
  if (problem !== undefined) throw new Refusal(problem, usage);
  if (what === undefined) throw new Refusal('Say what to do.', usage);
  const command = Object.hasOwn(commands, what) ? commands[what] : undefined;
  const isOfChat = strange !== undefined || (what === 'help' && words !== 'help');
  if (command && !isOfChat) return command;
  if (meant !== undefined) throw new Refusal(`There is no option ${strange}; did you mean ${meant}?`);
  const [name] = words.split(' ');
  if ((await loadRegistry()).commands.some((one) => one.name === name))
    throw new Refusal(`"${name}" is a command of the chat: here it stands in quotes, after run.`, [{ command: words }]);
  throw new Refusal(strange === undefined ? `There is no "${what}".` : `There is no option ${strange}.`, usage);
}

/** Runs until it is told to stop. */
async function serve(role: Exclude<Role, 'auditor'>): Promise<undefined> {
  const site = flags.site ?? 'main';
  const graceMs = flags.grace === undefined ? undefined : millisecondsOf(flags.grace);
  const ports = { http: portOf('http-port'), alerts: portOf('alerts-port') };
  const { config, registry } = await readConfig(role, role === 'bot' ? undefined : site);
  if (role !== 'bot') mustServe(config, site);
  const foundation = await layFoundation(config, registry);
  const services = await startAll(foundation, [
    ...(role === 'worker' ? [] : [() => serveBot(foundation, { alertsPort: ports.alerts })]),
    ...(role === 'bot' ? [] : [() => startWorkerOf(foundation, site, graceMs)]),
  ]);
  const http = await serveHealth(config, foundation, services, ports.http).catch(async (error: unknown) => {
    await stopAll(foundation, services);
    throw error;
  });
  foundation.logger.info({ role, ...(role === 'bot' ? {} : { site }), port: http.port }, 'salvor is up');
  await Promise.race(
    (['SIGTERM', 'SIGINT'] as const).map((signal) => new Promise((resolve) => process.once(signal, resolve))),
  );
  foundation.logger.info({}, 'salvor stops');
  await stopAll(foundation, services, http);
}

/** Throws Refusal where nothing is of the site. */
function mustServe({ etcd, registries }: Config, site: string): void {
  if ([etcd, registries].some((served) => Object.keys(served).length > 0)) return;
  throw new Refusal(
    `No cluster or registry in salvor.yaml has the site "${site}".`,
    'Give --site one that a cluster or a registry names.',
  );
}

/** One after the other; where one cannot start, what was started ends, so that the process does. */
async function startAll(
  foundation: Foundation,
  starts: readonly (() => Promise<Service>)[],
): Promise<readonly Service[]> {
  const services: Service[] = [];
  try {
    for (const start of starts) services.push(await start());
    return services;
  } catch (error) {
    await stopAll(foundation, services);
    throw error;
  }
}

/** Health is told until the last of them has ended. */
async function stopAll(foundation: Foundation, services: readonly Service[], http?: HttpServer): Promise<void> {
  await Promise.all(services.map((service) => service.close()));
  await http?.close();
  await foundation.close();
}

/** Imported only where it is needed: a bot loads no client of a cluster or a bucket. */
async function startWorkerOf(foundation: Foundation, site: string, graceMs?: number): Promise<Service> {
  const { serveWorker } = await import('./main/worker.ts');
  return serveWorker(foundation, site, { graceMs, watches: true });
}

function serveHealth(
  { settings }: Config,
  foundation: Foundation,
  services: readonly Service[],
  port = settings.http.port,
) {
  const checks = Object.assign({ redis: foundation.redisIsWell }, ...services.map((service) => service.checks));
  return startHttp({ host: settings.http.host, port }, { ...healthRoutes(checks), ...foundation.metrics.routes });
}

/** Schedules name jobs, and rules for alerts commands, so what there is to run is read first. */
async function readConfig(role: Role, site?: string): Promise<{ config: Config; registry: Registry }> {
  const registry = await loadRegistry();
  return { registry, config: loadConfig({ role, site, ...registry }) };
}

/** Undefined where salvor.yaml says. */
function portOf(flag: 'http-port' | 'alerts-port'): number | undefined {
  const text = flags[flag];
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Refusal(`"${text}" is no port.`, `Give --${flag} a number from 0 to 65535.`);
}

function millisecondsOf(seconds: string): number {
  if (/^\d{1,5}$/.test(seconds)) return Number(seconds) * 1000;
  throw new Refusal(`"${seconds}" is no number of seconds.`, 'Give --grace a whole number, such as 20.');
}

async function run(): Promise<number> {
  const typed = inShell(program, exampleId);
  if (words === '') throw new Refusal('Say what to run, in quotes.', typed('snapshot prod-1'));
  const as = memberId(flags.as, typed(words));
  const { runInTerminal } = await import('./main/terminal.ts');
  const { manifests, site } = flags;
  const { config, registry } = await readConfig('worker', site);
  if (site !== undefined) mustServe(config, site);
  const artifacts = flags.artifacts === undefined ? undefined : await artifactsDirectory(flags.artifacts);
  const foundation = await layFoundation(config, registry, flags.verbose ? 'info' : 'silent');
  try {
    const write = (text: string) => void process.stdout.write(text);
    return await runInTerminal(foundation, {
      words,
      ...(manifests === undefined ? {} : { files: () => givenFiles(manifests) }),
      artifacts,
      site,
      as,
      account: userInfo().username,
      program,
      write,
      width: terminalWidth(process.stdout.columns),
    });
  } finally {
    await foundation.close();
  }
}

async function auditVerify(): Promise<number> {
  if (words !== 'audit verify') throw new Refusal('Say what to do with the audit.', `${program} audit verify`);
  const { verifyAudit } = await import('./main/audit.ts');
  const { createObjects } = await import('./adapters/objects.ts');
  const { config, registry } = await readConfig('auditor');
  const place = config.settings.audit?.copy;
  const objects = createObjects(config.buckets);
  const foundation = await layFoundation(config, registry, 'silent');
  try {
    const { report, isWhole } = await verifyAudit(foundation.keepers.audit, place && { objects, place });
    process.stdout.write(reportText(report));
    return isWhole ? 0 : 1;
  } finally {
    objects.close();
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

async function printUsage(): Promise<number> {
  process.stdout.write(`${usage}\n`);
  return 0;
}

async function printManifest(): Promise<number> {
  const { manifest } = await import('./slack/manifest.ts');
  const { requestUrl } = await import('./main/request-url.ts');
  const { commands: known } = await loadRegistry();
  const facts = {
    commands: known,
    calledAs: flags.command ?? '/salvor',
    requestUrl: flags.url === undefined ? undefined : requestUrl(flags.url),
  };
  process.stdout.write(`${JSON.stringify(manifest(facts), null, 2)}\n`);
  return 0;
}
