import { phrases } from '../phrases.ts';

export default phrases({
  'A backup of 1.2 is made and restored with vmware/harbor-db-migrator:1.2.':
    '1.2 的备份用 vmware/harbor-db-migrator:1.2 制作和恢复。',
  'Its tag must be of the very patch that is installed. It deletes what lies in the directory before it puts there what it has made of it.':
    '它的 tag 必须正是所安装的补丁版本。它会先删除目录中的内容，再把转换结果放进去。',
  'Its tag must be of the very patch that is installed.': '它的 tag 必须正是所安装的补丁版本。',
  'The migrator of 1.9 looks for harbor.cfg alone: harbor.yml of 1.8 must be mounted under that name, else it skips the file and says so as if all were well. A harbor.yml without chart.absolute_url makes it fail.':
    '1.9 的 migrator 只找 harbor.cfg：1.8 的 harbor.yml 必须以该名称挂载，否则它会跳过该文件，而输出看起来一切正常。harbor.yml 中没有 chart.absolute_url 会使它失败。',

  'MariaDB becomes PostgreSQL: big databases need much memory (16 GB were reported) and room for three dumps.':
    'MariaDB 会变为 PostgreSQL：大型数据库需要大量内存（有报告称用到 16 GB），以及可容纳三份转储的空间。',
  'After the migrators of 1.6.0 to 1.6.2 nobody can sign images: take 1.6.3.':
    '用 1.6.0 至 1.6.2 的 migrator 迁移之后，谁也无法对镜像签名：请用 1.6.3。',
  'The first start counts the quota of each project: about 6 min for 1 TB in 70 000 blobs on a local disk, about 1 h for 20 000 tags on S3.':
    '首次启动会统计每个项目的配额：本地磁盘上 70 000 个 blob 共 1 TB 约需 6 分钟，S3 上 20 000 个 tag 约需 1 小时。',
  'Replication between it and a Harbor older than 1.9 breaks.': '它与早于 1.9 的 Harbor 之间的复制会中断。',
  'The first start walks the registry to make OCI artifacts of what it holds: the API is slow or silent meanwhile.':
    '首次启动会遍历镜像仓库，把其中的内容转为 OCI 制品：在此期间 API 缓慢或没有响应。',
  'Only one core may run while it migrates.': '迁移期间只可以运行一个 core。',
  'The adminserver is kept until 1.8.': 'adminserver 保留到 1.8 为止。',
  'harbor.cfg becomes harbor.yml.': 'harbor.cfg 变为 harbor.yml。',
  'Certificates of internal TLS need subject alternative names: make them anew.':
    '内部 TLS 的证书需要 subject alternative name：请重新生成。',
  'From 2.15.2 on Valkey takes the place of Redis.': '从 2.15.2 起，Valkey 取代 Redis。',

  'the installer stops, since Clair is no longer shipped': '安装程序会停止，因为已不再附带 Clair',
  'the installer rejects it': '安装程序会拒绝它',
  'the installer prints its usage and stops': '安装程序会打印用法并停止',

  'What Clair found is not carried over.': 'Clair 的扫描结果不会保留。',
  'ChartMuseum is gone: its charts vanish from the UI.': 'ChartMuseum 已移除：其中的 chart 会从界面上消失。',
  'Notary is gone, and what it signed counts as unsigned.': 'Notary 已移除，由它签名的内容视为未签名。',
  'Install Trivy and scan all images again.': '安装 Trivy，并重新扫描所有镜像。',
  'Push them as OCI artifacts first.': '先把它们作为 OCI 制品推送。',
  'Sign anew with cosign or Notation.': '用 cosign 或 Notation 重新签名。',

  'The files of PostgreSQL 9.6 lie at the top of the database directory: from 2.7 on the container stops with an error.':
    'PostgreSQL 9.6 的文件位于数据库目录的顶层：从 2.7 起，容器会报错并停止。',
  'It skips a conversion of PostgreSQL: the container finds no directory to convert and makes a new, empty database without an error.':
    '它跳过了一次 PostgreSQL 转换：容器找不到可转换的目录，会新建一个空数据库，且不报错。',

  'chart 1.N maps to Harbor 2.N; DB upgraded by the database pod; generated TLS certificates change on each upgrade unless given; RWO volumes need Recreate strategy':
    'chart 1.N 对应 Harbor 2.N；数据库由 database Pod 升级；自动生成的 TLS 证书每次升级都会改变，除非自行提供；RWO 卷需要 Recreate 策略',
});
