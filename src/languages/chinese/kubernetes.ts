import { phrases } from '../phrases.ts';

export default phrases(
  {
    'clock {0} ahead of ours': '时钟比我们快 {0}',
    'clock {0} behind ours': '时钟比我们慢 {0}',
    '{0#} thing not seen': '{0} 项未能查看',
    '{0#} things not seen': '{0} 项未能查看',
    '{0#} warning': '{0} 个警告',
    '{0#} warnings': '{0} 个警告',
    '{0#} note': '{0} 条提示',
    '{0#} notes': '{0} 条提示',
    '{0#} days': '{0} 天',
    'none tells of itself by a Lease': '没有 API server 通过 Lease 表明自己的存在',
    'which API servers there are is not known': '有哪些 API server 未知',
    ' for {0}': ' 已 {0}',
    '{0} of {1} alive{2}': '{1} 中有 {0} 个存活{2}',
    '{0#} API server': '{0} 个 API server',
    '{0#} API servers': '{0} 个 API server',
    'No sign of life': '没有存活迹象',
    Heartbeats: '心跳',
    'the API server that answers': '当前应答的 API server',
    Ready: '就绪',
    'could not be asked: {0}': '无法查询：{0}',
    'not ready: {0}': '未就绪：{0}',
    'nodes have no Leases: each heartbeat writes a whole Node': '节点没有 Lease：每次心跳都写入整个 Node 对象',
    ', where a Node is {0}': '，而一个 Node 对象为 {0}',
    '; none lately from {0}': '；近期没有心跳的：{0}',
    '{0} renew Leases of {1}{2}{3}': '{0} 在续约 Lease，每个大小为 {1}{2}{3}',
    '{0#} node': '{0} 个节点',
    '{0#} nodes': '{0} 个节点',
    node: '节点',
    'the API server on {0} shows no sign of life': 'API server {0} 没有存活迹象',
    'Look whether it runs. The Lease of one that was taken away is gone after an hour.':
      '检查它是否在运行。已移除的 API server，其 Lease 会在一小时后消失。',
    'not all nodes send heartbeats': '不是所有节点都在发送心跳',
    'Look at their kubelets, and the way to the API server.': '检查这些节点的 kubelet，以及到 API server 的网络路径。',
    'the API server on {0}': 'API server {0}',
    '{0} is not ready': '{0} 未就绪',

    'all {0} that were seen': '看到的全部 {0} 份',
    Certificates: '证书',
    'ran out': '已过期',
    'less than a day left': '剩余不到 1 天',
    '{0} left': '剩余 {0}',
    '{0#} day': '{0} 天',
    day: '天',
    'the certificate of {0} ran out': '证书已过期：{0}',
    'the certificate of {0} runs out within 7 days': '证书将在 7 天内过期：{0}',
    'the certificate of {0} runs out within 30 days': '证书将在 30 天内过期：{0}',
    'Renew it where it was issued (kubeadm certs renew), and restart what serves it.':
      '在签发它的地方续期（kubeadm certs renew），并重启使用它的组件。',

    'this worker': '本 worker',
    'clock not told': '时钟未知',
    'clock agrees': '时钟一致',
    'member {0} of etcd': 'etcd 成员 {0}',
    'the clock of {0} is ahead': '{0} 的时钟偏快',
    'the clock of {0} is behind': '{0} 的时钟偏慢',
    'Look at chrony or ntp on its host: certificates, tokens and Leases there are judged by its clock.':
      '检查其主机上的 chrony 或 ntp：那里的证书、token 和 Lease 都以它的时钟判断是否有效。',
    'Look at chrony or ntp on its host: it judges ages, certificates and schedules by its clock.':
      '检查其主机上的 chrony 或 ntp：它以自己的时钟判断时长、证书和定时任务。',
    'the clocks of etcd and of this worker differ, and nobody can say which is right':
      'etcd 与本 worker 的时钟不一致，无法断定哪个正确',
    'Look at chrony or ntp on their hosts: certificates, tokens and Leases are judged by their clocks.':
      '检查它们主机上的 chrony 或 ntp：证书、token 和 Lease 都以它们的时钟判断是否有效。',

    Alarms: '警报',
    'does not answer: {0}': '没有响应：{0}',
    'it says nothing': '它没有任何应答',
    '{0} behind': '落后 {0}',
    '{0#} entry': '{0} 条日志',
    '{0#} entries': '{0} 条日志',
    '{0}, {1} in use ({2} fragmented)': '{0}，使用中 {1}（碎片 {2}）',
    'says: {0}': '报告：{0}',
    'quota not told, {0} by default': '配额未知，默认为 {0}',
    'quota {0}': '配额 {0}',
    'no quota': '无配额',
    'not known: {0}': '未知：{0}',
    'Look at the logs of its members and the network between them.': '查看各成员的日志以及它们之间的网络。',
    'etcd has no leader': 'etcd 没有 leader',
    'members of etcd follow different leaders': 'etcd 各成员跟随的 leader 不同',
    'etcd refuses every write. See what can be freed: {0}': 'etcd 拒绝所有写入。查看可以释放多少空间：{0}',
    'Find the cause before anything else: the data of a member with CORRUPT may be wrong.':
      '先查明原因，再做其他任何操作：出现 CORRUPT 的成员，其数据可能有误。',
    'the alarm {0} stands in etcd': 'etcd 中有未解除的警报：{0}',
    'member {0} of etcd does not answer': 'etcd 成员 {0} 没有响应',
    'Bring it back, or replace it.': '让它恢复，或替换它。',
    '{0} reports errors of its own': '{0} 自身报告了错误',
    'Look at its log.': '查看它的日志。',
    '{0} is far behind': '{0} 落后很多',
    'Look at its disk and its network.': '检查它的磁盘和网络。',
    'the default quota, its own is not told': '默认配额（它自己的配额未知）',
    'its quota': '它的配额',
    'the database of {0} is nearly as large as {1}': '{0} 的数据库大小已接近 {1}',
    'See what can be freed: {0}': '查看可以释放多少空间：{0}',

    'Leaders of {0}': '{0} 的 leader',
    Component: '组件',
    Leader: 'leader',
    Node: '节点',
    Renewed: '上次续约',
    Takeovers: '接任次数',
    'just now': '刚刚',
    '{0} ({1} in the last hour)': '{0}（最近一小时 {1} 次）',
    'nobody: {0} is gone': '无：{0} 已消失',
    'let go {0}': '{0} 已释放',
    'nobody ever': '从未有过',
    'nobody for {0}': '无，已持续 {0}',
    'nothing says who': '没有记录表明是谁',
    'etcd: {0}': 'etcd：{0}',
    'written in its {0}': '记录在它的 {0} 中',
    'Stale history': '残留的旧记录',
    '{0}: {1} still names {2}, renewed last {3}': '{0}：{1} 中仍记着 {2}，上次续约：{3}',
    never: '从未',
    nobody: '无',
    'Takeovers counted': '接任次数统计',
    'since {0}': '自 {0} 起',
    '; is to go to {0}': '；将转交给 {0}',
    ' from {0}: {1}': '，共 {0}：{1}',
    '{0#} candidate': '{0} 个候选',
    '{0#} candidates': '{0} 个候选',
    candidate: '候选',
    'the API server elects ({0}){1}{2}': '由 API server 选举（{0}）{1}{2}',
    '{0} has no leader': '{0} 没有 leader',
    '. No other took over: look at theirs too.': '。没有其他实例接任：也查看它们的日志。',
    'the leader of {0} is late to renew': '{0} 的 leader 续约延迟',
    'Another may take over. {0}.': '可能会由其他实例接任。{0}。',
    'Look at its log{0}: {1}, or {2} where it is no pod': '查看它的日志{0}：{1}，不是 Pod 时用 {2}',
    ' on the control-plane nodes': '（在控制平面节点上）',
    'nothing says who leads {0}': '没有记录表明 {0} 的 leader 是谁',
    'Look whether it runs. With --leader-elect=false it writes nothing.':
      '检查它是否在运行。设置了 --leader-elect=false 时，它不写任何记录。',
    '{0} has two leaders, one by its Lease and one by its annotation':
      '{0} 有两个 leader：一个按其 Lease，一个按其 annotation',
    'Give all its instances the same --leader-elect-resource-lock.':
      '给它的所有实例设置相同的 --leader-elect-resource-lock。',
    '{0} changed hands more than {1} within an hour': '{0} 的 leader 在一小时内更换超过 {1}',
    time: '次',
    'A leader that cannot renew in time gives up: look at its logs, and at the latency of the API server and of etcd.':
      '不能及时续约的 leader 会放弃领导权：查看它的日志，以及 API server 和 etcd 的延迟。',

    'has no kubeconfig in salvor.yaml': '在 salvor.yaml 中没有 kubeconfig',
    'Not known': '未知',
    '{0}: all that must be led has its leader': '{0}：必须有 leader 的组件都有 leader',
    'one thing is not known': '有 1 项未知',
    '{0} things are not known': '有 {0} 项未知',
    '{0}: nobody knows {1}': '{0}：无法得知 {1}',
    'nobody could find out {0}': '无法查明 {0}',
    'Look whether it runs.': '检查它是否在运行。',
    'the API server cannot be reached': '无法连接 API server',
    'the API server does not answer': 'API server 没有响应',
    '{0}; etcd is well, led by {1}': '{0}；etcd 正常，leader 是 {1}',

    Load: '负载',
    'not known, it tells no address': '未知，它没有给出地址',
    'not known, it could not be asked': '未知，无法查询它',
    '{0#} request': '{0} 个请求',
    '{0#} requests': '{0} 个请求',
    '{0}/s{1}, {2} in flight': '{0}/s{1}，{2} 个处理中',
    'the API server on {0} carries nearly all of the requests': 'API server {0} 承担了几乎全部请求',
    'the API server on {0} carries nearly all of the requests in flight': 'API server {0} 承担了几乎全部处理中的请求',
    'the API server on {0} carries more than twice its share of the requests':
      'API server {0} 承担的请求超过其应占份额的两倍',
    'the API server on {0} carries more than twice its share of the requests in flight':
      'API server {0} 承担的处理中请求超过其应占份额的两倍',
    'Balance them: clients keep connections, so a balancer alone does not; --goaway-chance makes them connect anew.':
      '让它们的负载均衡：客户端会保持连接，只靠负载均衡器做不到；--goaway-chance 会让客户端重新连接。',

    'no address': '没有地址',
    'how loaded the API servers are': '各 API server 的负载',
    'how loaded it is': '它的负载',
    'whether it is ready': '它是否就绪',
    'how long the certificate of {0} is good': '{0} 的证书有效期',

    'how long the certificates of etcd are good': 'etcd 各证书的有效期',
    'etcd at {0}': 'etcd {0}',

    'how often leaders changed hands': 'leader 的更换频率',
    'how etcd is': 'etcd 的状态',
    'how Kubernetes is': 'Kubernetes 的状态',
    'which nodes send heartbeats': '哪些节点在发送心跳',
    'how large a Node is': 'Node 对象的大小',

    'who leads by Lease, and which API servers there are': '按 Lease 谁是 leader，以及有哪些 API server',
    'who leads by the annotation on a {0}': '按 {0} 上的 annotation 谁是 leader',
    'who may lead next': '接下来谁可以成为 leader',

    'must be a time': '必须是时间',

    'Ask what API servers run': '查询 API server 运行的版本',
    'Look at etcd and the backups': '检查 etcd 和备份',
    'Look at the cluster': '检查集群',
    '{0} has no kubeconfig in salvor.yaml: nobody can look at it.':
      '{0} 在 salvor.yaml 中没有 kubeconfig：无法检查它。',
    'Name one under clusters.{0}.kubernetes, with the rights of deploy/kubernetes/rbac.yaml.':
      '在 clusters.{0}.kubernetes 下指定一个，其权限见 deploy/kubernetes/rbac.yaml。',
    'the members of etcd': 'etcd 的成员',
    'in which versions etcd holds objects': 'etcd 中的对象以哪些版本存储',
    'the newest backup': '最新的备份',
    '{0} read': '已读取 {0}',

    'each hop': '每一跳',
    'kubeadm brings {0} with': 'kubeadm 为 {0} 附带',
    'cluster DNS': '集群 DNS',
    'No CoreDNS was found in kube-system.': '在 kube-system 中没有找到 CoreDNS。',
    'Look whether the DNS that runs fits the target.': '检查正在运行的 DNS 是否与目标版本匹配。',
    '{0} CoreDNS {1}, which is older.': '{0} CoreDNS {1}，比现在的旧。',
    'Keep the newer: upgrade without the add-on phase, or put it back afterwards.':
      '保留较新的：升级时跳过 addon 阶段，或在升级后换回来。',
    '{0} CoreDNS {1}.': '{0} CoreDNS {1}。',
    'Look whether the Corefile uses a plugin that is gone between the two.':
      '检查 Corefile 是否用到了在这两个版本之间被移除的插件。',
    '{0} pause {1}.': '{0} pause {1}。',
    'Set the sandbox image of the container runtime to it, so that it is not collected as garbage.':
      '把容器运行时的 sandbox 镜像设为它，以免它被当作垃圾回收。',

    'kube-apiserver on {0}': 'kube-apiserver（{0}）',
    'which version {0} is': '{0} 的版本',
    'It says “{0}”: ask it yourself.': '它自报的版本是「{0}」：请自行查询。',
    'It runs {0} and emulates {1}: it still serves what that did.': '它运行 {0} 并模拟 {1}：它仍提供后者所提供的 API。',
    'Let it be what it is (take the emulated version from its flags), and look again, before the next hop.':
      '在下一跳之前，让它以自身版本运行（从 flag 中去掉模拟版本），再检查一次。',
    'Raise it to {0} first, minor by minor.': '先把它逐个次要版本升级到 {0}。',
    'Begin from the version that runs.': '从实际运行的版本开始。',
    'It runs {0}, and this hop begins at {1}.': '它运行 {0}，而这一跳从 {1} 开始。',
    'They run {0}; {1}.': '它们运行 {0}；{1}。',
    'Raise the oldest first.': '先升级最旧的。',
    'An upgrade is under way: bring the others to the newer minor before anything else goes up.':
      '有一次升级正在进行：先把其余的升到较新的次要版本，再升级其他任何部分。',
    'It says the cluster is {0}, and its API servers are {1}.': '其中记录集群是 {0}，而 API server 是 {1}。',
    'An upgrade was not ended, or not done by kubeadm: correct it, or kubeadm will count the hop from there.':
      '某次升级没有完成，或不是用 kubeadm 做的：把它改正，否则 kubeadm 会从那里计算这一跳。',

    'It is unavailable: {0}. Namespaces cannot be deleted meanwhile, and discovery is incomplete.':
      '它不可用：{0}。在此期间无法删除 namespace，且 API 发现不完整。',
    'Bring {0} back, or delete the APIService.': '让 {0} 恢复，或删除该 APIService。',
    'Look at the API server that should serve it.': '检查本应提供它的 API server。',

    'backup of {0}': '{0} 的备份',
    'There is none.': '没有。',
    'Take one and verify it: /salvor snapshot {0}, /salvor verify {1}':
      '做一份备份并验证：/salvor snapshot {0}，/salvor verify {1}',
    'The newest, {0}, is not verified.': '最新的 {0} 未验证。',
    'Verify it: /salvor verify {0}': '验证它：/salvor verify {0}',
    'The newest that is verified, {0}, is {1} old; {2} is allowed.':
      '最新的已验证备份 {0} 距今 {1}；允许的上限是 {2}。',

    '{0} for {1}': '{0} 已运行 {1}',
    'counts of deprecated calls': '已弃用 API 的调用计数',
    'An API server counts anew each time it starts: {0}. What calls more rarely is not in it.':
      'API server 每次启动都重新计数：{0}。间隔比这更长的调用不在其中。',
    'Look again before the hop, or in the audit log for requests with the annotation {0}.':
      '在这一跳之前再检查一次，或在审计日志中查找带 annotation {0} 的请求。',
    ' The API server itself still says {0}.': 'API server 自己仍显示为 {0}。',
    '{0} is removed in {1}': '{0} 移除于 {1}',
    'Nothing: the API server calls it itself, and its next version does not.':
      '无需处理：是 API server 自己在调用，它的下一版本不再调用。',
    'It was called {0} on {1} since it started{2}.': '自 API server 启动以来，它在 {1} 上被调用 {0}{2}。',
    'It was called on {0} since it started{1}.': '自 API server 启动以来，它在 {0} 上被调用过{1}。',
    ': by {0}, says the audit log': '；据审计日志，调用者是 {0}',
    'The count stays until the API server restarts.': '在 API server 重启之前，计数不会清零。',
    'There may be others: a log is cut, and a policy may pass over requests. {0}':
      '可能还有其他调用者：日志会被截断，审计策略也可能略过一些请求。{0}',
    'requests with the annotation {0}': '带 annotation {0} 的请求',
    'The end of the audit log names nobody: look further back for {0}, and whether its policy passes over them. {1}':
      '审计日志的末尾没有记录调用者：往前查找 {0}，并检查审计策略是否略过了它们。{1}',
    'Who called stands in the audit log, at {0}. {1}{2}': '调用者记录在审计日志中，见 {0}。{1}{2}',

    'certificate of {0}': '{0} 的证书',
    'It expired {0}, {1} ago.': '它已于 {0} 过期，距今 {1}。',
    'It expires {0}, in {1}.': '它将于 {0} 过期，还剩 {1}。',
    'Renew it first (kubeadm certs renew, then restart what serves it); kubeadm upgrade renews what kubeadm made.':
      '先续期（kubeadm certs renew，然后重启使用它的组件）；由 kubeadm 创建的证书，kubeadm upgrade 会续期。',

    'imageRepository of kubeadm-config': 'kubeadm-config 的 imageRepository',
    'the cgroup version of {0}': '{0} 的 cgroup 版本',
    'Run stat -fc %T /sys/fs/cgroup on {0}: cgroup2fs is what is needed.':
      '在 {0} 上运行 stat -fc %T /sys/fs/cgroup：结果必须是 cgroup2fs。',
    'Since {0}, {1}: {2}.': '自 {0} 起，{1}：{2}。',
    'Look whether that concerns this cluster.': '检查这是否涉及本集群。',
    'Move to {0} before the hop.': '在这一跳之前改用 {0}。',
    'Change that before the hop.': '在这一跳之前改掉它。',

    'which version {0} on {1} is': '{1} 上 {0} 的版本',
    '{0} {1} on {2}': '{0} {1}（{2}）',
    'The oldest API server is {0}: {1}.': '最旧的 API server 是 {0}：{1}。',
    'Bring it back to {0}, or raise every API server first.': '把它退回 {0}，或先升级所有 API server。',
    'API servers of {0} would be {1} minors ahead: {2}.': '{0} 的 API server 会领先它 {1} 个次要版本：{2}。',
    'Raise it to {0} before {1}.': '在 {1} 之前把它升级到 {0}。',
    'It will be {0} minors behind, as far as is allowed: the hop after this needs it raised.':
      '它将落后 {0} 个次要版本，已到允许的上限：下一跳要求先升级它。',
    'Raise it with this hop.': '在这一跳中一并升级它。',

    '{0}, the {1} of {2}': '{0}（{2} 的 {1}）',
    '{0} does not start with {1} in it: give the file as a manifest, or look at it on its node.':
      '其中含有 {1} 时，{0} 无法启动：把该文件作为 manifest 提供，或到它所在的节点上查看。',

    'its storage version': '它的存储版本',
    'Write its objects anew so that all are stored as {0}, then take the others out of status.storedVersions.':
      '重新写入它的对象，使其全部以 {0} 存储，然后从 status.storedVersions 中去掉其他版本。',
    'Objects may be stored as {0}, which the definition no longer has.':
      '可能有对象以 {0} 存储，而该定义中已没有这个版本。',
    'Objects may still be stored as {0}, and {1} is what is written.': '可能仍有对象以 {0} 存储，而现在写入的是 {1}。',
    'Its versions are converted by {0}, and nothing stands behind that: its objects cannot be read in other versions, nor garbage be collected.':
      '它的版本转换由 {0} 完成，而其后没有任何后端：它的对象无法以其他版本读取，垃圾回收也无法进行。',
    'Bring {0} back, or remove the definition if nobody needs it.': '让 {0} 恢复；如果没有人需要该定义，则将其删除。',

    'data of {0}': '{0} 的数据',
    'It knows {0} as {1}: more may be removed in the release.':
      '该数据中 {0} 的状态是 {1}：正式发布时可能还会移除更多内容。',
    'Read its release notes before.': '先阅读它的发行说明。',
    'It is {0} old.': '已有 {0} 未更新。',
    'Install a newer Salvor.': '安装更新版本的 Salvor。',

    'what disruption budgets allow: {0}': 'PDB 允许的中断：{0}',
    'Nobody has counted their pods since they were written: look whether kube-controller-manager leads.':
      '自写入以来，它们的 Pod 还没有被统计过：检查 kube-controller-manager 是否有 leader。',
    'It allows no disruption: {0} of {1} pods are healthy and {2} must be.':
      '它不允许任何中断：{1} 个 Pod 中有 {0} 个健康，而要求有 {2} 个。',
    'Make its pods healthy: until then no node that has one can be drained.':
      '让它的 Pod 恢复健康：在此之前，运行这些 Pod 的节点都无法驱逐。',
    'Add a replica, or let the budget allow one, before nodes are drained.':
      '在驱逐节点之前，增加一个副本，或让 PDB 允许中断一个 Pod。',

    '{0#} pod without a controller': '{0} 个没有控制器的 Pod',
    '{0#} pods without a controller': '{0} 个没有控制器的 Pod',
    'pod without a controller': '没有控制器的 Pod',
    'pods without a controller': '没有控制器的 Pod',
    'Nothing makes them anew after a drain, and kubectl drain refuses without --force: {0}.':
      '驱逐之后没有控制器会重建它们，而且不加 --force 时 kubectl drain 会拒绝执行：{0}。',
    'Give them a controller, or delete those that nobody needs.': '为它们配上控制器，或删除没有人需要的 Pod。',
    '{0#} workload with one replica': '{0} 个单副本工作负载',
    '{0#} workloads with one replica': '{0} 个单副本工作负载',
    'workload with one replica': '单副本工作负载',
    'workloads with one replica': '单副本工作负载',
    'Each is away while its node is drained: {0}.': '所在节点被驱逐时，它们都会中断：{0}。',
    'Tell their owners when, or raise the replicas for that time.': '把时间告知其负责人，或在此期间增加副本数。',

    'etcd member {0}': 'etcd 成员 {0}',
    'It is not well: {0}.': '它不正常：{0}。',
    'Bring it back, or take it out and add it anew, before anything is upgraded.':
      '在升级任何部分之前，让它恢复，或将它移除后重新加入。',
    'It is still a learner and does not vote.': '它仍是 learner，没有表决权。',
    'Wait until it has caught up and promote it.': '等它追上进度后，将它提升为有表决权的成员。',
    'It has raised the alarm {0}.': '它触发了警报 {0}。',
    'Clear its cause, then disarm it.': '先消除原因，再解除警报。',
    'Its database is {0} of {1}.': '它的数据库已用 {0}，配额为 {1}。',
    'Compact and defragment it, or raise the quota.': '对它做压缩和碎片整理，或提高配额。',
    'It has {0} voting member{1}: while one is restarted there is no quorum, and no API.':
      '它有 {0} 个有表决权的成员：其中一个重启期间没有法定多数，API 也不可用。',
    'Expect that, or add members up to three first.': '对此做好准备，或先把成员增加到三个。',

    'Its members run {0}: an upgrade of etcd is under way.': '它的成员运行 {0}：etcd 的一次升级正在进行。',
    'Bring every member to one minor first.': '先把所有成员升到同一个次要版本。',
    'It runs {0}, and {1} to {2} {3}.': '它运行 {0}，而 {1} 至 {2} {3}。',
    'Raise etcd to a later patch of {0} before anything else.':
      '在做其他任何操作之前，先把 etcd 升到 {0} 的较新补丁版本。',
    'It runs {0} and the target brings {1}: {2}.': '它运行 {0}，目标版本附带 {1}：{2}。',
    'Raise etcd before the hop, every member healthy: {0}.': '在这一跳之前，在所有成员都健康的情况下升级 etcd：{0}。',
    'to {0}': '到 {0}',
    'then to {0}': '然后到 {0}',
    'Before this hop kubeadm leaves etcd at {0}': '这一跳开始时，kubeadm 留下的 etcd 是 {0}',
    'Its oldest member runs {0}': '它最旧的成员运行 {0}',
    'The target brings {0}, and etcd’s own rule is {1}.': '目标版本附带 {0}，etcd 自身的规则是 {1}。',
    '{0}, the target brings {1}, and {2}: {3}.': '{0}，目标版本附带 {1}，{2}：{3}。',
    '{0} is the least for that': '为此至少需要 {0}',
    'the guide asks for {0}': '指南要求 {0}',
    'Raise every member to {0} or later of {1} before this hop; kubeadm does not ask for it.':
      '在这一跳之前，把所有成员升到 {0} 或 {1} 的更新版本；kubeadm 不会要求这样做。',
    'The flag --{0} is set, and gone in etcd {1}: the process exits at start.':
      '设置了 flag --{0}，而它在 etcd {1} 中已移除：进程启动时会退出。',
    'Take --{0} away before the hop.{1}': '在这一跳之前去掉 --{0}。{1}',
    ' In its place: {0}.': '改用：{0}。',

    'release {0}, revision {1}{2}': 'release {0}，revision {1}{2}',
    '{0} Upgrade the release to a chart that does, or rewrite the stored one (helm mapkubeapis), before the hop.':
      '{0}在这一跳之前，把该 release 升级到已这样做的 chart，或改写已存储的 release（helm mapkubeapis）。',
    '{0} Nobody can roll back to this revision afterwards.': '{0}此后无法再回滚到这个 revision。',

    '{0}; it has {1}.': '{0}；其中有 {1}。',

    'flags of kubelets': 'kubelet 的 flag',
    'Nobody can see them from here, and a kubelet of {0} does not start with {1}.':
      '从这里看不到它们，而 {0} 的 kubelet 带有 {1} 时无法启动。',
    'Look for them on the nodes: in /var/lib/kubelet/kubeadm-flags.env, and in the unit that starts the kubelet.':
      '到节点上查找：/var/lib/kubelet/kubeadm-flags.env，以及启动 kubelet 的 unit。',

    'node Leases': '节点 Lease',
    '{0} of {1} renews none: its heartbeats are whole node objects.':
      '共 {1} 个，其中 {0} 没有续约 Lease：其心跳写入整个 Node 对象。',
    '{0#} ready node': '{0} 个就绪节点',
    '{0#} ready nodes': '{0} 个就绪节点',
    'ready node': '就绪节点',
    'Raise those kubelets, or look why they cannot write into kube-node-lease.':
      '升级这些 kubelet，或查明它们为什么不能写入 kube-node-lease。',
    'storage backend': '存储后端',
    'It is {0}: only etcd3 is known since 1.13.': '它是 {0}：自 1.13 起只支持 etcd3。',
    'Migrate to etcd v3 first.': '先迁移到 etcd v3。',
    'storage media type': '存储媒体类型',
    'Objects are stored as {0}: several times larger than protobuf, and slower.':
      '对象以 {0} 存储：体积是 protobuf 的数倍，而且更慢。',
    'Set --storage-media-type={0}, its default.': '设置 --storage-media-type={0}，即其默认值。',

    'file {0}': '文件 {0}',
    'The component that reads it does not start with it.': '读取它的组件会因此无法启动。',
    'This cluster refuses it already.': '本集群已经拒绝它。',
    'The target refuses it.': '目标版本会拒绝它。',
    'no removal is set': '尚未确定移除版本',
    'to be removed in {0}': '将在 {0} 中移除',
    'Move to {0} {1} in time.': '及时改用 {0} {1}。',
    'Nothing takes its place.': '没有替代项。',
    '{0} {1} is deprecated since {2}, {3}.': '{0} {1} 自 {2} 起已弃用，{3}。',

    'Not ready, and part of the control plane.': '未就绪，且属于控制平面。',
    'Bring it back first: kubeadm asks for every control-plane node to be ready.':
      '先让它恢复：kubeadm 要求所有控制平面节点都就绪。',
    'Not ready: nothing there can be drained or upgraded.': '未就绪：无法驱逐或升级其上的任何内容。',
    'Bring back what is to stay, and take the rest out of the cluster, before its batch comes.':
      '在轮到其批次之前，让要保留的节点恢复，把其余的移出集群。',
    'Cordoned already: there is less room for what is drained.': '已停止调度：可容纳被驱逐 Pod 的空间更少。',
    'Uncordon it, or leave it out of the batches.': '恢复调度，或将它排除在批次之外。',
    'See to it first: a drain elsewhere brings it more pods.': '先处理它：驱逐其他节点会给它带来更多 Pod。',

    'Their versions differ: {0}.': '它们的版本不同：{0}。',
    'kubelets of {0} on {1}': 'kubelet {0}：{1}',

    'kube-proxy on {0}': 'kube-proxy（{0}）',
    'kube-proxy {0} runs beside kubelet {1}: {2}.': 'kube-proxy {0} 与 kubelet {1} 运行在同一节点：{2}。',
    'Bring both to one minor first.': '先把两者升到同一个次要版本。',

    'whether {0} has the feature gates of {1}: {2}': '{0} 是否有 {1} 的这些 feature gate：{2}',
    'Before {0} not all that were removed are known here: {1} --help of {2} lists those it has.':
      '{0} 之前被移除的，这里并非全都知道：{2} 的 {1} --help 会列出它所有的。',
    'The {0} {1}{2} is set, and gone in {3}: {4}.': '设置了 {0} {1}{2}，而它在 {3} 中已移除：{4}。',
    'Take {0} away before the hop.{1}': '在这一跳之前去掉 {0}。{1}',

    '--runtime-config has {0}, and API servers of {1} know no {2}: they exit at start.':
      '--runtime-config 中有 {0}，而 {1} 的 API server 不识别 {2}：启动时会退出。',
    'Take {0} out of --runtime-config before the hop.': '在这一跳之前，从 --runtime-config 中去掉 {0}。',

    'kubectl apply wrote it from a manifest of that version': 'kubectl apply 用该版本的 manifest 写入了它',
    '{0} wrote it through that version, last {1}': '{0} 通过该版本写入了它，最近一次在 {1}',
    '{0} wrote it through that version': '{0} 通过该版本写入了它',
    'Take it out of whatever writes it, which will be refused.': '从写入它的程序中去掉它，否则写入会被拒绝。',
    'Change the manifest that is applied: kubectl will refuse it.': '修改所应用的 manifest：kubectl 会拒绝它。',
    'Move the one who writes to the new version; the name stays in managedFields until then.':
      '让写入者改用新版本；在此之前，它的名称会留在 managedFields 中。',

    'etcd holds {0} in {1}, which an API server of {2} cannot read, nor list any {3} beside {4}.':
      'etcd 以 {1} 存储 {0}，{2} 的 API server 无法读取这一版本，也无法列出与 {4} 并存的任何 {3}。',
    them: '它们',
    'Migrate the storage before the hop: read and write back all objects of the kind, as a StorageVersionMigration does, or kubectl get and replace. {0}':
      '在这一跳之前迁移存储：把该 kind 的所有对象读出并写回，可用 StorageVersionMigration，或用 kubectl get 和 replace。{0}',
    'Delete the objects before the hop, and make them anew after it. {0}':
      '在这一跳之前删除这些对象，并在其后重新创建。{0}',

    'Its rule is {0}: while API servers are mixed that leaves {1}.':
      '它的规则是 {0}：在 API server 版本混用期间，只能用 {1}。',
    'Use kubectl {0} for this hop.': '这一跳使用 kubectl {0}。',
    'Use kubeadm {0} on every node for this hop, and no other.':
      '这一跳在每个节点上都使用 kubeadm {0}，不要用其他版本。',

    'Nothing stands behind {0}, and failurePolicy is Fail: what it matches cannot be written.':
      '{0} 背后没有任何后端，且 failurePolicy 为 Fail：它匹配的内容都无法写入。',
    'Bring {0} back, or delete the webhook.': '让 {0} 恢复，或删除该 webhook。',
    'Nothing stands behind {0}: each write it matches may wait {1} s.':
      '{0} 背后没有任何后端：它匹配的每次写入都可能等待 {1} s。',
    'Delete the webhook, or bring its service back.': '删除该 webhook，或让它的 Service 恢复。',
    'It matches kube-system with failurePolicy Fail: when its pods are drained, control-plane pods and add-ons cannot be written.':
      '它匹配 kube-system，且 failurePolicy 为 Fail：它的 Pod 被驱逐时，控制平面 Pod 和 addon 都无法写入。',
    'Leave kube-system out of its namespaceSelector.': '在它的 namespaceSelector 中排除 kube-system。',
    'It may keep each write waiting for {0} s.': '它可能让每次写入等待 {0} s。',
    'Set timeoutSeconds to {0} or less.': '把 timeoutSeconds 设为 {0} 或更小。',
    'It matches {0} exactly: objects in the versions a newer API server adds pass by it.':
      '它只精确匹配 {0}：较新的 API server 所增加的版本，其对象会绕过它。',
    'Set matchPolicy to Equivalent.': '把 matchPolicy 设为 Equivalent。',

    '{0} or a later patch of {1}': '{0}（或 {1} 的更新补丁版本）',
    'the last patch of {0}': '{0} 的最后一个补丁版本',
    'etcd {0} (needs {1})': 'etcd {0}（需要 {1}）',

    '“{0}” is no version of Kubernetes.': '「{0}」不是 Kubernetes 的版本。',
    'Name a minor or a patch, such as 1.34 or 1.34.2.': '给出次要版本或补丁版本，例如 1.34 或 1.34.2。',
    'The cluster says it runs “{0}”, which is no version of Kubernetes.':
      '集群自报运行「{0}」，这不是 Kubernetes 的版本。',
    'Ask its API server yourself.': '请自行查询它的 API server。',
    'Kubernetes goes back no minor in place, and a backup from before the upgrade loses all that was written since. Mend what runs first. What there is: {0}':
      'Kubernetes 不能原地回退次要版本，而恢复升级前的备份会丢失此后写入的全部内容。先修复正在运行的集群。现有的备份：{0}',
    'Nothing is known here of Kubernetes {0}: the data ends with {1} ({2}).':
      '这里没有关于 Kubernetes {0} 的信息：数据只到 {1}（{2}）。',
    'Ask for {0} or below, or install a newer Salvor.': '请求 {0} 或更低的版本，或安装更新版本的 Salvor。',
    'There is no Kubernetes {0}: the last of {1} is {2}.': '没有 Kubernetes {0}：{1} 的最后一个版本是 {2}。',
    'Ask for {0}, or for {1}.': '请求 {0} 或 {1}。',
    'The cluster runs {0}, and the data knows {1} to {2} ({3}).': '集群运行 {0}，而数据只涵盖 {1} 至 {2}（{3}）。',
    'Read the release notes of each minor on the way.': '阅读途经的每个次要版本的发行说明。',
    'Name a later version: {0}, or a patch of {1}.': '给出更新的版本：{0}，或 {1} 的某个补丁版本。',
    'Name a later patch.': '给出更新的补丁版本。',
    'The cluster runs {0}{1}': '集群已在运行 {0}{1}',
    ': {0} would be a step back.': '：{0} 会是倒退。',
    ' already.': '。',

    '{0#} file': '{0} 个文件',
    '{0#} files': '{0} 个文件',
    file: '文件',
    '{0} given ({1}), {2} read': '提供了 {0}（{1}），读取了 {2}',
    'no object in {0}': '没有对象的文件：{0}',
    'not read: {0}': '未读取：{0}',

    'control plane {0}': '控制平面 {0}',
    'batch {0} of {1}': '批次 {0}/{1}',

    'nothing is said of it yet': '尚无关于它的说明',

    'the pods of API servers': 'API server 的 Pod',
    'which API servers there are': '有哪些 API server',
    'whichever the kubeconfig leads to': 'kubeconfig 所指向的主机',
    'any other host': '其他任何主机',
    'the metrics of the API server on {0}': '{0} 上 API server 的指标',
    'Neither its pod nor its identity Lease tells its address: look for apiserver_requested_deprecated_apis at its own /metrics.':
      '它的 Pod 和身份 Lease 都没有给出地址：在它自己的 /metrics 中查找 apiserver_requested_deprecated_apis。',
    '{0} more, where it is no pod': '另外 {0}（不以 Pod 运行）',

    'The API server writes its audit log to its standard output: look there.':
      'API server 把审计日志写到标准输出：请到那里查看。',
    'The API server writes no audit log: give it an --audit-policy-file, and an --audit-log-path in /var/log.':
      'API server 不写审计日志：为它设置 --audit-policy-file，以及位于 /var/log 中的 --audit-log-path。',
    'The API server sends its audit events to a webhook: look there.':
      'API server 把审计事件发送到 webhook：请到那里查看。',
    'The audit log is {0}: look there. Kubelets serve /var/log only.':
      '审计日志是 {0}：请到那里查看。kubelet 只提供 /var/log。',
    '{0} in the container': '容器内的 {0}',

    'whether anything stands behind service {0}/{1}': 'Service {0}/{1} 背后是否有后端',
    'whether {0} answers': '{0} 是否有响应',
    'It is outside the cluster: ask it yourself.': '它在集群之外：请自行查询。',

    'who called': '调用者是谁',
    'The API servers are no pods of kube-system: look for --audit-log-path where they run.':
      'API server 不是 kube-system 中的 Pod：到它们运行的地方查找 --audit-log-path。',

    'the version of {0} in {1}': '{1} 中 {0} 的版本',
    'Its image has no tag: ask it for its version.': '它的镜像没有 tag：请直接查询它的版本。',
    'where {0} runs': '{0} 在哪里运行',
    'No pod of kube-system is labelled component={0}: it runs as a service of its hosts, or elsewhere. Ask it yourself.':
      'kube-system 中没有带 label component={0} 的 Pod：它以主机服务的形式运行，或运行在别处。请自行查询。',
    '{0} on {1}{2}': '{0}（{1}{2}）',
    'the flags of {0}': '{0} 的 flag',
    'A shell starts it: look into its script.': '它由 shell 启动：请查看其脚本。',

    'kubelet of {0}{1}': '{0}{1} 的 kubelet',
    ' ({0} of its sort not asked)': '（同类的 {0} 未查询）',
    'what the {0} was told': '{0} 收到的配置',
    '{0}, and {1} others alike': '{0}，以及另外 {1} 项同类内容',
    'what the kubelet of {0} was told': '{0} 的 kubelet 收到的配置',
    '{0}, and no other of {1} was asked: bring one back, or look at its configuration.':
      '{0}，也没有查询其他任何 {1}：让其中一个恢复，或查看它的配置。',
    'It is not ready': '它未就绪',
    'None of them is ready': '它们都未就绪',
    'Node {0} has gone, or its kubelet has no configz.': '节点 {0} 已不存在，或它的 kubelet 没有 configz。',

    'What answers at /metrics tells no metrics of an API server: a proxy may stand in front of it.':
      '/metrics 返回的不是 API server 的指标：它前面可能有代理。',
    'Before {0} API servers count no deprecated calls: look into the audit log.':
      '{0} 之前的 API server 不统计对已弃用 API 的调用：请查看审计日志。',

    'the version of etcd member {0}': 'etcd 成员 {0} 的版本',
    'it knows no leader': '它不知道 leader 是谁',
    'the alarms of etcd': 'etcd 的警报',

    'the manifest of Helm release {0}': 'Helm release {0} 的 manifest',
    'It is not what Helm 3 writes, or more than this worker reads: look at it with helm get manifest.':
      '它不是 Helm 3 写入的格式，或超过了本 worker 的读取上限：用 helm get manifest 查看。',

    '(no name)': '（无名称）',

    'an answer': '一份应答',
    'longer than {0}': '超过 {0} 的时间',
    'more memory than there is for it': '超出可用量的内存',

    'what kube-proxy is told in its configuration file': 'kube-proxy 配置文件中的设置',
    '{0} of {1} is not in ConfigMap kube-proxy: look at its feature gates.':
      '{1} 的 {0} 不在 ConfigMap kube-proxy 中：请查看其 feature gate。',
    'There is no ConfigMap kube-proxy in kube-system.': 'kube-system 中没有 ConfigMap kube-proxy。',
    'ConfigMap kube-proxy has no KubeProxyConfiguration: look at it.':
      'ConfigMap kube-proxy 中没有 KubeProxyConfiguration：请查看它。',

    'Its ClusterConfiguration is no YAML.': '它的 ClusterConfiguration 不是 YAML。',
    'kubeadm-config, {0}': 'kubeadm-config，{0}',
    'kubeadm-config, featureGates': 'kubeadm-config，featureGates',

    'It is larger than {0}: give it in parts.': '它超过 {0}：请分成几部分提供。',
    'Its aliases make much of little: give it written out.': '它的别名展开后过大：请提供已展开的内容。',
    ' from line {0} on': '（从第 {0} 行起）',
    'It is no YAML{0}: give it as it is applied, rendered where it is a template.':
      '它不是 YAML{0}：请按实际应用的内容提供，模板须先渲染。',
    'what is in {0}': '{0} 的内容',

    'It is not read: it takes {0}. Give it in parts, as kubectl prints it.':
      '它未被读取：它需要 {0}。请分成几部分，按 kubectl 输出的形式提供。',

    'the pods of kube-system': 'kube-system 中的 Pod',
    'in which versions objects were written': '对象以哪些版本写入',
    'Helm releases': 'Helm release',
    'custom resource definitions': '自定义资源定义（CRD）',
    'pod disruption budgets': 'PDB（PodDisruptionBudget）',
    'replicas of workloads': '工作负载的副本数',
    'the pause image of nodes': '节点的 pause 镜像',
    'No node tells of it: look at sandbox_image of their container runtime.':
      '没有节点给出它：请查看其容器运行时的 sandbox_image。',

    'What the API server says of it': 'API server 对它的应答',

    'the certificate of the API server on {0}': '{0} 上 API server 的证书',
    'the certificates of etcd': 'etcd 的证书',
    'the certificate of etcd at {0}': '{0} 的 etcd 证书',
    'Neither its pod nor its identity Lease tells its address: kubeadm certs check-expiration there says it.':
      '它的 Pod 和身份 Lease 都没有给出地址：在该主机上运行 kubeadm certs check-expiration 可以查看。',

    'It has no key in {0}: it may be the etcd of something else, or the API servers have another --etcd-prefix.':
      '它在 {0} 中没有任何键：它可能是别的系统的 etcd，或 API server 用了另外的 --etcd-prefix。',
    'in which versions etcd holds {0}': 'etcd 以哪些版本存储 {0}',
    'Kubernetes encrypts them ({0}). {1}': 'Kubernetes 对它们加密（{0}）。{1}',
    '{0} is neither JSON nor protobuf of Kubernetes. {1}': '{0} 既不是 JSON，也不是 Kubernetes 的 protobuf。{1}',
    'The API servers keep them in an etcd of their own (--etcd-servers-overrides): look there.':
      'API server 把它们存放在单独的 etcd 中（--etcd-servers-overrides）：请到那里查看。',
    'Have the API server write all of them anew before the hop.': '在这一跳之前，让 API server 把它们全部重新写入。',
    'No member of etcd answers that has a vote.': '没有任何有表决权的 etcd 成员响应。',

    '{0} of {1} configuration {2}': '{1} 配置 {2} 中的 {0}',

    'API server on {0} to {1}': '{0} 上的 API server 升级到 {1}',
    'API servers to {0}': 'API server 升级到 {0}',
    'Controllers and scheduler to {0}': 'controller manager 和 scheduler 升级到 {0}',
    'with kubeadm {0}: {1}': '使用 kubeadm {0}：{1}',
    'Before anything goes up: {0}': '在升级任何部分之前：{0}',
    'etcd, where its version is below what the target brings': 'etcd（当其版本低于目标版本附带的版本时）',
    'etcd to {0}, one member at a time': 'etcd 升级到 {0}，一次一个成员',
    'CoreDNS {0} and kube-proxy': 'CoreDNS {0} 和 kube-proxy',
    'CoreDNS and kube-proxy': 'CoreDNS 和 kube-proxy',
    'Add-ons: {0}': 'addon：{0}',
    'Kubelets, in batches': 'kubelet，分批进行',
    'Kubelet and kube-proxy to {0}: {1}, {2}': 'kubelet 和 kube-proxy 升级到 {0}：{1}，{2}',
    'a kubelet of {0} may stay with API servers up to {1}': '{0} 的 kubelet 可以与最高 {1} 的 API server 并存',
    'pod that nothing makes anew': '没有控制器会重建的 Pod',
    'pods that nothing makes anew': '没有控制器会重建的 Pod',
    'pod that nothing makes anew, on nodes nobody could see': '没有控制器会重建的 Pod（所在节点无法看到）',
    'pods that nothing makes anew, on nodes nobody could see': '没有控制器会重建的 Pod（所在节点无法看到）',
    'budget in the cluster that allows no pod to go': '集群中不允许任何 Pod 中断的 PDB',
    'budgets in the cluster that allow no pod to go': '集群中不允许任何 Pod 中断的 PDB',
    'workload in the cluster with one replica': '集群中的单副本工作负载',
    'workloads in the cluster with one replica': '集群中的单副本工作负载',
    'thing not seen': '未能查看的项',
    'things not seen': '未能查看的项',
    '{0#} pod that nothing makes anew': '{0} 个没有控制器会重建的 Pod',
    '{0#} pods that nothing makes anew': '{0} 个没有控制器会重建的 Pod',
    '{0}: not seen.': '{0}：未看到。',
    '{0#} pod that nothing makes anew, on nodes nobody could see': '{0} 个没有控制器会重建的 Pod（所在节点无法看到）',
    '{0#} pods that nothing makes anew, on nodes nobody could see': '{0} 个没有控制器会重建的 Pod（所在节点无法看到）',
    '{0#} budget in the cluster that allows no pod to go': '集群中 {0} 个不允许任何 Pod 中断的 PDB',
    '{0#} budgets in the cluster that allow no pod to go': '集群中 {0} 个不允许任何 Pod 中断的 PDB',
    '{0#} workload in the cluster with one replica': '集群中的 {0} 个单副本工作负载',
    '{0#} workloads in the cluster with one replica': '集群中的 {0} 个单副本工作负载',

    '{0} (a release candidate)': '{0}（候选发布版）',
    '{0} {1} is removed in {2}': '{0} {1} 移除于 {2}',
    'Use {0} {1}, served since {2}': '改用 {0} {1}，最早提供于 {2}',
    'Nothing takes its place': '没有替代项',
    'Delete the objects before the upgrade. ': '在升级之前删除这些对象。',

    'not seen': '未看到',
    'every hop: ': '每一跳：',

    '# {0} from {1} to {2}: {3}': '# {0} 从 {1} 升级到 {2}：{3}',
    'Seen {0}. The data is of {1}: what was removed or announced after that day is not in it.':
      '检查于 {0}。数据日期为 {1}：此后移除或公布的内容不在其中。',
    'Manifests: {0}.': 'manifest：{0}。',
    'Nothing was found.': '没有发现项。',
    '### Order of work': '### 操作顺序',
    '- Next: {0}': '- 下一步：{0}',
    '- All of them: {0}': '- 全部：{0}',
    '- Check `{0}`{1}': '- 检查项 `{0}`{1}',

    '{0} from {1} to {2}: {3}': '{0} 从 {1} 升级到 {2}：{3}',
    'Every finding with its evidence, and the order of work': '所有发现项及其依据，以及操作顺序',
    'The same for programs': '同样内容，供程序读取',
    Found: '发现项',
    'Order of work': '操作顺序',
    '{0}, all in {1}': '{0}，全部见 {1}',
    Data: '数据',
    'as of {0}: what Kubernetes and etcd have removed or announced until then':
      '截至 {0}：Kubernetes 和 etcd 到那时为止已移除或公布的内容',
    note: '提示',

    ', and {0} not seen': '，另有 {0} 未看到',
    '{0#} thing': '{0} 项',
    '{0#} things': '{0} 项',
    thing: '项',
    '{0#} blocker': '{0} 个阻断项',
    '{0#} blockers': '{0} 个阻断项',
    blocker: '阻断项',
    'unknown because nobody could see {0}': '未知，因为无法看到 {0}',

    '(hidden, {0} bytes)': '（已隐藏，{0} 字节）',
  },
  [
    'API server',
    'API server {0}',
    'etcd',
    'term {0}',
    'kube-apiserver',
    'Leases',
    'Lease',
    'Lease {0}',
    'Endpoints',
    'CoreDNS {0}',
    'pause {0}',
    'API servers',
    'kubernetes/website content/en/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation.md',
    'kubernetes/website content/en/docs/tasks/administer-cluster/kubeadm/kubeadm-certs.md',
    'kubernetes/website content/en/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning.md',
    'kubernetes/website content/en/docs/tasks/run-application/configure-pdb.md',
    'kubernetes/website content/en/docs/tasks/administer-cluster/safely-drain-node.md',
    'etcd-hop',
    'etcd {0} → {1}',
    'kubelets',
    'kubernetes/kubernetes CHANGELOG-1.13',
    'kubernetes.io docs kube-apiserver',
    'feature gate',
    'admission plugin',
    'kubernetes/kubernetes staging/src/k8s.io/apiserver/pkg/server/resourceconfig/helpers.go',
    'kubectl',
    'kubeadm',
    'kubernetes/website content/en/docs/concepts/cluster-administration/admission-webhooks-good-practices.md',
    'ConfigMap kube-proxy',
    'secret {0}',
    'config map {0}',
    'Fail',
    'Equivalent',
    'kubeadm upgrade apply v{0}',
    'kubeadm upgrade node',
    'Manifests',
    'md',
  ],
);
