import { describe, expect, it } from 'vitest';
import { whenInWords } from '../../src/chatops/cron-in-words.ts';
import { chinese } from '../../src/languages/chinese.ts';

const at = { time: '2026-03-01T09:00:00.000Z' };

describe('Chinese', () => {
  it.each([
    ['*/15 * * * *', '每 15 分钟'],
    ['0 * * * *', '每小时 :00（Europe/Berlin）'],
    ['0 */6 * * 1-5', '每 6 小时 :00，周一至周五（Europe/Berlin）'],
    ['30 2 * * *', '每天 02:30（Europe/Berlin）'],
    ['0 6,18 * * *', '每天 06:00、18:00（Europe/Berlin）'],
    ['0 3 * * 1-5', '周一至周五 03:00（Europe/Berlin）'],
    ['0 3 * * 1,3,5', '每周一、每周三、每周五 03:00（Europe/Berlin）'],
    ['0 3 1,15 * *', '每月 1、15 日 03:00（Europe/Berlin）'],
  ])('says the schedule %s: %s', (cron, said) => {
    expect(chinese.say(whenInWords({ cron, timezone: 'Europe/Berlin' }))).toBe(said);
  });

  it.each([
    ['There is no option --reaso; did you mean --reason?', '没有选项 --reaso；你是否想用 --reason？'],
    ['--limit must be a number from 1 to 40', '--limit 必须是 1 到 40 之间的数字'],
    ['prod-1 is frozen by Alice: the auditors are here.', 'prod-1 已冻结，操作人 Alice：the auditors are here。'],
    ['upgrade prod-1: stopped by Bob before it started.', 'upgrade prod-1：已停止，操作人 Bob，当时尚未开始。'],
    [
      'defrag prod-1; to know first: run r-1 holds prod-1; 3 targets fire at once, more than the 2 allowed; checked: still firing, not frozen',
      'defrag prod-1；须先知道：任务 r-1 占用着 prod-1；3 个目标同时有告警触发，超过允许的 2 个；已检查：仍在触发，未冻结',
    ],
    [
      'There is less than before in library (repositories: 3, were 5, and artifacts: 7, were 9); shop (artifacts: 1, were 2).',
      '以下项目的内容比之前少：library（仓库：3 个，之前 5 个；制品：7 个，之前 9 个）；shop（制品：1 个，之前 2 个）。',
    ],
    [
      'v1.36.2; 3 of 3 API servers alive: cp-1, cp-2 and cp-3',
      'v1.36.2；3 个 API server 中有 3 个存活：cp-1、cp-2、cp-3',
    ],
    ['v1.36.2; 0 of 1 API server alive', 'v1.36.2；1 个 API server 中有 0 个存活'],
    ['100 GiB for the data; 103 GiB for Docker', '数据 100 GiB；Docker 103 GiB'],
    [
      '1 Check the host · 2 Load the images of 2.12.4 · 3 Stop 2.10.3 · 4 Copy the database of 2.10.3 · 5 Pull from 2.12.4',
      '1 检查主机 · 2 加载 2.12.4 的镜像 · 3 停止 2.10.3 · 4 复制 2.10.3 的数据库 · 5 从 2.12.4 拉取',
    ],
  ])('says %s', (english, said) => {
    expect(chinese.say(english)).toBe(said);
  });

  it('leaves the names of schedules and jobs as salvor.yaml has them', () => {
    const [name, job] = [{ code: 'leaders' }, { code: 'leaders' }];
    expect(chinese.text([name, ' does ', job, ' on prod-1, prod-2 and prod-3: every 15 min'])).toEqual([
      name,
      '：对 prod-1、prod-2、prod-3 执行 ',
      job,
      '，每 15 分钟',
    ]);
  });

  it('takes nothing across the dots of a line: neither a link into a sentence, nor a word out of it', () => {
    const [asked, link] = [{ code: 'restore prod-1' }, { link: 'https://slack.example/r-1', label: 'Open' }];
    const line = (title: string) => chinese.text([at, ' · ', asked, ' · ', title, ' · ', link]);
    const open = { ...link, label: '打开' };
    expect(line('prod-1 is restored from r-1')).toEqual([at, ' · ', asked, ' · ', 'prod-1 已从 r-1 恢复', ' · ', open]);
    expect(line('reg-eu would be upgraded: 2.10.3 → 2.12.4')).toEqual([
      at,
      ' · ',
      asked,
      ' · ',
      '将升级 reg-eu：2.10.3 → 2.12.4',
      ' · ',
      open,
    ]);
  });

  it('says how often an alert was told, and by whom', () => {
    const by = { link: 'http://alertmanager', label: 'Alertmanager' };
    expect(chinese.text(['once by ', by])).toEqual(['一次，来自 ', by]);
    expect(chinese.text(['3 times, last ', at, ' by ', by])).toEqual(['3 次，最近一次 ', at, '，来自 ', by]);
  });
});
