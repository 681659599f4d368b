import { phrases } from '../phrases.ts';

export default phrases(
  {
    'List backups': '列出备份',
    'Stop a run': '停止任务',
    'Defragment etcd': '整理 etcd 碎片',
    'Freeze or let go': '冻结或解除冻结',
    'Plan a Harbor upgrade': '制定 Harbor 升级计划',
    'Look at old images': '查看旧镜像',
    'Look into a backup': '查看备份内容',
    'Show the leaders': '查看 leader',
    'Show or release locks': '查看或释放锁',
    'Prune backups': '清理备份',
    'Look at a registry': '查看镜像仓库',
    'Plan a restore': '制定恢复计划',
    'Go on with work': '继续已批准的工作',
    'Take work back': '回滚已批准的工作',
    'Take a snapshot': '创建快照',
    'Check an upgrade': '检查升级',
    'Try out a backup': '试恢复备份',
    'Check the backups': '检查备份',

    'who asked, agreed and did what: of a cluster, a registry, a run, an approval or a person':
      '谁申请、谁同意、谁做了什么：按集群、镜像仓库、任务、审批或人查询',
    'must be a cluster, a registry, a run, an approval or a member id': '必须是集群、镜像仓库、任务、审批或成员 id',
    'Nothing{0} is on record that you may see.': '没有你可以看到的记录{0}。',
    'On record{0}, newest first': '审计记录{0}，最新的在前',
    'No.': '序号',
    'When (UTC)': '时间（UTC）',
    Who: '谁',
    What: '内容',
    'refused: {0}': '已拒绝：{0}',

    'list backups from the bucket, with a picture': '列出存储桶中的备份，并附图',

    'ask a run to stop at its next safe place': '请一个任务在下一个安全点停止',

    'compact databases and clear NOSPACE, member by member': '逐个成员整理数据库碎片并解除 NOSPACE',

    'hold back everything that changes a cluster or a registry, or all of them':
      '冻结一个集群或镜像仓库（或全部）：阻止一切更改它的操作',
    'must be on, off or show': '必须是 on、off 或 show',
    'Say what to freeze.': '请说明要冻结什么。',
    'One of them, or all: {0}': '其中之一，或 all：{0}',
    'froze {0}{1}': '冻结了 {0}{1}',
    'Everything is frozen: nothing that changes any of them begins.':
      '全部目标已冻结：更改其中任何一个的操作一律不会开始。',
    '{0} is frozen: nothing that changes it begins.': '{0} 已冻结：更改它的操作一律不会开始。',
    'What runs already goes on; a dangerous run stops before its next step, unless it is past its point of no return. An approver may still roll it back.':
      '已在运行的任务继续；危险任务会在下一步之前停下，除非已过不可回退点。审批人仍可将其回滚。',
    'To let go: {0}': '解除冻结：{0}',
    'Everything is not frozen.': '没有冻结全部目标。',
    '{0} is not frozen.': '{0} 未冻结。',
    'let go of {0}': '解除了 {0} 的冻结',
    'Everything is not frozen any more.': '全部目标已解除冻结。',
    '{0} is not frozen any more.': '{0} 已解除冻结。',
    'Nothing is frozen.': '没有任何冻结。',
    Frozen: '已冻结',
    'What is frozen': '已冻结的目标',
    'Since (UTC)': '起始时间（UTC）',
    'every cluster and registry': '所有集群和镜像仓库',
    'Ask somebody who has it; help shows what you may do.': '请找有此权限的人；help 会显示你可以做什么。',

    'must be a version such as 2.12 or 2.12.4': '必须是版本号，例如 2.12 或 2.12.4',
    'must be charts, signatures, or both with a comma': '必须是 charts、signatures，或用逗号隔开的两者',
    'plan an upgrade of a Harbor registry, which others must approve before anything is changed':
      '计划 Harbor 镜像仓库的升级；须由其他人批准后才会更改任何内容',

    'what you may do here': '你在这里可以做什么',
    'What you may do here; this channel speaks of {0}': '你在这里可以做什么；本频道针对 {0}',
    'What you may do here': '你在这里可以做什么',
    'More about one of them: {0}': '了解其中一个命令：{0}',
    'Commands you may use': '你可以使用的命令',
    'What it does': '作用',
    'Commands you may use, and on what': '你可以使用的命令及其目标',
    'attached to a message that mentions me, as a slash command carries none; in a terminal by --manifests':
      '附在提到我的消息中（斜杠命令不能带文件）；在终端中用 --manifests',
    'no {0}': '没有 {0}',
    'what you may see': '你可以查看的目标',
    Usage: '用法',
    'For example': '例如',
    'With files': '附带文件',
    'You may use it on': '你可以用于',
    'Say it in the thread of the run that you mean.': '请在你所指任务的消息列中说。',

    'show which images of older Harbor releases can go; remove them once confirmed':
      '显示旧版 Harbor 的哪些镜像可以删除；确认后删除',
    'must be a version such as 2.10.3': '必须是版本号，例如 2.10.3',

    'must be at most 1024 characters': '不得超过 1024 个字符',
    'must begin with a slash, such as /registry/configmaps/default/app':
      '必须以斜杠开头，例如 /registry/configmaps/default/app',
    'look into a backup, without restoring it anywhere real': '查看备份的内容，不恢复到任何真实环境',
    '--prefix and --key: give one of them': '--prefix 与 --key：只给其中一个',

    'tell who leads, and how etcd and the API servers are': '说明谁是 leader，以及 etcd 和 API server 的状况',

    'which dangerous run holds a cluster or a registry; take it away from one that is dead':
      '哪个危险任务占用着集群或镜像仓库；从已失效的任务手中收回',
    'must be show or release': '必须是 show 或 release',
    'Say of which one.': '请说明是哪一个。',
    'Say with --reason why it is safe.': '用 --reason 说明为什么安全。',
    'What the run has done must be known: {0}': '必须清楚该任务做过什么：{0}',
    'Nothing holds {0}.': '没有任务占用 {0}。',
    'Run {0} holds {1} and is under way.': '任务 {0} 占用着 {1}，且仍在进行。',
    'When its worker is dead it ends by itself within a few minutes; otherwise stop it first: {0}':
      '如果它的 worker 已失效，它会在几分钟内自行结束；否则先停止它：{0}',
    'released {0} from run {1} (fence {2}): {3}': '从任务 {1} 释放了 {0}（栅栏号 {2}）：{3}',
    '{0} was taken by another run meanwhile: nothing was changed.':
      '{0} 在此期间已被另一个任务占用：没有更改任何内容。',
    '{0} is released from run {1}.': '{0} 已从任务 {1} 释放。',
    'Whatever that run has left undone stays undone: it can be neither resumed nor rolled back any more. The plan in its thread says how to do it by hand.':
      '该任务未完成的部分将保持未完成：它不能再继续执行，也不能再回滚。其消息列中的计划写明了如何手工完成。',
    'run {0} holds {1} no more': '任务 {0} 不再占用 {1}',
    'No dangerous run holds anything.': '没有危险任务占用任何目标。',
    'Held by dangerous runs': '被危险任务占用',
    'What is held': '被占用的目标',
    'Last sign of life': '最近的存活迹象',
    Fence: '栅栏号',
    '{0} ago': '{0}前',
    'What a run has done: {0}': '任务做过什么：{0}',

    'show which backups no rule keeps; remove them once confirmed': '显示没有规则保留的备份；确认后删除',

    'tell how a Harbor registry is, and to which versions it may go':
      '说明 Harbor 镜像仓库的状况，以及可以升级到哪些版本',

    'plan a restore of etcd, which others must approve before anything is changed':
      '计划 etcd 的恢复；须由其他人批准后才会更改任何内容',

    'go on with approved work that paused, or stopped in the middle': '继续执行已批准但暂停或中途停下的操作',

    'take back approved work that paused, or stopped in the middle': '回滚已批准但暂停或中途停下的操作',

    'what runs and ran; one run with its steps and log': '正在运行和运行过的任务；或某个任务的步骤和日志',

    'what comes by itself: when next, and how it went last': '自动进行的任务：下次何时，上次如何',

    'save etcd to S3, now': '立即将 etcd 保存到 S3',

    'must be a version such as 1.34 or 1.34.2': '必须是版本号，例如 1.34 或 1.34.2',
    'tell whether a cluster may go to a version of Kubernetes, and what stands in the way':
      '说明集群能否升级到某个 Kubernetes 版本，以及有什么阻碍',

    'restore a backup into a scratch etcd and compare it': '将备份恢复到临时 etcd 并进行比对',

    'tell whether the backups can be relied upon, and what to do': '说明备份是否可靠，以及该做什么',

    'Read the bucket': '读取存储桶',
    'Draw the picture': '绘制图表',
    'Backups of {0}': '{0} 的备份',
    'the picture is left out: {0}': '未附图：{0}',

    'Look at the members': '查看成员',

    'Write it down': '记录',
    'Carry out what was agreed to': '执行已同意的内容',

    'Look at the images': '查看镜像',
    'Remove old images': '删除旧镜像',

    'Find the backup': '找到备份',
    'What lies in {0} of {1} is written nowhere.': '{1} 的 {0} 中有什么，没有任何记录。',
    'Say where to look: {0}': '请说明查看哪里：{0}',

    'Ask etcd and Kubernetes': '询问 etcd 和 Kubernetes',

    'Look at all backups': '查看所有备份',
    'Remove what no rule keeps': '删除没有规则保留的备份',
    'removed: {0}': '已删除：{0}',
    'stays: {0}: {1}': '保留：{0}：{1}',
    '{0} removed, the rest stands': '已删除 {0}，其余保留',
    'not known: some of what was to go may be removed': '未知：待删除的内容中可能有一部分已被删除',
    'at least {0} removed': '至少已删除 {0}',

    'Write the result': '写入结果',
    'not written: the result of the last drill stands': '未写入：上一次演练的结果仍然有效',
    'written to {0}': '已写入 {0}',

    'Look at the bucket': '查看存储桶',
  },
  ['defrag {0}', 'help {0}', 'images {0}', 'prune {0}'],
);
