import { phrases } from '../phrases.ts';

export default phrases(
  {
    // What a component no longer starts with, or no longer does.
    'process exits at start: unrecognized feature gate': '进程启动即退出：无法识别的 feature gate',
    'process exits at start: unknown flag': '进程启动即退出：未知的 flag',
    'process exits at start: unknown plugin in --enable-admission-plugins':
      '进程启动即退出：--enable-admission-plugins 中有未知插件',
    'process exits at start': '进程启动即退出',
    'workloads and playbooks that select the master label stop matching':
      '按 master 标签选择的工作负载和 playbook 不再匹配任何节点',
    'the node needs a CRI runtime; kubelet with docker alone will not start':
      '节点需要 CRI 运行时；只有 docker 的 kubelet 无法启动',
    'image pulls of new tags fail where k8s.gcr.io is hard-coded':
      '凡是写死 k8s.gcr.io 的地方，拉取新 tag 的镜像会失败',
    'any other value stops start': '设为其他值则无法启动',
    'control-plane static pods with configMap/secret/serviceAccount references do not start':
      '引用 configMap/secret/serviceAccount 的控制平面静态 Pod 无法启动',
    'enabling a gate whose dependency is off stops the process':
      '启用某个 feature gate 而其依赖项处于关闭状态时，进程会停止',
    'kubelet refuses to start on cgroup v1 unless FailCgroupV1 is set to false':
      '在 cgroup v1 上 kubelet 拒绝启动，除非 FailCgroupV1 设为 false',
    'no longer supported by kubeadm': 'kubeadm 不再支持',
    'flexvolume users must pass the KCM flag and a non-distroless image themselves':
      '使用 flexvolume 时，必须自行传入 KCM 的 flag，并自备非 distroless 镜像',
    'migrate with `kubeadm config migrate` of 1.31-1.36': '用 1.31-1.36 的 `kubeadm config migrate` 迁移',
    'locked to its default: setting the other value stops start': '已锁定为默认值：设为另一个值则无法启动',
    'kubelet needs containerd 2.x': 'kubelet 需要 containerd 2.x',

    'node-role.kubernetes.io/master label removed from control-plane nodes (taint in 1.25)':
      '控制平面节点不再带有 node-role.kubernetes.io/master 标签（污点在 1.25 移除）',
    'k8s.gcr.io frozen; images only on registry.k8s.io': 'k8s.gcr.io 已冻结；镜像只在 registry.k8s.io 上提供',
    '--cloud-provider accepts only external or empty': '--cloud-provider 只接受 external 或空值',
    'static pods that reference API objects are refused (gate PreventStaticPodAPIReferences, gate itself gone in 1.37)':
      '引用 API 对象的静态 Pod 会被拒绝（feature gate PreventStaticPodAPIReferences，该 gate 本身在 1.37 移除）',
    'feature gate dependency check': 'feature gate 依赖检查',
    'cgroup v1 host': '使用 cgroup v1 的主机',
    'etcd below 3.6.0': '低于 3.6.0 的 etcd',
    'flex-volume directory handling': 'flex-volume 目录的处理',
    'kubeadm.k8s.io/v1beta3 config': 'kubeadm.k8s.io/v1beta3 配置',
    'configuration flags and fallback for containerd 1.7': '针对 containerd 1.7 的配置 flag 和兼容处理',

    'CRI runtime configuration': 'CRI 运行时的配置',
    'PodSecurity admission': 'PodSecurity 准入',
    'sandbox image in the container runtime config': '容器运行时配置中的 sandbox 镜像',
    'flag of the same name without the prefix, or a --feature-gates entry (3.6 guide)':
      '去掉前缀的同名 flag，或 --feature-gates 中的一项（见 3.6 指南）',

    // What changes with another version of an API.
    'rollbackTo dropped': 'rollbackTo 已去除',
    'selector mandatory and immutable': 'selector 为必填且不可变',
    'progressDeadlineSeconds default becomes 600': 'progressDeadlineSeconds 的默认值变为 600',
    'revisionHistoryLimit default becomes 10 (was 2)': 'revisionHistoryLimit 的默认值变为 10（原为 2）',
    'updateStrategy default RollingUpdate (was OnDelete)': 'updateStrategy 默认为 RollingUpdate（原为 OnDelete）',
    'templateGeneration dropped': 'templateGeneration 已去除',
    'revisionHistoryLimit default becomes 10': 'revisionHistoryLimit 的默认值变为 10',
    'maxSurge/maxUnavailable default becomes 25%': 'maxSurge/maxUnavailable 的默认值变为 25%',
    'use a mutating admission webhook': '请使用变更型（mutating）准入 webhook',
    'failurePolicy default Fail (was Ignore)': 'failurePolicy 默认为 Fail（原为 Ignore）',
    'matchPolicy default Equivalent (was Exact)': 'matchPolicy 默认为 Equivalent（原为 Exact）',
    'timeoutSeconds default 10 (was 30)': 'timeoutSeconds 默认为 10（原为 30）',
    'sideEffects mandatory, only None/NoneOnDryRun': 'sideEffects 为必填，只能是 None/NoneOnDryRun',
    'admissionReviewVersions mandatory': 'admissionReviewVersions 为必填',
    'unique webhook names': 'webhook 名称必须唯一',
    'scope has no default': 'scope 没有默认值',
    'version/validation/subresources/additionalPrinterColumns move under versions[*]':
      'version/validation/subresources/additionalPrinterColumns 移到 versions[*] 之下',
    'structural schema mandatory': '必须提供结构化 schema',
    'preserveUnknownFields true not allowed; use x-kubernetes-preserve-unknown-fields':
      '不允许 preserveUnknownFields 为 true；请使用 x-kubernetes-preserve-unknown-fields',
    'JSONPath -> jsonPath in printer columns': 'printer columns 中 JSONPath -> jsonPath',
    'conversion webhook fields nested under conversion.webhook': '转换 webhook 的字段移到 conversion.webhook 之下',
    'pluto and kubent print 1.10 as deprecation; that is the release v1 appeared in':
      'pluto 和 kubent 把 1.10 显示为弃用版本；那其实是 v1 出现的版本',
    'signerName mandatory; legacy-unknown signer cannot be created':
      'signerName 为必填；不能创建使用 legacy-unknown 签名者的请求',
    'usages mandatory, known and unique': 'usages 为必填，各项必须是已知值且不重复',
    'conditions need status and unique types': 'conditions 需要 status，且 type 不可重复',
    'certificate must be PEM CERTIFICATE blocks only': 'certificate 必须只含 PEM 的 CERTIFICATE 块',
    'servicePort -> service.port.number or .name': 'servicePort -> service.port.number 或 .name',
    'pathType mandatory': 'pathType 为必填',
    'pluto says 1.22; the serving code left in 1.23': 'pluto 显示 1.22；提供它的代码在 1.23 移除',
    'pluto says 1.17; the serving code left in 1.23': 'pluto 显示 1.17；提供它的代码在 1.23 移除',
    'targetAverageUtilization -> target.averageUtilization with target.type Utilization':
      'targetAverageUtilization -> target.averageUtilization，且 target.type 为 Utilization',
    'topology map replaced by nodeName and zone': 'topology 映射由 nodeName 和 zone 取代',
    'old map read-only as deprecatedTopology': '旧映射以 deprecatedTopology 保留，只读',
    'type only Normal/Warning': 'type 只能是 Normal/Warning',
    'action, reason, reportingController/Instance needed on create':
      '创建时必须有 action、reason、reportingController/Instance',
    'eventTime and series replace firstTimestamp/lastTimestamp/count':
      'eventTime 和 series 取代 firstTimestamp/lastTimestamp/count',
    'an empty selector {} matches all pods of the namespace in policy/v1 (matched none in v1beta1)':
      '空的 selector {} 在 policy/v1 中匹配命名空间内的所有 Pod（在 v1beta1 中一个也不匹配）',
    'no successor API; use Pod Security Admission or a policy webhook; the admission plugin name must also leave --enable-admission-plugins':
      '没有后继 API；请使用 Pod Security Admission 或策略 webhook；还必须从 --enable-admission-plugins 中去掉该准入插件的名称',
    'PodScheduling was renamed PodSchedulingContext': 'PodScheduling 已更名为 PodSchedulingContext',
    'assuredConcurrencyShares -> nominalConcurrencyShares from v1beta3 on':
      '从 v1beta3 起 assuredConcurrencyShares -> nominalConcurrencyShares',
    'in v1 an explicit 0 is kept (default 30 only when unset)': '在 v1 中显式写的 0 会保留（只有未设置时才默认为 30）',
    'removed early by kubernetes/kubernetes#121229; objects must be deleted first if the alpha was on':
      '由 kubernetes/kubernetes#121229 提前移除；如果曾启用该 alpha，必须先删除其对象',
    'kubernetes/kubernetes#125488: v1alpha3 is not compatible, delete v1alpha2 objects first':
      'kubernetes/kubernetes#125488：v1alpha3 不兼容，先删除 v1alpha2 的对象',
    'kubernetes/kubernetes#125488: v1alpha3 is not compatible, delete v1alpha2 objects first; ResourceClass gave way to DeviceClass':
      'kubernetes/kubernetes#125488：v1alpha3 不兼容，先删除 v1alpha2 的对象；ResourceClass 已由 DeviceClass 取代',
    'type only in kubernetes/api v0.31.0; replaced by v1alpha2':
      '该类型只存在于 kubernetes/api v0.31.0；由 v1alpha2 取代',
    'in v1 an explicit nominalConcurrencyShares of 0 is kept (default 30 only when unset)':
      '在 v1 中显式写的 nominalConcurrencyShares 为 0 会保留（只有未设置时才默认为 30）',
    'classic DRA dropped; objects must be removed before the upgrade': '经典 DRA 已去除；必须在升级之前删除其对象',
    'removed early by kubernetes/kubernetes#132000; objects written before 1.32 must be deleted or rewritten first':
      '由 kubernetes/kubernetes#132000 提前移除；1.32 之前写入的对象必须先删除或重写',
    'type only in kubernetes/api v0.34.0; gone in v0.35.0':
      '该类型只存在于 kubernetes/api v0.34.0；在 v0.35.0 中已移除',
    'removed early by kubernetes/kubernetes#134784; delete stored objects before upgrading':
      '由 kubernetes/kubernetes#134784 提前移除；升级之前先删除已存储的对象',
    'ACTION: delete stored v1alpha2 objects before going 1.36 -> 1.37; v1alpha3 exists in the 1.37 betas too':
      '需要操作：在 1.36 -> 1.37 之前删除已存储的 v1alpha2 对象；1.37 的 beta 版中也有 v1alpha3',
    "always deprecated, still served; use the components' /livez,/readyz,/healthz endpoints":
      '一直处于弃用状态，仍在提供；请使用各组件的 /livez、/readyz、/healthz 端点',
    'deprecated with API warnings from 1.33; not planned for removal; bot must tolerate the warning when it reads the legacy leader annotation':
      '自 1.33 起弃用并带有 API 警告；没有移除计划；bot 读取旧式 leader 注解时必须容忍该警告',

    // What etcd asks.
    'one minor at a time, all members healthy': '每次只升一个次要版本，所有成员均健康',
    'one minor at a time; 3.5.0-3.5.2 carry a data-corruption bug, do not stop there; 3.4 went out of support in June 2026':
      '每次只升一个次要版本；3.5.0-3.5.2 有损坏数据的缺陷，不要停在这些版本；3.4 已于 2026 年 6 月终止支持',
    'every 3.5 member at the stated patch first: earlier ones may leave removed ("zombie") members in v3store or fail on learner promotion; run `etcdutl check v2store` (3.5.32+) when --enable-v2 was ever used':
      '每个 3.5 成员先升到所述补丁版本：更早的版本可能在 v3store 中留下已移除的（“僵尸”）成员，或在提升 learner 时失败；如果用过 --enable-v2，请运行 `etcdutl check v2store`（3.5.32+）',
    'every 3.6 member at 3.6.11 or later; v2 store gone; every --experimental-* flag must be renamed or the process will not start':
      '每个 3.6 成员都在 3.6.11 或更高版本；v2 store 已移除；每个 --experimental-* flag 都必须改名，否则进程无法启动',
    'may corrupt data': '可能损坏数据',
    'swapping binaries back works only while at least one member still runs the old minor; afterwards restore a snapshot or use `etcdctl downgrade` (3.5.x on from 3.6)':
      '只有在至少一个成员仍运行旧的次要版本时，才能换回旧的二进制文件；此后只能恢复快照，或使用 `etcdctl downgrade`（自 3.6 起，可降到 3.5.x）',

    // How far versions may be apart.
    'in an HA control plane the newest and the oldest API server may differ by one minor at most':
      '在高可用控制平面中，最新与最旧的 API server 最多可以相差一个次要版本',
    'API servers go up one minor at a time; skipping a minor is not supported, even for single-member control planes':
      'API server 每次只升一个次要版本；不支持跳过次要版本，单成员的控制平面也不例外',
    'kubelet never newer than any API server it may talk to; may be up to three minors older':
      'kubelet 绝不可新于它可能访问的任何 API server；最多可以旧三个次要版本',
    'kubelets below 1.25 may only be two minors older': '低于 1.25 的 kubelet 最多只可以旧两个次要版本',
    'kube-proxy not newer than the API server, up to three minors older':
      'kube-proxy 不可新于 API server，最多可以旧三个次要版本',
    'below 1.25 only two minors older': '低于 1.25 时最多只可以旧两个次要版本',
    'up to three minors either side of the kubelet it runs beside (two when kube-proxy is below 1.25)':
      '与同节点的 kubelet 相比，新旧最多各三个次要版本（kube-proxy 低于 1.25 时为两个）',
    'not newer than the API servers; expected to match, may be one minor older during an upgrade':
      '不可新于 API server；应与之一致，升级期间可以旧一个次要版本',
    'as the controller manager': '与 controller manager 相同',
    'one minor either way': '新旧均可相差一个次要版本',
    'while API servers are mixed (n and n-1) each rule is applied against the one that makes it narrower: kubelets must be no newer than the oldest and within range of the newest':
      'API server 版本混合（n 与 n-1）期间，每条规则都按使其更严格的那个来判断：kubelet 不得新于最旧的，并且必须在最新者允许的范围之内',
    'a minor kubelet upgrade in place is not supported: drain the node first':
      '不支持就地跨次要版本升级 kubelet：先驱逐该节点上的 Pod',
    'kubeadm may be the same minor as, or one newer than, the Kubernetes version it manages':
      'kubeadm 可以与其管理的 Kubernetes 版本同属一个次要版本，或新一个次要版本',
    'kubelet same as kubeadm or up to three minors older (one older before kubeadm 1.29)':
      'kubelet 与 kubeadm 相同，或最多旧三个次要版本（kubeadm 1.29 之前为一个）',
    'the same kubeadm version must be used on joining and on upgraded nodes':
      '加入的节点与已升级的节点必须使用同一个 kubeadm 版本',
    'refuses more than one minor per run unless forced; downgrades limited likewise':
      '除非强制，否则每次运行拒绝跨越多于一个次要版本；降级同样受限',
    'one etcd minor at a time, every member healthy; 3.5->3.6 from 3.5.26 at the least (the current guide asks for 3.5.32), 3.6->3.7 only from 3.6.11 or later':
      'etcd 每次只升一个次要版本，每个成员均健康；3.5->3.6 至少从 3.5.26 开始（当前指南要求 3.5.32），3.6->3.7 只能从 3.6.11 或更高版本开始',
    'a release candidate': '候选发布版',

    // In which order components go up.
    'external: upgrade apart and first; stacked kubeadm: with the API server static pod on each node':
      '外部 etcd：单独并最先升级；kubeadm 堆叠式 etcd：在每个节点上随 API server 静态 Pod 一起升级',
    'one member at a time; before it, check webhooks can handle new versions and fields, and that removed APIs are not used':
      '每次一个成员；在此之前，检查 webhook 能否处理新的版本和字段，并确认没有使用已移除的 API',
    'only when every API server they can reach is up; any order among them, may go together':
      '只有在它们能访问的每个 API server 都升级之后才进行；彼此之间顺序不限，可以同时进行',
    'after the last control-plane member': '在最后一个控制平面成员之后',
    'drain, upgrade, uncordon; in batches': '驱逐、升级、恢复调度；分批进行',
    'with the kubelet beside it': '与同节点的 kubelet 一起',
  },
  // Fields that only move.
  [
    'spec.group -> spec.groups',
    'backend -> defaultBackend',
    'serviceName -> service.name',
    'involvedObject -> regarding',
  ],
);
