import { phrases } from '../phrases.ts';

export default phrases({
  'The audit could not be written: others wrote all the time.': '无法写入审计：一直有其他写入。',

  'Redis went away in the middle of this. The run is recorded, and starts when Redis is back.':
    'Redis 在此过程中断开。任务已记录，Redis 恢复后即开始。',
  'There is no need to ask again.': '无需再次提出。',

  'gave no sign of life for {0}': '已 {0}没有存活迹象',
  'is gone': '已消失',
  'Its worker {0} {1}; no other worker serves site {2}. Start one, or cancel.':
    '它的 worker {0} {1}；没有其他 worker 服务于站点 {2}。请启动一个，或取消任务。',
  'No worker of site {0} is there to take it. It waits; start one, or cancel it.':
    '站点 {0} 没有 worker 可以接收它。它在等待；请启动一个，或取消它。',

  'A run is recorded in a way this version of Salvor does not understand.':
    '有一个任务的记录方式是这个版本的 Salvor 不认识的。',
  'Run the same version of Salvor everywhere.': '请在各处运行同一版本的 Salvor。',

  'This run was recorded in a way Salvor does not understand.': '这个任务的记录方式是 Salvor 不认识的。',
  'It was given up so that what it held is free again. What it changed is not known.':
    '已放弃该任务，以释放其占用的目标。它更改了什么，不得而知。',

  'Redis did not answer in time, so it is not certain whether this was recorded.':
    'Redis 没有及时应答，因此不确定是否已记录。',
  'Look at the list of runs before you ask again.': '再次提出之前，请先查看任务列表。',
  'Redis cannot be reached, so nothing was recorded.': '无法连接 Redis，因此没有记录任何内容。',
  'Ask again in a minute; whoever runs Salvor should look at Redis.': '请一分钟后再试；维护者应查看 Redis。',
  'Redis takes nothing while it has no replica, so nothing was recorded.':
    'Redis 没有副本时不接受写入，因此没有记录任何内容。',
  'Ask again in a minute; whoever runs Salvor should look at its replicas.': '请一分钟后再试；维护者应查看其副本。',
  'No replica of Redis confirms what is written down, so what was to come next was not begun.':
    '没有任何 Redis 副本确认已写下的内容，因此接下来要做的没有开始。',
  'Bring a replica back first (redis-cli INFO replication): should this server be lost, nobody would know what was done.':
    '请先恢复一个副本（redis-cli INFO replication）：若失去这台服务器，就没有人知道做过什么。',
  'Redis refused what Salvor asked of it.': 'Redis 拒绝了 Salvor 的请求。',
  'Whoever runs Salvor should look at the log and at Redis.': '维护者应查看日志和 Redis。',
});
