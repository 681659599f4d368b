import { phrases } from '../phrases.ts';

/** What the ready-made rules of deploy/alerts advise. */
export default phrases({
  'Fewer than half of the members are up. If they come back by themselves do nothing; a restore is for data that is lost. Its button only makes a plan, which others must approve.':
    '可用成员不足半数。如果它们自行恢复，就什么都不要做；恢复备份是用于数据丢失的情况。按钮只会制定计划，须由其他人批准。',
  'Nothing can be written meanwhile. Hold upgrades, and look at the network and the disks of the members.':
    '此间无法写入。请暂停升级，并查看各成员的网络和磁盘。',
  'One more member down may be one too many.': '再有一个成员宕机，就可能失去法定多数。',
  'Mostly a slow disk or network. Do not defragment, upgrade or restore until it is calm.':
    '多为磁盘或网络缓慢。平稳之前不要做碎片整理、升级或恢复。',
  'Look at certificates that have run out, and at clients that were renewed.':
    '请查看已过期的证书，以及更新过证书的客户端。',
  'A snapshot or a defragmentation under way slows requests for a while.': '正在进行的快照或碎片整理会使请求暂时变慢。',
  'The disk is too slow. Snapshots read from it too; put their schedules to a calm hour.':
    '磁盘太慢。快照也要读它；请把快照的定时任务放到空闲时段。',
  'Full, etcd takes no more writes. Take a snapshot first, then compact and defragment.':
    '空间满后 etcd 不再接受写入。请先做快照，再压缩并整理碎片。',
  'At this pace the quota is reached within hours. Find who writes so much.':
    '照此速度，数小时内将达到配额。请找出写入如此之多的来源。',
  'Each member answers nothing while it is defragmented; in a calm hour.':
    '成员在碎片整理期间不应答；请在空闲时段进行。',
  'A restore is for an etcd that is lost, not for an API server that does not start.':
    '恢复备份用于 etcd 数据丢失，而不是 API server 无法启动。',
  'Do not upgrade while an APIService is not available.': 'APIService 不可用时不要升级。',
  'Renew certificates before they run out; with kubeadm, kubeadm certs check-expiration tells which.':
    '请在证书过期前更新；使用 kubeadm 时，kubeadm certs check-expiration 会列出是哪些。',
  'A fresh lease below says that it runs, and only Prometheus does not reach it.':
    '下方若有新近更新的 Lease，说明它在运行，只是 Prometheus 访问不到它。',
  'Expected while an upgrade runs. Otherwise finish it, server before client.':
    '升级进行中属于预期。否则请完成升级，先服务端后客户端。',
  'Look for requests that wait to be signed, with kubectl get csr.': '用 kubectl get csr 查看等待签发的请求。',
  'Hold an upgrade of nodes until it is ready again.': '在它恢复就绪之前，暂停节点升级。',
  'This ends once a backup was tried out. Take one where there is none; then verify restores it into a scratch etcd.':
    '有备份经过试恢复后，此告警才会结束。没有备份就先做一个；再用 verify 将其恢复到临时 etcd 中。',
  'Compare what is in it with the one before. Pruning waits meanwhile.': '请与上一个备份比对内容。此间暂停清理。',
});
