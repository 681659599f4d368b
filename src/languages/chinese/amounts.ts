import { phrases } from '../phrases.ts';

/** What src/chatops/format.ts makes of numbers, and what is put together of nothing but other phrases. */
export default phrases({
  '{0#} ms': '{0} 毫秒',
  '{0#} s': '{0} 秒',
  '{0#} min': '{0} 分钟',
  '{0#} min {1#} s': '{0} 分 {1} 秒',
  '{0#} h': '{0} 小时',
  '{0#} h {1#} min': '{0} 小时 {1} 分',
  '{0#} d': '{0} 天',
  '{0#} d {1#} h': '{0} 天 {1} 小时',
  '{0#} key ({1})': '{0} 个键（{1}）',
  '{0#} keys ({1})': '{0} 个键（{1}）',
  '{0}; and {1} more': '{0}；另有 {1} 项',
  'and {0#} more': '另有 {0} 项',
  '{0#} B': '{0} B',
  '{0#} KiB': '{0} KiB',
  '{0#} MiB': '{0} MiB',
  '{0#} GiB': '{0} GiB',
  '{0#} TiB': '{0} TiB',
  '{0}: {1#} of {2#}': '{0}：{1}/{2}',
  '{0} ms': '{0} 毫秒',
  '{0#} of {1#}': '{0}/{1}',
  '… {0}; {1}.': '… {0}；{1}。',
});
