import { phrases } from '../phrases.ts';

export default phrases(
  {
    'First a snapshot, then the history that it holds is compacted: who lists or watches from an older revision is told so and begins anew, as Kubernetes does by itself. Then the members, and last of all NOSPACE is cleared.':
      '先保存快照，再压缩快照所含的历史：从更旧的 revision 做 list 或 watch 的客户端会收到提示，并重新开始，Kubernetes 会自动这样做。然后逐个整理成员，最后清除 NOSPACE。',
    'One member at a time: it answers nothing while it works, nor does an API server that talks to it alone; the next one’s turn comes when all are well.':
      '一次一个成员：整理期间它不响应任何请求，只连接它的 API server 也不响应；轮到下一个成员的条件是所有成员都正常。',
    'While the leader works, last of all, writes wait.': '最后轮到 leader，整理 leader 期间写入会等待。',
    'REVISIONS GO BACK: {0} cannot raise them (--bump-revision, from 3.4.27, 3.5.10 and 3.6 on). Controllers and kubelets that watch may then miss changes and act on what they remember until they are restarted, every one of them (kubernetes#118501, etcd#16028).':
      'REVISION 会倒退：{0} 无法提升 revision（--bump-revision，自 3.4.27、3.5.10 和 3.6 起支持）。此后，正在 watch 的 controller 和 kubelet 可能漏掉变更，并按各自记住的内容行事，直到全部重启，一个都不能少（kubernetes#118501、etcd#16028）。',
    '{0} does not answer, and the others have a quorum: no backup is needed and nothing is lost. It leaves the cluster and joins it anew, as a learner first, and gets its data from the others.':
      '{0} 没有响应，其余成员仍有法定多数：不需要备份，也不会丢失任何数据。它退出集群后重新加入，先作为 learner，并从其余成员获取数据。',
    '{0} do not answer, and the others have a quorum: no backup is needed and nothing is lost. Each of them leaves the cluster and joins it anew, as a learner first, and gets its data from the others.':
      '{0} 没有响应，其余成员仍有法定多数：不需要备份，也不会丢失任何数据。它们各自退出集群后重新加入，先作为 learner，并从其余成员获取数据。',
    '{0} has no quorum, and {1} still has its data, the newest of those that are left.':
      '{0} 没有法定多数，而 {1} 仍有数据，是剩余数据中最新的。',
    '{0} has no quorum, and {1} still has its data.': '{0} 没有法定多数，而 {1} 仍有数据。',
    'etcd is started on a copy of it, alone (--force-new-cluster), until it has applied all of its log; what it holds then goes to every member.':
      'etcd 将在其副本上单独启动（--force-new-cluster），直到应用完它的全部日志；届时其中的数据会放到每个成员上。',
    'NO HASH: {0} was copied from a data directory while etcd may have written to it, and is restored with --skip-hash-check. Nothing proves that it is whole, and what stood only in the log beside it is missing.':
      '没有哈希：{0} 是从数据目录复制的，当时 etcd 可能正在写入，恢复时将使用 --skip-hash-check。没有任何依据证明它是完整的，并且缺少只存在于旁边日志中的内容。',
    'Until the member is taken out of the cluster: its old data directory is put back and etcd started. From then on it is a stranger with its old data, and the way is forward: it is added again. The others keep the quorum and lose nothing meanwhile.':
      '在成员被移出集群之前：放回它的旧数据目录并启动 etcd。此后，带着旧数据的它对集群而言是外来者，只能向前推进：将它重新加入。其间其余成员保持法定多数，不丢失任何数据。',
    'Snapshot {0} was saved.': '快照 {0} 已保存。',
    'The history up to revision {0} was compacted.': '截至 revision {0} 的历史已压缩。',
    '{0} was defragmented: {1}.': '{0} 已完成碎片整理：{1}。',
    '{0} was being defragmented: whether it is done is not known.': '{0} 当时正在做碎片整理：是否已完成未知。',
    'NOSPACE was cleared.': 'NOSPACE 已清除。',
    'Not touched: {0}.': '未动过：{0}。',
    'from {0} down to {1}': '从 {0} 降至 {1}',
    'from {0} down to {1}, which took {2}': '从 {0} 降至 {1}，耗时 {2}',

    '{0}: no member is worth defragmenting': '{0}：没有成员值得做碎片整理',
    Order: '顺序',
    'To win': '可释放',
    'To do just this: {0}': '只执行上述操作：{0}',
    '{0} is full: NOSPACE stands, and etcd refuses every write': '{0} 已满：NOSPACE 警报未清除，etcd 拒绝一切写入',
    '{0}: its only member is worth defragmenting, {1} to win': '{0}：唯一的成员值得做碎片整理，可释放 {1}',
    '{0}: {1} of {2} are worth defragmenting, {3} to win': '{0}：{2}中有 {1} 个值得做碎片整理，可释放 {3}',
    '{0}: {1} of {2} is worth defragmenting, {3} to win': '{0}：{2}中有 {1} 个值得做碎片整理，可释放 {3}',
    '{0#} member': '{0} 个成员',
    '{0#} members': '{0} 个成员',
    member: '成员',
    'Each needs as much free disk as it has in use.': '每个成员所需的空闲磁盘等于其使用中的数据量。',
    'It is the only member: while it works, nothing can be read or written. {0}':
      '它是唯一的成员：整理期间无法读写任何数据。{0}',
    'the leader {0}': 'leader {0}',
    '{0}, and last the leader {1}': '{0}，最后是 leader {1}',
    'Defragment {0}': '碎片整理：{0}',
    '{0}: {1}, one at a time. A stop takes effect between members.': '{0}：{1}，一次一个。停止操作在两个成员之间生效。',
    'Worth it from': '整理门槛',
    '{0} and {1} fragmented': '碎片达到 {0} 且 {1}',
    'Members of {0}, in the order of work': '{0} 的成员，按执行顺序',
    Member: '成员',
    Role: '角色',
    'In use': '使用中',
    Fragmented: '碎片',
    Decision: '决定',
    defragment: '碎片整理',
    leave: '不整理',
    Snapshot: '快照',
    '{0}, taken first': '{0}，最先保存',
    Compacted: '已压缩',
    'up to revision {0}': '截至 revision {0}',
    Health: '健康状况',
    'every member has a leader and is up to date; no alarm stands': '每个成员都有 leader 且数据最新；没有未清除的警报',
    '{0} defragmented, {1} won': '{0}已完成碎片整理，释放 {1}',
    '{0} has room again: {1}, NOSPACE cleared': '{0} 又有可用空间了：{1}，NOSPACE 已清除',
    '; {0} no longer worth it': '；{0}已不再值得整理',
    'Members of {0} that were defragmented, in this order': '{0} 中已完成碎片整理的成员，按整理顺序',
    Before: '之前',
    After: '之后',
    'not known': '未知',

    'Wait until all are well': '等待所有成员正常',

    '{0}, {1}; it answers nothing until it is done': '{0}，{1}；完成之前它不响应任何请求',
    '{0} failed while it was defragmented': '{0} 在碎片整理期间失败',
    'Stopped after {0}, because not all is well': '在 {0} 之后停止，因为并非一切正常',
    'Stopped, because NOSPACE was raised meanwhile': '已停止，因为其间触发了 NOSPACE',
    'It makes room first when asked again: defrag {0}': '再次申请时会先腾出空间：defrag {0}',
    '{0} Then see what is left: defrag {1}': '{0}然后查看还剩什么：defrag {1}',
    'See that all members are well.': '请确保所有成员正常。',

    '{0} is silent: {1}': '{0} 没有响应：{1}',
    'Bring it back, or remove it from the cluster: with one member out, no other may stand still.':
      '让它恢复运行，或将其移出集群：已有一个成员不可用时，其他成员不得停顿。',
    '{0} is a learner': '{0} 是 learner',
    'Wait until it has been promoted, or remove it from the cluster.': '等它被提升为投票成员，或将其移出集群。',
    '{0} is {1} entries behind': '{0} 落后 {1} 个条目',
    'Wait until it has caught up; look at its disk and its network.': '等它追上；检查它的磁盘和网络。',
    'it has no leader': '没有 leader',
    'Find out why first: look at the members’ logs and the network between them.':
      '先查明原因：查看各成员的日志和它们之间的网络。',
    'its alarms could not be read: {0}': '无法读取其警报：{0}',
    'Ask again when the members answer.': '等成员有响应后再次申请。',
    'the alarm {0} stands on {1}': '{1} 上的警报 {0} 未清除',
    'the alarm {0} stands': '警报 {0} 未清除',
    'Find the cause before anything else: the data of a member with CORRUPT may be wrong. Do not just clear the alarm.':
      '首先查明原因：带有 CORRUPT 的成员，数据可能有误。不要只是清除警报。',

    'Save a snapshot': '保存快照',
    'Compact the history': '压缩历史',
    'Clear NOSPACE': '清除 NOSPACE',
    'before room is made: NOSPACE stands': '腾出空间之前：NOSPACE 未清除',
    'from {0}': '取自 {0}',
    'NOSPACE came back at once': 'NOSPACE 立即再次出现',
    'What is in use does not fit: raise --quota-backend-bytes of every member, or delete what is not needed, then ask again.':
      '使用中的数据超出配额：调高每个成员的 --quota-backend-bytes，或删除不需要的数据，然后再次申请。',
    '{0} has {1} of a quota of {2}': '{0} 已占用 {1}，配额为 {2}',
    'NOSPACE was left standing: {0}': 'NOSPACE 未被清除：{0}',

    '{0} is not well enough to be defragmented: {1}': '{0} 的状态不适合做碎片整理：{1}',
    'the cluster is full': '集群已满',
    '{0} fragmented, less than {1}': '{0} 是碎片，不到 {1}',
    '{0} to win, less than {1}': '{0} 可释放，不到 {1}',
    '{0} fragmented, {1} to win': '{0} 是碎片，可释放 {1}',

    'the newest ': '最新一份',
    '{0}, {1}{2} old': '{0}，{1}距今 {2}',
    'gap {0}': '缺口 {0}',

    'The size of the only backup of {0}, taken {1}.': '{0} 唯一一份备份的大小，备份于 {1}。',
    'Sizes of {0} of {1}, taken between {2} and {3}.': '{1} 的 {0}的大小，备份时间从 {2} 到 {3}。',
    'Size of the database: {0}.': '数据库大小：{0}。',
    'Size in the store: {0}.': '存储占用：{0}。',
    'No gaps.': '没有缺口。',
    '{0#} gap': '{0} 个缺口',
    '{0#} gaps': '{0} 个缺口',
    gap: '缺口',
    'None was found broken.': '没有发现损坏的备份。',
    'Found broken: {0}.': '发现已损坏：{0}。',
    '{0}, up to now': '{0}（至今）',
    '{0} until the backup of {1} was taken': '{0}（直到 {1} 的备份）',
    'between {0} and {1}': '{0} 至 {1}',

    verified: '已验证',
    'not verified': '未验证',
    broken: '已损坏',
    foreign: '外来',

    '{0} min ago': '{0} 分钟前',
    '{0} h ago': '{0} 小时前',
    '{0} d ago': '{0} 天前',

    '{0} ({1}) cannot be used: {2}.': '{0}（{1}）无法使用：{2}。',
    '{0} needs {1} beside the old data in {2}, and has {3} free.':
      '{0} 的 {2} 中除旧数据外还需要 {1}，现有空闲空间 {3}。',
    '{0} needs {1} where the backup is put, and has {2} free.': '{0} 存放备份的位置需要 {1}，现有空闲空间 {2}。',
    'restore.members of {0} in salvor.yaml': 'salvor.yaml 中 {0} 的 restore.members',
    'etcd answers on {0}, but {1} on {2} holds no data of it: mend {3}.':
      '{0} 上的 etcd 有响应，但 {2} 上的 {1} 中没有它的数据：请修正 {3}。',
    'etcd answers on {0}, but what salvor.yaml says to stop there does not run: mend {1}.':
      '{0} 上的 etcd 有响应，但 salvor.yaml 所指明的、要在那里停止的服务并未运行：请修正 {1}。',
    'mend restore.members of {0} in salvor.yaml, or stop it.':
      '请修正 salvor.yaml 中 {0} 的 restore.members，或停止它。',
    'Port {0} of {1} on {2} is held by {3}: etcd could not start there.':
      '{2} 上 {1} 的端口 {0} 被 {3} 占用：etcd 无法在那里启动。',
    'Port {0} of {1} on {2} is held by an etcd whose data is not that of {3}: {4}':
      '{2} 上 {1} 的端口 {0} 被一个 etcd 占用，但其数据不是 {3} 中的数据：{4}',
    'Port {0} of {1} on {2} is held by an etcd that is not the service in salvor.yaml: {3}':
      '{2} 上 {1} 的端口 {0} 被一个 etcd 占用，但它不是 salvor.yaml 中的服务：{3}',
    "{0} on {1} is where a file system begins and cannot be moved aside: let etcd's --wal-dir be a directory below it.":
      '{1} 上的 {0} 是文件系统的挂载点，无法移开：请让 etcd 的 --wal-dir 指向它下面的目录。',
    "The clock of {0} is {1} off the worker's: set one of them right first.":
      '{0} 的时钟与 worker 相差 {1}：请先校正其中一个。',

    'who leads': '谁是 leader',
    'how nodes are': '节点状态如何',
    'Nobody knows {0}: {1}': '无法得知{0}：{1}',
    'an answer. {0}': '响应。{0}',
    'waits for {0}': '等待 {0}',

    '{0} leads {1}': '{0} 是 {1} 的 leader',
    '{0} has no leader yet: look at its logs on the control-plane nodes, or restart it there.':
      '{0} 尚无 leader：请查看它在控制平面节点上的日志，或在那里重启它。',
    'Nothing says who leads {0}: look whether it runs. With --leader-elect=false it writes nothing.':
      '没有信息表明谁是 {0} 的 leader：请查看它是否在运行。使用 --leader-elect=false 时它不写入任何信息。',
    '{0} to elect a leader': '{0} 选出 leader',

    '{0} is a {1} of {2} now and not among restore.members in salvor.yaml: add it there, or take it out of the cluster.':
      '{0} 目前在集群 {2} 中（{1}），但不在 salvor.yaml 的 restore.members 里：请在那里添加它，或将其移出集群。',
    "{0} is called {1} now, and {2} in salvor.yaml: give it etcd's --name there.":
      '{0} 现在名为 {1}，在 salvor.yaml 中却名为 {2}：请在那里填写 etcd 的 --name。',
    '{0} (never started)': '{0}（从未启动）',
    Members: '成员',
    Host: '主机',
    Now: '当前',
    Planned: '计划',
    'not a member': '不是成员',
    'does not answer': '没有响应',
    'no leader': '无 leader',
    '{0} bear the loss of no more of them than {1} do.': '{0}能承受损失的成员数，并不比 {1} 个成员时更多。',
    '{0} is not a member now, and will be one.': '{0} 现在不是成员，之后将成为成员。',
    '{0} is a learner now, and will vote.': '{0} 现在是 learner，之后将有投票权。',
    '{0} has the peer URL {1} now, and will have {2}.': '{0} 现在的 peer URL 是 {1}，之后将是 {2}。',

    '{0} of {1} nodes to be ready': '{0} 个节点就绪（共 {1} 个）',
    '{0} of {1} nodes are ready': '{1} 个节点中有 {0} 个就绪',
    'Not ready yet': '尚未就绪',
    '{0}, as before': '{0}，与之前相同',
    '{0} of {1} nodes are ready, {2} of {3} were before': '{1} 个节点中有 {0} 个就绪，之前 {3} 个中有 {2} 个就绪',
    'not ready before either: {0}': '之前也未就绪：{0}',
    'Joined since the backup, so Kubernetes does not know them now': '在备份之后加入，因此 Kubernetes 现在不认识它们',
    'Restart kubelet there: it registers only when it starts.': '请在那里重启 kubelet：它只在启动时注册。',
    'Taken out since the backup, and back without a kubelet': '在备份之后移除，现在重新出现但没有 kubelet',
    'Take them out again: kubectl delete node.': '请再次移除它们：kubectl delete node。',
    'Look at kubelet there, or restart it.': '请查看那里的 kubelet，或将其重启。',

    'The members are {0}, and {1} are planned.': '现有成员为 {0}，计划的成员为 {1}。',
    '{0} does not answer or does not vote.': '{0} 没有响应或没有投票权。',
    'Members follow different leaders.': '各成员跟随的 leader 不一致。',
    'Members do not hold the same at revision {0}: {1}.': '各成员在 revision {0} 处的数据不一致：{1}。',
    'hash {0}, compacted up to {1}': '哈希 {0}，已压缩至 {1}',
    '{0} {1} where {2} were backed up': '{0} 个 {1}，而备份中为 {2} 个',
    'etcd has {0}.': 'etcd 中有 {0}。',
    'etcd is empty.': 'etcd 是空的。',
    'Do not start anything on it before you know why. The old data is still there.':
      '查明原因之前，不要在它上面启动任何东西。旧数据仍在。',

    '{0} runs etcd {1}, and the backup was written by {2}: an older etcd must not open it.':
      '{0} 运行的是 etcd {1}，而备份由 {2} 写入：不得用更旧的 etcd 打开它。',
    '{0} has no {1} to restore with (it has {2}): put it into {3}/bin there.':
      '{0} 上没有恢复所需的 {1}（现有：{2}）：请把它放到那里的 {3}/bin 中。',
    'none of etcd’s programs': '没有任何 etcd 程序',
    '{0}: before 3.5.26 former members stay in the files, which blocks a later upgrade to etcd 3.6.':
      '{0}：3.5.26 之前的版本会把以前的成员留在文件中，这会阻碍以后升级到 etcd 3.6。',

    'No member of {0} answers and none of its hosts has data of etcd: the backup goes into a new cluster.':
      '{0} 没有成员响应，其主机上也都没有 etcd 的数据：备份将恢复到一个新集群中。',
    '{0} of {1} answer': '{1}中有 {0} 个响应',
    'no member answers': '没有成员响应',
    'The backup takes the place of all data on {0}; now {1}.': '备份将取代 {0}上的全部数据；目前：{1}。',
    'Only {0} does not answer and the others have a quorum: replacing it loses nothing. {1}':
      '只有 {0} 没有响应，其余成员仍有法定多数：替换它不会丢失任何数据。{1}',
    '{0} still has data, which may be newer than the backup. {1}': '{0} 仍有数据，可能比备份更新。{1}',
    '{0} is well: all of its {1} answer. Nothing was changed.': '{0} 正常：全部 {1}都有响应。没有更改任何内容。',
    'To put an earlier state in place of what it has, name the backup: {0}':
      '如要用更早的状态取代现有数据，请指明备份：{0}',
    '{0} has no quorum, and none of its hosts has data of etcd.': '{0} 没有法定多数，其主机上也都没有 etcd 的数据。',
    '{0} Nothing was changed.': '{0}没有更改任何内容。',
    'Name the backup to restore: {0}': '请指明要恢复的备份：{0}',
    '{0} has no quorum, but {1} of {2} have their data: {3}.': '{0} 没有法定多数，但 {2}中有 {1} 台的数据还在：{3}。',
    '{0#} host': '{0} 台主机',
    '{0#} hosts': '{0} 台主机',
    host: '主机',
    'Start etcd there and look at its log: together they are a quorum. If that data is broken, name a backup: {0}':
      '请在那里启动 etcd 并查看其日志：它们合起来构成法定多数。如果那些数据已损坏，请指明一份备份：{0}',
    '{0} have data, and it cannot be told which is the newest, since not all of them answer.':
      '{0} 都有数据，但无法判断哪份最新，因为其中有成员没有响应。',
    'Name a backup to restore instead: {0}': '请改为指明一份要恢复的备份：{0}',

    '{0} members, {1} leads, all the same at revision {2}': '{0} 个成员，leader 是 {1}，在 revision {2} 处全部一致',
    '{0} deleted': '已删除 {0} 个',
    'its id is {0}': '其 id 为 {0}',
    'the snapshot is tried again: {0}': '再次尝试保存快照：{0}',
    'what was there is saved as {0}': '原有数据已保存为 {0}',

    'THIS IS THE STATE THAT AN EARLIER RESTORE REPLACED: whatever was wrong then comes back with it.':
      '这是之前某次恢复所取代的状态：当时的问题会随之回来。',
    '{0} in {1} was copied from a data directory: it carries no hash, and nobody has tried it out. Nothing was changed.':
      '{1} 中的 {0} 是从数据目录复制的：它不带哈希，也没有人试恢复过。没有更改任何内容。',
    'What it holds may be torn. The snapshot beside it is better. If there is nothing else, say so: {0}':
      '其中的数据可能残缺不一致。优先使用它旁边的快照。如果别无选择，请明确指定：{0}',
    '{0} was tried out and found broken: {1} Nothing was changed.': '{0} 试恢复后发现已损坏：{1}没有更改任何内容。',
    'Take another one: {0}': '请换一份：{0}',
    '{0} has not been tried out: nobody knows whether it can be restored. Nothing was changed.':
      '{0} 尚未试恢复过：没有人知道它能否恢复。没有更改任何内容。',
    'Add --unverified where there is no time; otherwise try it out first: {0}':
      '来不及时请加上 --unverified；否则先试恢复：{0}',
    '{0} is newer and has not been tried out: “verify {1} {2}” and plan again, to lose less.':
      '有一份更新的备份 {0} 尚未试恢复：执行「verify {1} {2}」后重新制定计划，可少丢数据。',
    'The data of {0}, {1}, is not in the store. Nothing was changed.': '{0} 的数据 {1} 不在存储中。没有更改任何内容。',
    'Take another backup; look for what deleted this one.': '请换一份备份；并查明这份是被什么删除的。',
    'FOUND BROKEN when it was tried out: {0}': '试恢复时发现已损坏：{0}',
    'NOT VERIFIED: nobody has restored this backup before.': '未验证：此前没有人恢复过这份备份。',
    '{0} is dated later than now: a clock was wrong, and its age is not known.':
      '{0} 的时间晚于现在：当时某个时钟有误，它距今多久未知。',

    'not stored beside the backups: {0}': '未能存放到备份旁边：{0}',
    'The whole restore, to be run without Salvor': '完整的恢复过程，可不依赖 Salvor 执行',

    'NO API SERVER IS STOPPED: salvor.yaml names none (apiServer under restore.members). One that runs meanwhile writes what it remembers into what was restored: stop all of them by hand, or name them first.':
      '不会停止任何 API server：salvor.yaml 没有指明任何 API server（restore.members 下的 apiServer）。其间仍在运行的 API server 会把它记住的内容写入恢复后的数据：请手动停止全部 API server，或先在其中指明。',
    'Nothing is restarted after the API servers on {0}: controller manager and scheduler there go on with what they remember. Name them in salvor.yaml (afterwards under restore.members), or restart them by hand.':
      '在 {0} 上，API server 之后不会重启任何服务：那里的 controller manager 和 scheduler 会继续使用它们记住的内容。请在 salvor.yaml 中指明它们（restore.members 下的 afterwards），或手动重启。',

    'Nothing is lost: the other members hold everything.': '不会丢失任何数据：其余成员拥有全部数据。',
    'What {0} had not received when the others were lost is lost: mostly nothing, or the writes of the last moment.':
      '其余成员丢失时 {0} 尚未收到的内容会丢失：多数情况下没有，或只是最后一刻的写入。',
    '{0} was restored or made anew since this backup: all that was written to it since {1} ({2}) is lost, and what the backup holds comes back. {3} has {4} now, the backup {5}.':
      '这份备份之后，{0} 曾被恢复或重建：自 {1}（{2}）以来写入它的一切都会丢失，备份中的内容会回来。{3} 现在有 {4}，备份中有 {5} 个。',
    'At least so many are gone then': '届时至少消失',
    'At least so many come back': '届时至少回来',
    'The backup is of {0}: {1} old. There is nothing to lose here.':
      '备份的时间是 {0}，距今 {1}。这里没有可丢失的数据。',
    'the revision of the backup is not known': '备份的 revision 未知',
    'All that was written to {0} since {1} ({2}) is lost; how much that is cannot be told, since {3}.':
      '自 {1}（{2}）以来写入 {0} 的一切都会丢失；具体有多少无法得知，因为{3}。',
    'By its revision nothing was written to {0} since {1} ({2}). That is right only if {3} was not restored or made anew meanwhile: this backup does not tell.':
      '从 revision 看，自 {1}（{2}）以来没有任何内容写入 {0}。只有 {3} 在此期间没有被恢复或重建过，这一点才成立：这份备份无法说明。',
    'Nothing was written to {0} since {1} ({2}): nothing is lost.':
      '自 {1}（{2}）以来没有任何内容写入 {0}：不会丢失任何数据。',
    'All that was written to {0} since {1} ({2}) is lost: {3} at {4}.':
      '自 {1}（{2}）以来写入 {0} 的一切都会丢失：截至 {4} 共 {3}。',
    '{0#} revision': '{0} 个 revision',
    '{0#} revisions': '{0} 个 revision',
    'Made since, and gone then': '此后新建、届时消失',
    'Changed since, and as they were then': '此后更改、届时回到原样',
    'Deleted since, and back then': '此后删除、届时重新出现',
    'the API of {0}': '{0} 的 API',
    'etcd of {0}': '{0} 的 etcd',
    'for some minutes; no drill has measured it': '数分钟（没有演练测量过）',
    'for about {0}, by the last drill': '约 {0}（按最近一次演练）',
    'Meanwhile {0} is down {1}. Containers that run go on running.':
      '其间 {0} 不可用，时长：{1}。正在运行的容器会继续运行。',

    '{0} and {1} more kinds': '{0}，以及另外 {1} 种',

    'it was not asked': '没有询问过它',

    'salvor.yaml does not say where the members of {0} run, so {1} cannot be restored. Nothing was changed.':
      'salvor.yaml 没有说明 {0} 的成员在哪里运行，因此无法恢复 {1}。没有更改任何内容。',
    'Describe them under clusters.{0}.restore; salvor.example.yaml shows how.':
      '请在 clusters.{0}.restore 下描述它们；写法见 salvor.example.yaml。',
    'Ansible told nothing of it': 'Ansible 没有返回它的任何信息',
    'what it told of itself cannot be read ({0}: {1})': '它返回的自身信息无法读取（{0}：{1}）',

    '{0} would be restored from {1}': '{0} 将从 {1} 恢复',
    '{0} would begin anew from {1}': '{0} 将从 {1} 重新开始',
    '{0} would go on with the data of the one member that still has it': '{0} 将用唯一仍有数据的那个成员的数据继续运行',
    '{0} would get its lost members back': '{0} 将找回失去的成员',
    ', the file {0} in it': '，其中的文件 {0}',
    '{0}{1}, taken {2}, {3} ago': '{0}{1}，备份于 {2}，距今 {3}',
    '{0} database, {1} stored': '数据库 {0}，存储占用 {1}',
    'not known: something else saved it': '未知：由其他程序保存',
    'not raised: a tool cannot': '不提升：有工具不支持',
    'raised by {0}, and all before marked as compacted': '提升 {0}，之前的全部标记为已压缩',
    'Restored with': '恢复工具',
    Revisions: 'revision 变更',
    '{0}. Point of no return: step {1}, {2}; until then it can be stopped between steps.':
      '{0}。不可回退点：第 {1} 步「{2}」；在此之前可在步骤之间停止。',
    'Data of earlier restores still lies there ({0}).': '那里仍留有以前恢复的数据（{0}）。',
    'To know': '须知',
    'salvor.yaml names no API server on {0}: stop those of {1} yourself before it begins, and start them at the end. One that runs keeps what it remembers.':
      'salvor.yaml 在 {0}上没有指明任何 API server：请在开始之前自行停止 {1} 的 API server，并在结束时启动。仍在运行的会保留它记住的内容。',

    'Look at the cluster and its hosts': '查看集群及其主机',
    'See what would be lost': '查看会丢失什么',
    '{0} cannot be restored now: something stands in the way. Nothing was changed.':
      '{0} 现在无法恢复：存在一个障碍。没有更改任何内容。',
    '{0} cannot be restored now: {1} things stand in the way. Nothing was changed.':
      '{0} 现在无法恢复：存在 {1} 个障碍。没有更改任何内容。',
    'Mend that, then ask for the restore again.': '请先解决，然后再次申请恢复。',
    '{0} has no program etcd to start on a copy of its data: put the one of its version into {1}/bin there.':
      '{0} 上没有可在其数据副本上启动的 etcd 程序：请把与其版本一致的 etcd 放到那里的 {1}/bin 中。',

    '{0} is restored from {1}': '{0} 已从 {1} 恢复',
    '{0} has begun anew from {1}': '{0} 已从 {1} 重新开始',
    '{0} goes on with the data of {1}': '{0} 已用 {1} 的数据继续运行',
    '{0} has {1} back': '{0} 已找回 {1}',
    'What was there before': '原有数据',
    'is backup {0}; to have it again, with everything since lost: {1}':
      '已存为备份 {0}；如要换回（此后的一切都会丢失）：{1}',
    'Old data': '旧数据',
    'before-{0} in every data directory, until somebody deletes it': '每个数据目录中的 before-{0}，直到有人将其删除',
    'the member': '该成员',
    'all {0} members': '全部 {0} 个成员',
    'Take a backup of it as it is now: {0}': '为它现在的状态做一份备份：{0}',
    ', the keys counted before anybody could write': '，在任何一方能够写入之前已核对键数',
    ', API servers ready': '，API server 就绪',
    'a quorum of {0}, one leader, one hash on all members{1}{2}':
      '{0} 个成员的法定多数，一个 leader，所有成员哈希一致{1}{2}',
    'Nothing of {0} had been changed': '{0} 没有任何内容被更改过',
    '{0} is as it was before': '{0} 已回到之前的状态',
    '{0}, with etcd stopped on {1}': '{0}，但 {1} 上的 etcd 处于停止状态',
    'Taken back': '已撤销',
    'What was restored': '恢复出的数据',
    'failed-{0} in the data directories, where it had come so far':
      '数据目录中的 failed-{0}（仅限已执行到这一步的主机）',
    'nothing that was not taken back': '更改过的内容均已撤销',
    'etcd stays stopped on {0}, where it had no data': '{0} 上的 etcd 保持停止，那里原本没有它的数据',
    'Leave it stopped there: without data it would begin a cluster of its own.':
      '请让它在那里保持停止：没有数据时它会自成一个新集群。',
    'To bring it back: {0}': '如要让它恢复运行：{0}',
    '; its manifest lies in {0}/manifests, where the next restore finds it':
      '；其 manifest 在 {0}/manifests 中，下次恢复会在那里找到它',
    'etcd is stopped, with no data in {0}{1}': 'etcd 已停止，{0} 中没有数据{1}',
    Downtime: '停机时间',

    'the data of {0}': '{0} 的数据',
    'the backup': '备份',
    'Restore beside the old data': '在旧数据旁恢复',
    '{0} is restored beside the data in use': '{0}恢复到使用中的数据旁边',
    '{0} is in every data directory': '{0}位于每个数据目录中',
    'the old data is set aside as before-{0}, and {1} is in its place':
      '{1}换到原位置，旧数据移到一旁，名为 before-{0}',
    'Check every host': '检查每台主机',
    'Save what is there now': '保存现有数据',
    'nothing: one more backup': '没有更改任何内容：多一份备份',
    'Put the backup on every host': '将备份放到每台主机',
    'the backup lies on {0}': '备份存放在 {0} 上',
    'Stop API servers': '停止 API server',
    'API servers are stopped on {0}': '{0} 上的 API server 停止',
    'Stop etcd': '停止 etcd',
    'etcd is stopped on {0}': '{0} 上的 etcd 停止',
    'Copy the old data': '复制旧数据',
    'a copy of the old data lies on {0}': '旧数据的副本存放在 {0} 上',
    'Rescue the data': '抢救数据',
    'nothing: etcd runs on the copy for a moment': '没有更改任何内容：etcd 在副本上短暂运行',
    'Put it on every host': '将其放到每台主机',
    'the data of {0} lies on {1}': '{0} 的数据存放在 {1} 上',
    'Put the data into its place': '将数据放到位',
    'Exchange the data': '替换数据',
    'etcd is started with {0}': 'etcd 启动，所用数据：{0}',
    'Check etcd': '检查 etcd',
    'Check what was restored': '检查恢复出的数据',
    'Clear API server addresses': '清除 API server 地址',
    'the addresses of API servers are deleted from it': '从中删除 API server 的地址',
    'Start API servers': '启动 API server',
    'API servers are started with {0}': 'API server 启动，所用数据：{0}',
    'Restart what remembers': '重启带有缓存的服务',
    'services are restarted on {0}': '{0} 上的服务重启',
    'Check Kubernetes': '检查 Kubernetes',
    'Clear away': '收尾清除',
    'nothing: the file with the backup is deleted': '没有更改任何内容：删除存放备份的文件',
    'Stop etcd on {0}': '停止 {0} 上的 etcd',
    'Move the old data of {0} aside': '将 {0} 的旧数据移到一旁',
    'the old data of {0} is set aside as before-{1}': '{0} 的旧数据移到一旁，名为 before-{1}',
    'Take {0} out of the cluster': '将 {0} 移出集群',
    '{0} is no member any more': '{0} 不再是成员',
    'Add {0} as a learner': '将 {0} 添加为 learner',
    '{0} is a member without a vote': '{0} 是没有投票权的成员',
    'Start etcd on {0}': '启动 {0} 上的 etcd',
    'etcd is started on {0}': '{0} 上的 etcd 启动',
    'Give {0} its vote': '给予 {0} 投票权',
    '{0} is a voter': '{0} 拥有投票权',

    '{0} cannot go back: {1} has taken it out, and knows its old data no more.':
      '{0} 无法回退：{1} 已将其移出，不再认得它的旧数据。',
    'Resume: it joins anew and loses nothing. The others have their quorum meanwhile.':
      '请继续执行：它会重新加入，不丢失任何数据。其间其余成员仍有法定多数。',
    'Stop API servers again': '再次停止 API server',
    'Stop etcd again': '再次停止 etcd',
    'Put the old data back': '放回旧数据',
    'Start etcd on the old data': '用旧数据启动 etcd',
    'Check etcd on the old data': '检查使用旧数据的 etcd',
    'Start API servers again': '再次启动 API server',
    'Restart what remembers again': '再次重启带有缓存的服务',
    'Clear away what was put there': '清除放到主机上的文件',
    '{0} leads, at revision {1}': 'leader 是 {0}，位于 revision {1}',

    '{0} is not what was agreed to: its data is another.': '{0} 已不是当初批准的那份：它的数据不同。',
    'Plan it anew, and look at what has changed.': '请重新制定计划，并查看有什么变化。',
    '{0} is not what was agreed to: its SHA-256 is another.': '{0} 已不是当初批准的那份：它的 SHA-256 不同。',
    '{0} carries no hash: it was copied from a data directory, and may be torn.':
      '{0} 不带哈希：它是从数据目录复制的，可能残缺不一致。',
    'Restore a snapshot instead; a file in an archive is restored without one when it is asked for by its name.':
      '请改为恢复快照；归档中的文件，在按名称指明时可以不带哈希恢复。',

    'unknown: no member answers': '未知：没有成员响应',
    'Member {0}': '成员 {0}',
    'Tool on {0}': '{0} 上的工具',
    '{0}, {1} bytes': '{0}，{1} 字节',
    'unknown: something else saved it': '未知：由其他程序保存',
    'Until API servers start, there is nothing to go back to: the new data is renamed away.':
      '在 API server 启动之前，没有可回退到的数据：将新数据改名移开。',
    'Until etcd starts, there is nothing to go back to: the new data is renamed away.':
      '在 etcd 启动之前，没有可回退到的数据：将新数据改名移开。',
    'Until API servers start, the old data (before-{0} in every data directory) is put back and everything started, as it was.':
      '在 API server 启动之前，放回旧数据（每个数据目录中的 before-{0}），并照原样启动一切。',
    'Until etcd starts, the old data (before-{0} in every data directory) is put back and everything started, as it was.':
      '在 etcd 启动之前，放回旧数据（每个数据目录中的 before-{0}），并照原样启动一切。',
    'The snapshot that is taken first is one more way back, by a restore of its own.':
      '最先保存的快照是另一个回退办法，需单独做一次恢复。',
    'A copy of the old data lies in {0} until the end.': '旧数据的副本会在 {0} 中保留到结束。',
    'From then on the same is possible, but loses what was written to {0} since, and what controllers did outside because of it stays done.':
      '此后仍可这样做，但会丢失其后写入 {0} 的内容，而 controller 据此在外部所做的事不会撤销。',

    'it ends in the middle': '内容中途截断',
    'Its {0} cannot be read: {1}.': '其 {0} 数据无法读取：{1}。',

    'it is restored next': '接下来会恢复它',

    '{0} holds no file {1}.': '{0} 中没有文件 {1}。',
    'It is empty.': '它是空的。',
    'It holds {0}.': '其中有 {0}。',
    'The archive holds no file.': '归档中没有文件。',
    '{0}: the layout of the archive cannot be read, and nothing is said of the backup in it. It holds {1}.':
      '{0}：无法识别归档的结构，这并不说明其中的备份是好是坏。其中有 {1}。',
    'Looked for is a file snap-….db in any folder, else one .db alone; what lies in a data directory (member/snap) is never taken. Store the snapshot so, or by itself as .db, .db.gz or .db.zst.':
      '查找的是任意文件夹中的 snap-….db，否则是唯一的一个 .db；数据目录（member/snap）中的文件绝不采用。请按此方式存放快照，或单独存为 .db、.db.gz 或 .db.zst。',
    'The archive cannot be read: {0}.': '归档无法读取：{0}。',

    '{0}: its backups are as they should be': '{0}：备份符合要求',
    'Also: {0}.': '另外：{0}。',
    'it has no backup at all': '没有任何备份',
    '{0} came from the future, {1}: a clock is wrong': '{0}的时间在未来（{1}）：某个时钟有误',
    'Set the clocks of the workers right. Until its time has come such a backup counts for nothing.':
      '请校正 worker 的时钟。在其时间到来之前，这样的备份不算数。',
    'its newest backup, {0}, was tried out and found broken': '最新备份 {0} 试恢复后发现已损坏',
    'Take another one, then verify it: {0}': '另做一份备份，然后验证：{0}',
    'no backup of the last {0} is verified': '最近 {0} 内没有已验证的备份',
    '{0} cannot be whole: {1}': '{0}不可能完整：{1}',
    'See them: {0}': '查看它们：{0}',
    'Nothing is pruned meanwhile. See whether much was deleted on purpose: {0}':
      '其间不做任何清理。请查看是否有意删除了大量内容：{0}',
    'no backup was restored for {0}': '已有 {0} 没有恢复过备份',
    'Try one out: {0}': '试恢复一份：{0}',
    'A snapshot copies what is missing, or says why it cannot: {0}': '做一次快照会补齐缺少的副本，或说明为何不能：{0}',
    '{0} among its backups cannot be read': '备份中有 {0}无法读取',
    'See which: {0}': '查看是哪些：{0}',
    'a second bucket': '第二个存储桶',
    'whether its backups are copied to {0} is not known: it cannot be listed':
      '备份是否已复制到 {0} 未知：无法列出其中内容',
    'not all of its newest backups have a copy in {0}': '最新的备份并非都在 {0} 中有副本',
    'Newest backup': '最新备份',
    ', verified': '，已验证',
    '; never to be older than {0}': '；距今不得超过 {0}',
    'Last restored': '最近一次恢复',
    '; to be done every {0}': '；每 {0} 应做一次',
    'Looked at': '已查看',
    '{0} of the last {1}': '最近 {1} 内的 {0}',
  },
  [
    'defrag {0} --confirm {1}',
    'Inter, sans-serif',
    'learner',
    'Peer URL',
    'revision',
    'etcdctl --endpoints=<one member> snapshot save before-{0}.db   # Salvor: to {1}/{2}',
    'endpoint health',
    'endpoint status',
    'endpoint hashkv',
    'etcdctl {0} {1}',
    'etcdctl {0} del --prefix {1}',
    'etcdctl {0} get --prefix --count-only --write-out=fields /registry/',
    "kubectl get --raw '/readyz?verbose'",
    'kubectl --namespace kube-system get leases',
    'kubectl get nodes',
    'etcdctl {0} member remove {1}',
    'etcdctl {0} member promote <the id that member add told>',
    'rest of the head',
  ],
);
