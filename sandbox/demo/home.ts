import { asList, asRecords, asText } from '../slack/json.ts';
import type { LocalSlack } from '../slack/local-slack.ts';
import { OffScript } from './play.ts';

export interface HomeStage {
  readonly slack: Pick<LocalSlack, 'opensHome' | 'home' | 'waitFor'>;
  readonly say: (line: string) => void;
  /** Half a minute unless told. */
  readonly patienceMs?: number;
}

/** Somebody opens Salvor's Home, and what it says of clusters and registries is told. Throws OffScript where it does not know of a verified backup. */
export async function lookHome(user: string, { slack, say, patienceMs = 30_000 }: HomeStage): Promise<void> {
  await slack.opensHome(user);
  const table = () =>
    asRecords(slack.home(user)?.blocks).find(
      (block) => block.type === 'data_table' && /clusters/.test(asText(block.caption)),
    );
  const found = await slack.waitFor(table, { timeoutMs: patienceMs }).catch((cause: unknown) => {
    throw new OffScript(`The Home of ${user} shows no clusters after ${patienceMs / 1000} s.`, { cause });
  });
  const [header = [], ...rows] = asList(found.rows).map((row) => asRecords(row).map(({ text }) => asText(text)));
  const lines = rows.flatMap(([name = '', ...cells]) => [
    name,
    ...cells.map((cell, column) => `  ${header[column + 1]}: ${cell}`),
  ]);
  for (const line of lines) say(`  ${line}`);
  if (!/less than 1 h ago/.test(lines.join(' ')))
    throw new OffScript(`The Home of ${user} does not know that a backup was tried out just now.`);
}
