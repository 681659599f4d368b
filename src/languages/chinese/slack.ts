import { phrases } from '../phrases.ts';

export default phrases(
  {
    'This Salvor has no rules for alerts.': '这个 Salvor 没有告警规则。',
    'Whoever keeps salvor.yaml can add them under alerts.': '维护 salvor.yaml 的人可以在 alerts 下添加。',
    'Slack has not said yet who this app is.': 'Slack 还没有说明这个应用是谁。',

    '{0} does not lie at Slack.': '{0} 不在 Slack 上。',
    'Attach the file itself.': '请附上文件本身。',
    'A message may bring {0} files; this one has {1}.': '一条消息最多带 {0} 个文件；这条有 {1} 个。',
    'Send fewer.': '请少发几个。',
    '{0} is no text.': '{0} 不是文本。',
    'Attach .yaml, .yml, .json or plain text.': '请附上 .yaml、.yml、.json 或纯文本。',
    'Slack does not have {0} any more.': 'Slack 上已没有 {0}。',
    '{0} is no text in UTF-8.': '{0} 不是 UTF-8 文本。',
    'Attach it anew, as UTF-8.': '请以 UTF-8 重新附上。',
    'The files of a message may hold {0} in all; {1} goes beyond it.': '一条消息的文件合计最多 {0}；{1} 超出了。',
    'Send them in parts, or ask from a terminal.': '请分几次发送，或在终端中执行。',
    'Slack does not let me read files: this app has no scope files:read.':
      'Slack 不允许我读取文件：这个应用没有 files:read 权限范围。',
    'Whoever runs me adds it, as the app manifest has it, and installs the app anew.':
      '请维护者按应用清单添加它，并重新安装应用。',
    'Slack does not have a file of this message any more.': 'Slack 上已没有这条消息的某个文件。',
    'The files could not be had from Slack.': '无法从 Slack 取得文件。',
    'Nothing was done. Try again in a moment.': '没有执行任何操作。请稍后再试。',

    'This is decided already.': '这已经有了决定。',
    'Its message says how; what it waits for, it says too.': '它的消息写明了结果，以及还在等什么。',
    'Type {0}, exactly so.': '请输入 {0}，必须完全一致。',

    'I do not act on edited messages.': '我不处理编辑过的消息。',
    'Write a new one.': '请发一条新消息。',

    'I do not know this button any more: the message is of another version of me.':
      '我已不认识这个按钮：这条消息来自我的另一个版本。',
    'Type it instead.': '请改为输入命令。',
    'This Salvor hears of no alerts any more.': '这个 Salvor 已不再接收告警。',
    'Look at Alertmanager.': '请查看 Alertmanager。',
    'This was pressed a moment ago.': '刚刚有人按过了。',
    'What comes of it shows here.': '结果会显示在这里。',

    'Run {0} is queued. Its message follows as soon as Slack takes it.':
      '任务 {0} 已排队。Slack 一接收，它的消息就会出现。',
    'Run {0} is queued.': '任务 {0} 已排队。',
    'It speaks in {0}{1}.': '它的消息在 {0}{1}。',
    'its message': '查看消息',
    'This thread is not one of my runs.': '这个消息列不属于我的任务。',
    'Say {0} in the thread of a run.': '请在任务的消息列中说 {0}。',

    'Try again in a moment.': '请稍后再试。',
    'Salvor made a mistake of its own, and cannot say whether it did what you asked.':
      'Salvor 自身出错，无法确定是否已执行你的请求。',
    'Tell whoever runs Salvor this number: {0}. Look at {1}': '请把这个编号告诉维护者：{0}。查看 {1}',

    'The Slack bot token belongs to workspace {0} ({1}), but salvor.yaml says {2}.':
      'Slack bot token 属于工作区 {0}（{1}），而 salvor.yaml 写的是 {2}。',
    unnamed: '未命名',
    'Mend slack.team in salvor.yaml, or use the token of that workspace.':
      '请改正 salvor.yaml 中的 slack.team，或使用 salvor.yaml 所写工作区的 token。',

    'Ask again in another channel.': '请在另一个频道再次提出。',
    'This channel takes no message of mine.': '这个频道不接收我的消息。',

    'I am not in this channel, so nobody here would see what happens. Nothing was started.':
      '我不在这个频道中，这里没有人能看到进展。没有启动任何操作。',
    'Invite me: /invite @{0} — then ask again.': '邀请我：/invite @{0} — 然后再次提出。',
    'This channel is archived. Nothing was started.': '这个频道已归档。没有启动任何操作。',
    'Ask in another of its channels.': '请在它的另一个频道中提出。',
    'I may not post in this channel. Nothing was started.': '我不能在这个频道中发消息。没有启动任何操作。',
    'Ask whoever keeps the channel to let apps post here.': '请频道管理者允许应用在此发消息。',

    'This Slack account is deactivated.': '这个 Slack 账号已停用。',
    'I take no orders from bots.': '我不接受 bot 的指令。',
    'A person has to ask for this.': '必须由人提出。',
    'I take no orders from guests of this workspace.': '我不接受本工作区访客的指令。',
    'Ask a member to do this.': '请让一位正式成员来做。',
    'I take no orders from people of another workspace.': '我不接受其他工作区的人的指令。',
    'Ask a member of this one to do this.': '请让本工作区的成员来做。',
    'Slack does not tell me who you are.': 'Slack 没有告诉我你是谁。',
    'Ask a member of this workspace to do this.': '请让本工作区的成员来做。',
    'Slack could not be asked who you are and what you may do.': '无法向 Slack 查询你是谁以及你可以做什么。',

    'Slack has not answered yet': 'Slack 尚未应答',
    'Slack does not let the app in: {0}': 'Slack 拒绝了应用：{0}',
    'Slack has not answered for {0} min': 'Slack 已 {0} 分钟没有应答',
    'Slack does not let the app in: {0}.': 'Slack 拒绝了应用：{0}。',
    'Check SLACK_BOT_TOKEN, and that the app is installed in the workspace.':
      '请检查 SLACK_BOT_TOKEN，以及应用是否已安装到工作区。',

    '{0} · alert {1} · as of': '{0} · 告警 {1} · 截至',

    '{0} · approval {1} · planned by run {2} · as of': '{0} · 审批 {1} · 由任务 {2} 计划 · 截至',

    'It stops at its next safe place. What it has not finished is not kept.':
      '它会在下一个安全点停止。未完成的部分不会保留。',
    'Stop this run?': '停止这个任务？',
    'Are you sure?': '确定吗？',
    'Stop the run': '停止任务',
    'Keep going': '继续进行',
    Back: '返回',

    Waiting: '等待中',
    Running: '进行中',
    Done: '完成',
    Refused: '已拒绝',
    Failed: '失败',
    Cancelled: '已取消',
    'Done so far': '目前为止已完成',
    'Asked to stop by {0}.': '{0} 已要求停止。',
    'Waits for a worker.': '等待 worker。',
    '{0}: {1} of {2}': '{0}：{2} 的 {1}',
    '{0} asked: {1}': '{0} 发起：{1}',
    '{0} of {1} steps done': '已完成 {0}/{1} 步',
    'Step {0} of {1}: {2}': '第 {0}/{1} 步：{2}',
    ' · … {0} more steps': ' · … 另有 {0} 步',
    'It stops before its next step, unless it is past its point of no return. What is changed by then stays so until somebody resumes it or rolls it back.':
      '它会在下一步之前停止，除非已过不可回退点。届时已更改的内容保持不变，直到有人继续执行或回滚。',
    Stop: '停止',
    Steps: '步骤',
    'worker {0} · try {1}': 'worker {0} · 第 {1} 次尝试',
    'no worker yet': '尚无 worker',
    'as of': '截至',
    '{0} · run {1} · for {2}': '{0} · 任务 {1} · 发起人 {2}',
    'took {0}': '耗时 {0}',
    'Run {0}': '任务 {0}',

    'Approve {0}': '批准 {0}',
    Approve: '批准',
    'Asked by: ': '申请人：',
    'What is done': '将执行的步骤',
    'Way back: ': '回退办法：',
    'Type {0} to agree to exactly this': '输入 {0}，表示同意且仅同意上述内容',
    'Plan {0}… for approval {1}': '计划 {0}…，审批 {1}',
    'Reject {0}': '驳回 {0}',
    'One rejection ends it: {0} is not done then.': '一票驳回即告结束：{0} 将不会执行。',
    Why: '原因',
    '… and {0} more: see the plan in the thread': '… 另有 {0} 项：见消息列中的计划',
    ' — no way back from here but the one below': ' — 此后除下述办法外无法回退',
    '{0} nothing: see the plan in the thread': '{0}：见消息列中的计划',
    '{0#} other step changes': '另有 {0} 个步骤不更改任何内容',
    '{0#} other steps change': '另有 {0} 个步骤不更改任何内容',
    'other step changes': '其他步骤更改',
    'other steps change': '其他步骤更改',

    '… and {0}': '… {0}',
    '{0#} other': '另 {0} 个',
    '{0#} others': '另 {0} 个',
    other: '另一个',

    '{0} so far': '目前 {0}',
    'about {0} left': '约剩 {0}',

    '{0#} more fact': '另有 {0} 项',
    '{0#} more facts': '另有 {0} 项',
    'more fact': '更多项',
    'What was changed': '已更改的内容',
    'see the thread': '见消息列',
    'see the file': '见文件',
    'ask in a terminal to see them': '在终端中查询可看到全部',
    '{0#} more': '另有 {0} 项',
    more: '更多',
    '{0#} more row': '另有 {0} 行',
    '{0#} more rows': '另有 {0} 行',
    'more row': '更多行',
    '{0#} more column': '另有 {0} 列',
    '{0#} more columns': '另有 {0} 列',
    'more column': '更多列',
    'ask for fewer to see them': '缩小范围可看到全部',
    '{0}: none.': '{0}：无。',

    Table: '表格',
    '… {0} left out': '… {0} 未列出',
  },
  [
    '{0} is at its limit',
    '{0} rests after a 429',
    '{0} met a 429',
    'Bearer {0}',
    'date_short_pretty time',
    'runs {0}',
    'slack {0}',
    'the message of the alert is not posted yet',
    'the root message is not posted yet',
  ],
);
