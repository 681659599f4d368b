import adapters from './chinese/adapters.ts';
import alertAdvice from './chinese/alert-advice.ts';
import amounts from './chinese/amounts.ts';
import chatops from './chinese/chatops.ts';
import commands from './chinese/commands.ts';
import etcd from './chinese/etcd.ts';
import etcdBackups from './chinese/etcd-backups.ts';
import harbor from './chinese/harbor.ts';
import harborFacts from './chinese/harbor-facts.ts';
import kubernetes from './chinese/kubernetes.ts';
import kubernetesFacts from './chinese/kubernetes-facts.ts';
import playbooks from './chinese/playbooks.ts';
import queue from './chinese/queue.ts';
import slack from './chinese/slack.ts';
import words from './chinese/words.ts';
import { type Language, languageOf } from './language.ts';
import type { Phrases } from './phrases.ts';
import type { Writing } from './translator.ts';

/** Each phrase stands in one of them: that of the first room, in this order, that says it. */
export const chineseRooms = {
  amounts,
  words,
  chatops,
  slack,
  commands,
  adapters,
  'etcd-backups': etcdBackups,
  etcd,
  kubernetes,
  harbor,
  queue,
  playbooks,
  'alert-advice': alertAdvice,
  'kubernetes-facts': kubernetesFacts,
  'harbor-facts': harborFacts,
};

const joints: Writing['joints'] = [
  ['. ', '。'],
  ['; ', '；'],
  [' — ', ' — '],
  [' · ', ' · '],
  [': ', '：'],
  [', ', '，', '、'],
  [', then to ', '，然后到 '],
  [', then ', '，然后 '],
  [' and its ', ' 及其 '],
  [' and ', '，并且', ' 和 '],
  [' or ', '，或者', ' 或 '],
];

const wide = String.raw`[\p{Script=Han}，。：；！？、（）「」…]`;
const startsWide = new RegExp(`^${wide}`, 'u');
const endsWide = new RegExp(`${wide}$`, 'u');

/** Between two Chinese characters there is no blank; beside Latin ones and digits there is. */
export function joined(before: string, after: string): string {
  if (before.endsWith(' ') && endsWide.test(before.trimEnd()) && startsWide.test(after))
    return before.slice(0, -1) + after;
  if (endsWide.test(before) && after.startsWith(' ') && startsWide.test(after.trimStart()))
    return before + after.slice(1);
  return before + after;
}

const catalogue: Phrases = Object.assign({}, ...Object.values(chineseRooms).toReversed());

/** Simplified Chinese. What has one of `names` is called so, also where that is a word of ours: a cluster named canary is no bird. */
export function chineseBeside(names: readonly string[]): Language {
  const taken = new Set(names);
  const left = Object.entries(catalogue).filter(([phrase]) => !taken.has(phrase.toLowerCase()));
  return languageOf('zh-CN', Object.fromEntries(left), { joints, stops: { '.': '。', ':': '：' }, joined });
}

export const chinese = chineseBeside([]);
