import { phrases } from '../phrases.ts';

export default phrases(
  {
    'Alertmanager cannot be asked: {0}.': '无法查询 Alertmanager：{0}。',
    'it does not answer': '它没有响应',
    'its answer is longer than {0}': '它的应答超过 {0}',
    'it answers something else': '它返回的不是预期的内容',
    'Alertmanager answers {0}: {1}.': 'Alertmanager 返回 {0}：{1}。',
    'Look at the token under alerts.alertmanager.': '检查 alerts.alertmanager 下的 token。',
    'What answers is no Alertmanager as we know it: {0}.': '应答的不是我们所知的 Alertmanager：{0}。',
    'Look at alerts.alertmanager.url: a proxy may stand in front of it.':
      '检查 alerts.alertmanager.url：它前面可能有代理。',

    'Ansible told something that Salvor does not understand.': 'Ansible 输出了 Salvor 无法理解的内容。',
    ' during "{0}"': '（当时正在执行「{0}」）',
    '{0} was ended after {1}{2}.': '{0} 已被终止，此前运行了 {1}{2}。',
    'Look at the hosts: what a host was doing at that moment it may have ended since.':
      '检查各主机：主机当时正在执行的操作，此后可能已经执行完。',
    '{0} ended without having done anything on some host': '{0} 已结束，但在某台主机上什么也没做',
    '{0} ended without a result ({1})': '{0} 已结束，但没有结果（{1}）',
    killed: '被强制终止',

    '{0}(exit code {1}) {2}': '{0}（退出码 {1}）{2}',

    'Install it on the worker: apt-get install --no-install-recommends ansible-core openssh-client; Salvor’s image has both.':
      '在 worker 上安装：apt-get install --no-install-recommends ansible-core openssh-client；Salvor 的镜像自带这两者。',
    'This worker has no ansible-playbook.': '这个 worker 上没有 ansible-playbook。',
    '{0} does not tell its version: {1}': '{0} 没有给出版本：{1}',
    '{0} is {1}, and Salvor’s playbooks take {2}.{3} or newer.':
      '{0} 的版本是 {1}，而 Salvor 的 playbook 需要 {2}.{3} 或更新版本。',

    'No etcd is known for {0}': '没有 {0} 的 etcd 配置',
    'This worker may serve another site: check salvor.yaml.': '这个 worker 可能服务于另一个站点：检查 salvor.yaml。',

    'no TLS handshake': '没有完成 TLS 握手',

    'Snapshots need': '快照需要',
    'Defragmenting needs': '碎片整理需要',
    '{0} said: {1}': '{0} 返回：{1}',
    'gRPC status {0}': 'gRPC 状态码 {0}',
    '{0} is a learner and gives no snapshots': '{0} 是 learner，不提供快照',
    'Promote the member, or copy from a voting one.': '把该成员提升为有投票权的成员，或从有投票权的成员取快照。',
    'The etcd user may not do this; {0}': '该 etcd 用户没有权限执行此操作；{0}',
    '{0} the root user, or a client certificate with CN=root: check the etcd user of this cluster in salvor.yaml.':
      '{0} root 用户，或 CN=root 的客户端证书：检查 salvor.yaml 中这个集群的 etcd 用户。',
    'This needs': '此操作需要',
    'etcd did not accept our user; {0}': 'etcd 不接受我们的用户；{0}',
    'Check the etcd user and password of this cluster in salvor.yaml.':
      '检查 salvor.yaml 中这个集群的 etcd 用户和密码。',
    'See which members answer and whether one of them leads.': '查看哪些成员有响应，以及其中是否有 leader。',
    'etcd refused; {0}': 'etcd 已拒绝；{0}',
    'Look into the log of the member at {0}.': '查看成员 {0} 的日志。',
    'No trusted connection to {0}: {1}': '无法与 {0} 建立可信连接：{1}',
    'Check the CA, the client certificate and the server name of this cluster in salvor.yaml.':
      '检查 salvor.yaml 中这个集群的 CA、客户端证书和服务器名称。',
    '{0} cannot be reached: {1}': '无法连接 {0}：{1}',
    'Check that the member runs and that this worker may connect to it.':
      '确认该成员正在运行，且这个 worker 可以连接到它。',
    '{0} closed the connection right after the handshake: it may not trust our client certificate, or miss one':
      '{0} 在握手后立即关闭了连接：它可能不信任我们的客户端证书，或没有收到客户端证书',
    'Check the client certificate and its key of this cluster in salvor.yaml.':
      '检查 salvor.yaml 中这个集群的客户端证书及其私钥。',
    '{0} did not answer in time: {1}': '{0} 未及时响应：{1}',
    'The member may be frozen or overloaded: look at its disk and its log.':
      '该成员可能已卡死或过载：检查它的磁盘和日志。',

    'etcd did not allow it within {0}: {1}': 'etcd 在 {0} 内没有允许此操作：{1}',
    'See which members answer, and look at the log and the disk of the new one.':
      '查看哪些成员有响应，并检查新成员的日志和磁盘。',

    'The snapshot was given up': '已放弃这次快照',
    '{0} answered HTTP {1}': '{0} 返回 HTTP {1}',
    'What the member sent is no snapshot stream': '该成员发来的不是快照流',
    '{0} sends empty messages instead of its database': '{0} 发来的是空消息，而不是它的数据库',
    'without saying that it was whole': '成员没有表明快照已完整',
    'in the middle of a message': '断在一条消息中间',
    'before it began': '还没有开始传输',
    'no connection after {0} ms': '{0} 毫秒后仍未连上',
    'silent for {0} ms, pings included': '{0} 毫秒没有任何响应，ping 也没有',
    '{0} has sent nothing of its database for {1} ms': '{0} 已有 {1} 毫秒没有发来任何数据库内容',
    'connection closed': '连接已关闭',
    'because the connection broke': '连接断开',
    'The snapshot from {0} ended {1}': '来自 {0} 的快照已中断：{1}',
    'The snapshot from {0} took longer than {1} s': '来自 {0} 的快照耗时超过 {1} 秒',
    'etcd cannot free pages while a snapshot is read: find out what is slow, or raise the time limit in salvor.yaml.':
      '读取快照期间 etcd 无法释放页面：找出慢在哪里，或在 salvor.yaml 中调高时限。',
    'Look into the log of the member at {0}; another member may do better.':
      '查看成员 {0} 的日志；换一个成员可能会成功。',

    'It advertises no {0} URL': '它没有公布 {0} URL',
    'It has not started yet: it advertises no client URL': '它还没有启动：没有公布 client URL',
    'No member knows a leader, without whom alarms cannot be read':
      '没有成员知道 leader 是谁，而没有 leader 就无法读取警报',
    'None of {0} answered: {1}': '{0} 均未响应：{1}',
    'Check that the members run and that this worker may connect to them.':
      '确认各成员正在运行，且这个 worker 可以连接到它们。',

    '{0} has not freed its history within {1}': '{0} 未在 {1} 内完成历史数据的释放',
    '{0} has not ended its defragmentation within {1}': '{0} 未在 {1} 内完成碎片整理',
    'etcd has no alarm {0}': 'etcd 没有名为 {0} 的警报',
    'It goes on with it by itself: look at its disk and its log, and wait until it is done before doing anything else.':
      '它会自行继续：检查它的磁盘和日志，等它完成后再做其他操作。',
    '{0} was not well within {1}: {2}': '{0} 未在 {1} 内恢复正常：{2}',
    'Look at its disk and its log; do nothing to another member before this one is well.':
      '检查它的磁盘和日志；在它恢复正常之前，不要对其他成员做任何操作。',

    'no metrics': '没有返回指标',

    'it is no registry': '没有配置这个镜像仓库',
    'Give it a place under registries in salvor.yaml.': '在 salvor.yaml 的 registries 下添加它。',
    'it took read_only, and is not in read-only mode': '它接受了 read_only，但并未处于只读模式',
    'it took read_only, and is still in read-only mode': '它接受了 read_only，但仍处于只读模式',
    'it has no {0}': '它没有 {0}',
    'Give it one in salvor.yaml.': '在 salvor.yaml 中为它配置。',

    'it has told {0} pages of {1}': '它已返回 {1} 的 {0} 页',
    '{0} is no version': '{0} 不是版本号',
    'before 2.10 a robot that has rights of the system has none in projects':
      '在 2.10 之前，拥有系统权限的 robot 在项目中没有任何权限',
    'it has neither /api/v2.0/systeminfo nor /api/systeminfo': '它既没有 /api/v2.0/systeminfo，也没有 /api/systeminfo',
    'of what it says at {0} we know nothing': '无法识别它在 {0} 返回的内容',

    'it sends for a token to {0}': '它要求到 {0} 获取 token',
    'it sends to what is no URL': '它指向的地址不是 URL',
    'it sends to {0} for a blob, which answers {1}': '它要求到 {0} 获取 blob，而那里返回 {1}',
    'it tells no digest at {0}': '它在 {0} 没有给出摘要',
    'what it has at {0} has not that digest': '它在 {0} 的内容与该摘要不符',
    'an upload': '上传',
    'it took another manifest at {0}': '它在 {0} 收下的是另一个 manifest',

    '{0} is not asked: {1}.': '没有向 {0} 发送请求：{1}。',
    '{0} cannot be reached: {1}.': '无法连接 {0}：{1}。',
    'Look whether Harbor runs, and whether this worker may reach it.':
      '检查 Harbor 是否在运行，以及这个 worker 能否连接到它。',
    '{0} did not answer {1} within {2}.': '{0} 未在 {2} 内响应 {1}。',
    'Look at the log of its core.': '查看它的 core 日志。',
    '{0}, and still has not told all': '{0}，仍未返回全部内容',
    'What answers for {0} is no Harbor as we know it: {1}.': '以 {0} 应答的不是我们所知的 Harbor：{1}。',
    'Look at its url: a proxy may stand in front of it.': '检查它的 url：它前面可能有代理。',
    '{0} does not know {1}, or not with this password (401).': '{0} 不认识 {1}，或密码不对（401）。',
    'Renew the account and its password: robots run out, and an empty database has none.':
      '更新该账户及其密码：robot 账户会过期，而空数据库里没有 robot 账户。',
    '{0} refuses {1}, who lacks {2}: {3}.': '{0} 拒绝了 {1}，后者缺少 {2}：{3}。',
    'Give it an admin in salvor.yaml.': '在 salvor.yaml 中为它配置 admin。',
    'Give that account {0}.': '授予该账户 {0}。',
    'Give that account {0}; {1}.': '授予该账户 {0}；{1}。',
    'the rights of an administrator': '管理员权限',
    '{0} answers {1} to {2}: {3}.': '{0} 返回 {1}（请求：{2}）：{3}。',
    'Its core does not answer: look at the log of it.': '它的 core 没有响应：查看 core 的日志。',

    '{0} is no URL of a registry': '{0} 不是镜像仓库的 URL',
    'Correct its url in salvor.yaml.': '在 salvor.yaml 中更正它的 url。',
    'plain http shows credentials to whoever listens': '明文 http 会把凭据暴露给任何监听者',
    'Give it https, or allowHttp.': '改用 https，或为它设置 allowHttp。',
    'it is asked for longer than {0}': '对它的查询已超过 {0}',
    'its ca, {0}, cannot be read': '无法读取它的 ca（{0}）',
    'Give the worker that file.': '把该文件提供给 worker。',
    'it is asked at {0} and sends to {1}, where credentials do not go': '请求发往 {0}，它却指向 {1}，凭据不会发往那里',
    'Make its url in salvor.yaml the external_url of Harbor.':
      '把 salvor.yaml 中它的 url 改为 Harbor 的 external_url。',

    'The provider does not tell your {0}: nothing was cast.': '身份提供方没有给出你的 {0}：没有投出任何票。',
    'Whoever runs Salvor should look at claim and scopes under oidc.':
      'Salvor 的维护者应检查 oidc 下的 claim 和 scopes。',
    'The provider has not verified that {0} is yours: nothing was cast.':
      '身份提供方没有验证 {0} 属于你：没有投出任何票。',
    'Have the address verified there, or let whoever runs Salvor choose another claim under oidc.':
      '在那里验证该地址，或让 Salvor 的维护者在 oidc 下改用其他 claim。',

    'it says {0}, {1}': '它返回 {0}，{1}',
    'What answers for the API server of {0} at {1} is not one.':
      '在 {1} 以集群 {0} 的 API server 应答的并不是 API server。',
    'Look at the server in its kubeconfig: a proxy may stand in front of it.':
      '检查其 kubeconfig 中的 server：它前面可能有代理。',
    '{0} has no kubeconfig in salvor.yaml': 'salvor.yaml 中没有 {0} 的 kubeconfig',
    'Give it one under kubernetes.': '在 kubernetes 下为它配置。',
    'The API server of {0} was not ready within {1}: {2}': '集群 {0} 的 API server 未在 {1} 内就绪：{2}',
    'Look at its log, and at etcd.': '检查它的日志和 etcd。',

    'The API server of {0} does not know who asks (401).': '集群 {0} 的 API server 不认识请求方（401）。',
    'Renew the credentials in its kubeconfig.': '更新其 kubeconfig 中的凭据。',
    'The API server of {0} refuses: {1}.': '集群 {0} 的 API server 已拒绝：{1}。',
    'Grant {0} of deploy/kubernetes/rbac.yaml.': '授予 deploy/kubernetes/rbac.yaml 中的 {0}。',
    'all roles': '全部角色',
    'The API server of {0} has no {1}: {2}': '集群 {0} 的 API server 没有 {1}：{2}',
    'The API server of {0} has forgotten where the list began: {1}':
      '集群 {0} 的 API server 已不再保留该列表起始时的状态：{1}',
    'The API server of {0} answers {1} to {2}: {3}': '集群 {0} 的 API server 返回 {1}（请求：{2}）：{3}',
    'The API server of {0} cannot be reached: {1}.': '无法连接集群 {0} 的 API server：{1}。',
    'Look whether it runs, and whether this worker may reach it.': '检查它是否在运行，以及这个 worker 能否连接到它。',
    'The API server of {0} did not answer {1} within {2}.': '集群 {0} 的 API server 未在 {2} 内响应 {1}。',
    'Look at its log, and at etcd behind it.': '检查它的日志，以及它背后的 etcd。',
    'What the API server of {0} answers to {1} is too large to be read.':
      '集群 {0} 的 API server 对 {1} 的应答过大，无法读取。',
    'Look at it yourself, and at whether a proxy stands in front of the API server.':
      '自行查看该应答，并检查 API server 前面是否有代理。',

    'a TLS handshake': 'TLS 握手',
    'it leads elsewhere, to {0}': '它指向别处：{0}',
    'no answer within {0} s': '{0} 秒内没有响应',
    'a line without an end': '有一行没有结束',
    'No host of the inventory is called {0}.': '清单中没有名为 {0} 的主机。',
    'Ansible is not told of {0}: it might mean something else.': '不向 Ansible 提供 {0}：它可能有别的含义。',
    'padded DATA, which etcd never sends': '带填充的 DATA，而 etcd 从不发送',
    'an empty prefix means every key there is': '空前缀表示所有的键',
    'a compressed message, which nobody asked for': '压缩的消息，而没有人请求过',
    'a number that does not end': '有一个数没有结束',
    'a field of wire type {0}': '有一个 wire type 为 {0} 的字段',
    'a field longer than its message': '有一个字段比它的消息还长',
    'too much for an answer': '响应过大',
    'too much for a scrape': '抓取的内容过大',
    'a page of no believable size': '页大小不可信',
    'its certificate is not to be trusted: {0}': '它的证书不可信：{0}',
    'no HTTP/2 over TLS': 'TLS 上没有 HTTP/2',
    'The API server of {0} is behind a proxy: whose certificate would be seen is not known.':
      '集群 {0} 的 API server 在代理之后：无法知道看到的会是谁的证书。',
    'Look at it with openssl s_client.': '用 openssl s_client 查看。',

    'What answers for the API server of {0} at /metrics tells no metrics of one.':
      '在 /metrics 以集群 {0} 的 API server 应答的，返回的不是 API server 的指标。',

    'The API server at {0} is not asked: the kubeconfig of {1} verifies no certificates.':
      '没有向 {0} 的 API server 发送请求：集群 {1} 的 kubeconfig 不验证证书。',
    'Give the kubeconfig the authority of its API servers.': '在该 kubeconfig 中加入其 API server 的 CA。',
    'its current context': '其当前 context',
    'The kubeconfig of {0}, {1}, names no server for {2}.': '集群 {0} 的 kubeconfig（{1}）没有为 {2} 指定 server。',
    'Correct it, or name a context of it in salvor.yaml.': '更正它，或在 salvor.yaml 中指定其中的一个 context。',

    'Role salvor in kube-system': 'Role salvor（kube-system）',
    'Role salvor in kube-node-lease': 'Role salvor（kube-node-lease）',

    'What answers for the API server of {0} to a watch of {1} is not one.':
      '以集群 {0} 的 API server 应答对 {1} 的 watch 的，并不是 API server。',

    'There is no bucket {0} in salvor.yaml.': 'salvor.yaml 中没有存储桶 {0}。',
    'Add it under buckets.': '在 buckets 下添加它。',
    'It knows {0}.': '已配置的有 {0}。',

    's3:DeleteObject and s3:GetBucketVersioning, and where the bucket keeps versions s3:ListBucketVersions and s3:DeleteObjectVersion,':
      's3:DeleteObject 和 s3:GetBucketVersioning，存储桶保留版本时还需 s3:ListBucketVersions 和 s3:DeleteObjectVersion',
    's3:PutObject and s3:AbortMultipartUpload (and kms:GenerateDataKey and kms:Decrypt when a KMS key is used)':
      's3:PutObject 和 s3:AbortMultipartUpload（使用 KMS 密钥时还需 kms:GenerateDataKey 和 kms:Decrypt）',
    's3:PutObject (and kms:GenerateDataKey when a KMS key is used, s3:PutObjectRetention and s3:PutObjectLegalHold for a lock)':
      's3:PutObject（使用 KMS 密钥时还需 kms:GenerateDataKey，锁定时还需 s3:PutObjectRetention 和 s3:PutObjectLegalHold）',
    's3:GetObject, for a version s3:GetObjectVersion (and kms:Decrypt when a KMS key is used)':
      's3:GetObject，读取某个版本时为 s3:GetObjectVersion（使用 KMS 密钥时还需 kms:Decrypt）',
    's3:ListBucket and s3:GetBucketVersioning, and where the bucket keeps versions s3:ListBucketVersions':
      's3:ListBucket 和 s3:GetBucketVersioning，存储桶保留版本时还需 s3:ListBucketVersions',
    's3:GetObjectRetention and s3:GetObjectLegalHold': 's3:GetObjectRetention 和 s3:GetObjectLegalHold',
    's3:PutObjectRetention and s3:PutObjectLegalHold': 's3:PutObjectRetention 和 s3:PutObjectLegalHold',
    'the store does not allow it with these credentials': '存储服务不允许用这些凭据执行此操作',
    'Allow {0} on bucket {1} for these credentials.': '为这些凭据授予存储桶 {1} 上的以下权限：{0}。',
    'the store does not accept the access key or its secret': '存储服务不接受该 access key 或其 secret',
    'Check the access key and the secret configured for bucket {0}.': '检查为存储桶 {0} 配置的 access key 和 secret。',
    'the credentials have expired': '凭据已过期',
    'Renew the session token, or let the worker take credentials from its own identity.':
      '更新 session token，或让 worker 从自身的身份获取凭据。',
    'no credentials were found': '没有找到凭据',
    'Give bucket {0} an access key, or run the worker where the SDK finds an identity.':
      '为存储桶 {0} 配置 access key，或让 worker 运行在 SDK 能找到身份的地方。',
    'there is no bucket {0} at {1}': '{1} 上没有存储桶 {0}',
    'Create bucket {0}, or correct its name in salvor.yaml.': '创建存储桶 {0}，或在 salvor.yaml 中更正它的名称。',
    'the store no longer knows this upload: somebody or a lifecycle rule ended it':
      '存储服务上已没有这次上传：有人或某条生命周期规则终止了它',
    'See that no lifecycle rule of bucket {0} aborts uploads within a day.':
      '确保存储桶 {0} 没有会在一天之内中止上传的生命周期规则。',
    'bucket {0} is not in region {1}': '存储桶 {0} 不在区域 {1}',
    'Correct the region or the endpoint of bucket {0} in salvor.yaml.':
      '在 salvor.yaml 中更正存储桶 {0} 的 region 或 endpoint。',
    'the clock here and the clock of the store differ too much': '本机时钟与存储服务的时钟相差过大',
    'Set the clock of this machine (chrony or systemd-timesyncd); 15 minutes are allowed.':
      '校准本机时钟（chrony 或 systemd-timesyncd）；最多允许相差 15 分钟。',
    'the store asks for fewer requests': '存储服务要求减少请求',
    'Try again in some minutes.': '几分钟后重试。',
    'the store has a failure of its own': '存储服务自身发生故障',
    'Look at the health of the store at {0}, then try again.': '检查存储服务 {0} 的健康状况，然后重试。',
    'no answer from {0} in time': '{0} 未及时响应',
    'Check the network to {0}; for a slow store raise timeouts.idleMs.':
      '检查到 {0} 的网络；若存储服务较慢，调高 timeouts.idleMs。',
    'the connection to {0} failed or was cut': '到 {0} 的连接失败或被切断',
    'Check that {0} is up and reachable from this worker.': '确认 {0} 正在运行，且这个 worker 可以连接到它。',
    'no secure connection to {0} came about, or its certificate is not trusted':
      '无法与 {0} 建立安全连接，或它的证书不受信任',
    'Give the worker the authority that signed it (NODE_EXTRA_CA_CERTS), or renew the certificate.':
      '把签发该证书的 CA 提供给 worker（NODE_EXTRA_CA_CERTS），或更新证书。',
    'the bytes that arrived are not the bytes that were sent': '收到的字节与发送的字节不一致',
    'Try again; if it happens again, suspect a proxy, the network card or the memory of this machine.':
      '重试；若再次发生，应怀疑代理、本机的网卡或内存。',
    'its answer is no whole listing, so what is there is not known': '它返回的列表不完整，因此无法知道那里有什么',
    'Look at the store at {0}, and at what stands before it, such as a proxy.':
      '检查存储服务 {0}，以及它前面的组件（例如代理）。',
    'somebody else is writing the same key at this moment': '此刻有其他写入者正在写同一个键',
    'bucket {0} or the store has no room left': '存储桶 {0} 或存储服务已没有剩余空间',
    'Raise the quota of bucket {0}, or delete what is no longer needed.':
      '调高存储桶 {0} 的配额，或删除不再需要的内容。',
    'the key service refused the encryption key': '密钥服务拒绝了该加密密钥',
    'Check that the KMS key exists, is enabled, and that these credentials may use it.':
      '确认该 KMS 密钥存在、已启用，且这些凭据有权使用它。',
    'the store does not know this request or one of its options': '存储服务不支持这个请求或它的某个选项',
    'Try `checksums: required` for this bucket, and see which encryption the store offers.':
      '为这个存储桶尝试 `checksums: required`，并查看存储服务支持哪种加密。',
    'the store refused the request': '存储服务拒绝了该请求',

    '{0} And the parts already sent are still there: {1}': '{0}此外，已发送的分段仍然留在那里：{1}',
    'Upload {0} of {1} is open and has to be aborted.': '{1} 的上传 {0} 仍未关闭，必须中止。',

    'Locking {0} in bucket {1} failed: the bucket was made without Object Lock.':
      '锁定存储桶 {1} 中的 {0} 时失败：该存储桶创建时没有启用对象锁定。',
    'Take a bucket that was made with Object Lock, or take `lock` for {0} out of salvor.yaml.':
      '改用创建时启用了对象锁定的存储桶，或从 salvor.yaml 中去掉 {0} 的 `lock`。',
    'Deleting {0} from bucket {1} failed: {2}.': '从存储桶 {1} 删除 {0} 时失败：{2}。',
    'Wait until the lock ends: Salvor never bypasses one.': '等到锁定结束：Salvor 从不绕过锁定。',
    'it is locked in {0} mode until {1}{2}': '它以 {0} 模式锁定至 {1}{2}',
    ', and under a legal hold': '，且处于依法保留状态',
    'it is under a legal hold': '它处于依法保留状态',

    'it does not say whether more follows': '它没有说明后面是否还有内容',
    'it says that more follows and not where': '它表示后面还有内容，却没有说明从哪里继续',
    'it goes in circles': '它的分页在循环',

    'Storing {0} in bucket {1} failed': '将 {0} 存入存储桶 {1} 失败',
    'Writing {0} to bucket {1} failed': '将 {0} 写入存储桶 {1} 失败',
    'Looking at {0} in bucket {1} failed': '查看存储桶 {1} 中的 {0} 失败',
    'Reading {0} from bucket {1} failed': '从存储桶 {1} 读取 {0} 失败',
    'Listing bucket {0} failed': '列出存储桶 {0} 失败',
    'Deleting {0} from bucket {1} failed': '从存储桶 {1} 删除 {0} 失败',
    'Deleting objects from bucket {0} failed': '从存储桶 {0} 删除对象失败',
    'Listing the versions of {0} in bucket {1} failed': '列出存储桶 {1} 中 {0} 的各版本失败',
    'Listing what was first put into bucket {0} failed': '列出最初写入存储桶 {0} 的内容失败',
    'Asking for the lock of {0} in bucket {1} failed': '查询存储桶 {1} 中 {0} 的锁定失败',
    'Locking {0} in bucket {1} failed': '锁定存储桶 {1} 中的 {0} 失败',
    'Asking bucket {0} whether it has Object Lock failed': '查询存储桶 {0} 是否启用对象锁定失败',
    'Listing the open uploads of bucket {0} failed': '列出存储桶 {0} 未关闭的上传失败',
    'Removing the parts of {0} from bucket {1} failed': '从存储桶 {1} 移除 {0} 的分段失败',
    'Checking bucket {0} failed': '检查存储桶 {0} 失败',
    'request id {0}': '请求 id {0}',

    'Storing {0} failed: the store began an upload and gave it no name.':
      '存储 {0} 时失败：存储服务开始了上传，却没有给出它的标识。',
    'Storing {0} failed: the body is longer than it was said to be, and has no room in 10,000 parts.':
      '存储 {0} 时失败：内容比声明的更长，10,000 个分段容纳不下。',

    'The provider that proves who people are cannot be reached: nothing was cast.':
      '无法连接证明身份的身份提供方：没有投出任何票。',
    'Try again in a minute. Whoever runs Salvor should look whether the bot reaches the issuer under oidc.':
      '一分钟后重试。Salvor 的维护者应检查 bot 能否连接 oidc 下的 issuer。',
    'The provider does not accept Salvor as its client: nothing was cast.':
      '身份提供方不接受 Salvor 作为其客户端：没有投出任何票。',
    'Whoever runs Salvor should compare clientId, clientSecret and publicUrl under oidc with what the provider knows.':
      'Salvor 的维护者应核对 oidc 下的 clientId、clientSecret 和 publicUrl 与身份提供方登记的是否一致。',
    'The provider calls itself by another name than the issuer under oidc: nothing was cast.':
      '身份提供方自称的名称与 oidc 下的 issuer 不同：没有投出任何票。',
    'Whoever runs Salvor should write the issuer exactly as the provider does.':
      'Salvor 的维护者应把 issuer 写得与身份提供方的完全一致。',
    'The provider answered something that cannot be trusted: nothing was cast.':
      '身份提供方的应答不可信：没有投出任何票。',
    'Whoever runs Salvor should look at the log: keys, clocks and the issuer under oidc must fit.':
      'Salvor 的维护者应查看日志：密钥、时钟和 oidc 下的 issuer 必须相符。',
    'The provider did not sign you in{0}: nothing was cast.': '身份提供方没有让你登录{0}：没有投出任何票。',
    'This sign-in was used already, or took too long: nothing was cast.':
      '这次登录已被使用过，或耗时过长：没有投出任何票。',
    'What came back from the provider does not belong to this vote: nothing was cast.':
      '身份提供方返回的内容不属于这次表决：没有投出任何票。',
    'Open the link in your Slack message again, and sign in there.': '重新打开 Slack 消息中的链接，并在那里登录。',

    'What stands in {0} for {1} is no age identity.': '{0} 中为 {1} 设置的内容不是 age identity。',
    'It begins with AGE-SECRET-KEY-1, as age-keygen prints it.':
      '它以 AGE-SECRET-KEY-1 开头，与 age-keygen 的输出一致。',
    'Its age encryption is for other keys.': '它的 age 加密所用的是其他密钥。',
    'Its age encryption is broken: {0}.': '它的 age 加密已损坏：{0}。',
    'This worker holds no age identity for {0}, so it cannot open its backups.':
      '这个 worker 没有 {0} 的 age identity，因此无法打开它的备份。',
    'Set {0}, or {1}_FILE, for it: AGE-SECRET-KEY-1…, as age-keygen prints it.':
      '为它设置 {0} 或 {1}_FILE：AGE-SECRET-KEY-1…，与 age-keygen 的输出一致。',
    'In salvor.yaml put the name of the variable that holds it into clusters.{0}.backup.encryption.identity.':
      '在 salvor.yaml 中，把存放它的变量名写入 clusters.{0}.backup.encryption.identity。',

    'The picture could not be drawn.': '无法绘制图片。',

    'The path {0} is too long: sockets in it have no room for their names.':
      '路径 {0} 过长：其中的 socket 没有足够的长度容纳名称。',
    'Name a shorter one in salvor.yaml: drill.directory.': '在 salvor.yaml 中指定更短的路径：drill.directory。',
    'The worker cannot use {0} to try backups out: {1}.': 'worker 无法使用 {0} 来试恢复备份：{1}。',
    'Name a directory that is there and that it may write to in salvor.yaml: drill.directory.':
      '在 salvor.yaml 中指定一个已存在且它有权写入的目录：drill.directory。',

    'unpack a release of etcd on the worker and name its directory under drill.binaries in salvor.yaml':
      '在 worker 上解压 etcd 发行包，并在 salvor.yaml 的 drill.binaries 下指定其目录',
    'This worker has etcd {0} but no {1} {2}, which restores for it.':
      '这个 worker 有 etcd {0}，但没有为它做恢复的 {1} {2}。',
    'Install it ({0}), or {1}.': '安装它（{0}），或 {1}。',
    'The backup was written by etcd {0}, and the newest etcd of this worker is {1} ({2}): an older etcd must not open it.':
      '该备份由 etcd {0} 写入，而这个 worker 上最新的 etcd 是 {1}（{2}）：不得用更旧的 etcd 打开它。',
    'Install etcd {0}: {1}.': '安装 etcd {0}：{1}。',
    'This worker has no etcd to try backups out with.': '这个 worker 没有可用来试恢复备份的 etcd。',
    'Install it: {0}; or {1}.': '安装它：{0}；或 {1}。',
    'Restored with anything before etcdutl {0}, a cluster keeps its former members in its files, which blocks a later upgrade to etcd 3.6.':
      '用早于 etcdutl {0} 的工具恢复，集群会在其文件中保留以前的成员，这会阻止以后升级到 etcd 3.6。',

    'it is full': '已满',
    'The disk on which backups are tried out failed: {0}.': '用于试恢复备份的磁盘出错：{0}。',
    'Free some of it, or name another one in salvor.yaml: drill.directory.':
      '释放一些空间，或在 salvor.yaml 中指定另一块磁盘：drill.directory。',

    'The scratch etcd gave no answer: {0}': '临时 etcd 没有响应：{0}',
    'Retry; if it happens again, look at the memory and the disk of the worker.':
      '重试；若再次发生，检查 worker 的内存和磁盘。',

    '{0} {1} was still restoring after {2} and was ended.': '{0} {1} 在 {2} 后仍在恢复，已被终止。',
    'It worked on a copy and touched nothing real. Look at the disk of the worker, then verify again; or name a faster disk in salvor.yaml: drill.directory.':
      '它只操作副本，没有触及任何真实数据。检查 worker 的磁盘，然后重新验证；或在 salvor.yaml 中指定更快的磁盘：drill.directory。',
    '{0} {1} was ended by the system: {2}': '{0} {1} 被系统终止：{2}',
    '{0} {1} did not restore it: {2}': '{0} {1} 没能恢复它：{2}',
    'Look at the memory of the worker.': '检查 worker 的内存。',

    'Free some, or name a larger disk in salvor.yaml: drill.directory.':
      '释放一些空间，或在 salvor.yaml 中指定更大的磁盘：drill.directory。',
    'Trying this backup out takes about {0} in {1}, and {2} are free there.':
      '试恢复这个备份约需占用 {1} 中的 {0}，而那里可用 {2}。',
    'Unpacked, this backup is larger than its size let expect: trying it out takes {0} in {1} or more, and it can have {2} there. It was left before the disk was full.':
      '解包后，这个备份比按其大小所预计的更大：试恢复需占用 {1} 中的 {0} 或更多，而它在那里最多可用 {2}。已在磁盘写满之前停止。',

    'etcd {0} did not start on it': 'etcd {0} 没能在该数据上启动',
    'etcd {0} was ended by the system': 'etcd {0} 被系统终止',
    'after {0} etcd {1} did not answer yet': '{0}后 etcd {1} 仍未响应',
    'Look at the memory and the disk of the worker.': '检查 worker 的内存和磁盘。',

    'its authority has run out': '其签发 CA 已过期',
    'it has run out, and is of an authority that is not known': '它已过期，且由未知的 CA 签发',
  },
  [
    '[defaults]\ninternal_poll_interval = 0.01\n',
    'Maintenance',
    ':status',
    'Get',
    'Deactivate',
    'Nospace',
    'Corrupt',
    'catch up',
    'invalid auth token',
    'Basic {0}',
    'text/plain; version=0.0.4',
    'Accept',
    'Range',
    'context {0}',
    'ClusterRole salvor',
    'ClusterRole salvor-kubelets',
    'ClusterRole salvor-helm',
    'ClusterRole salvor-upgrade',
    'ClusterRole salvor-stored',
    'HTTP {0}',
    'AWS {0}',
    'Inter',
    'apt-get install etcd-server etcd-client',
    'beginnings only, {0}',
  ],
);
