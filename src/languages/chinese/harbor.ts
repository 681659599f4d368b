import { phrases } from '../phrases.ts';

export default phrases(
  {
    ' It was not read-only: somebody may also have deleted it on purpose since {0}, when it was written down. The logs page of {1} shows who deleted what, and when.':
      '当时不是只读：自 {0} 记录内容以来，也可能是有人有意删除的。{1} 的日志页面会显示谁在何时删除了什么。',
    'Nobody could see {0}.': '无法查看：{0}。',

    'its beginning': '开头',
    '{0} is not understood at {1}: look yourself.': '{0}无法解析（位置：{1}）：请自行查看。',

    'clock of the host': '主机时钟',
    'It is {0} ahead of Salvor.': '比 Salvor 快 {0}。',
    'It is {0} behind Salvor.': '比 Salvor 慢 {0}。',
    'Set it by NTP.': '请用 NTP 校准。',

    'There is {0} in its place.': '该位置上是 {0}。',
    'Put the one with which {0} was installed there.': '请把安装 {0} 时所用的配置文件放到那里。',
    'It has no _version, and the migrator goes by it.': '其中没有 _version，而迁移工具以它为准。',
    'Write into it of which version it is.': '请在其中写明它属于哪个版本。',
    'Its _version is “{0}”.': '其 _version 为「{0}」。',
    'It is of {0}, and {1} runs.': '它属于 {0}，而正在运行的是 {1}。',
    '{0} What migrates to {1} reads none before {2}.': '{0}迁移到 {1} 的工具不读取 {2} 之前的配置。',
    'Migrate it by hand first.': '请先手工迁移。',
    'Put the one with which it was installed there; if just the number is wrong, correct it.':
      '请把安装时所用的配置文件放到那里；如果只是版本号有误，请改正。',
    'Look whether it is the one with which it was installed.': '请确认它是不是安装时所用的配置文件。',

    'Look whether the database is empty already, or the account sees nothing.':
      '请确认是数据库已经为空，还是该账号什么都看不到。',
    'It shows no projects, so nobody could tell whether they are there afterwards.':
      '没有显示任何项目，因此升级后无法判断项目是否还在。',
    'Make sure that it may list all projects (project:list), or look after the others yourself.':
      '请确保该账号可以列出所有项目（project:list），或自行核对其余项目。',
    'Projects that the account does not see are not compared.': '该账号看不到的项目不会比对。',
    '{0#} project': '{0} 个项目',
    '{0#} projects': '{0} 个项目',
    'There are {0} more than the account sees: they are not compared.': '另有 {0}是该账号看不到的：这些不会比对。',
    'Nobody could see it, so it is not compared afterwards.': '无法查看，因此升级后不会比对。',

    'The schema is at {0} and dirty: a migration was cut short.': 'schema 处于 {0} 且为 dirty：有一次迁移中途中断。',
    'Restore the database from before that migration, or finish it by hand, until dirty is false.':
      '请恢复那次迁移之前的数据库，或手工完成该迁移，直到 dirty 为 false。',

    'the free space for {0}': '{0} 的可用空间',
    'Look that {0} are free there.': '请确认那里有 {0} 可用空间。',
    'The upgrade writes about {0}, and {1} are free.': '升级大约写入 {0}，可用空间为 {1}。',
    'free space for {0}': '可用空间：{0}',
    'Make room first, or give it another file system.': '请先腾出空间，或为它换一个文件系统。',

    'It says it is “{0}”, which is no version.': '它自报的版本为「{0}」，这不是版本号。',
    'Look which it is.': '请查看实际版本。',
    'The guide of Harbor {0} asks for {1} or newer.': 'Harbor {0} 的指南要求 {1} 或更新版本。',
    'Upgrade it first, with Harbor as it is.': '请先升级它，Harbor 保持不动。',

    'PostgreSQL {0} in {1}': 'PostgreSQL {0}，位于 {1}',
    'It holds files of PostgreSQL {0}, where {1} should be.': '其中是 PostgreSQL {0} 的文件，而这里应当是 {1}。',
    'It is not there{0}. The container would make an empty {1}.': '它不在那里{0}。容器会新建一个空的 {1}。',
    '; there is {0}': '；现有的是 {0}',
    ', nor is any other': '，也没有其他数据库',
    'Find out where the data lies that Harbor works with now, before anything is stopped.':
      '在停止任何组件之前，请先查明 Harbor 目前所用的数据在哪里。',
    'It is there already: Harbor {0} would take it as it is, and convert nothing.':
      '它已经存在：Harbor {0} 会原样使用它，不做任何转换。',
    'Look which of the two is live, and set the other aside, outside of the data directory.':
      '请查明两者中哪个在用，并把另一个移到数据目录之外保留。',
    'It is empty: there is no MariaDB to migrate.': '它是空的：没有可迁移的 MariaDB。',
    'Find out where the data lies.': '请查明数据在哪里。',
    'PostgreSQL lies there already, where a Harbor before 1.6 keeps MariaDB.':
      '1.6 之前的 Harbor 在这里存放 MariaDB，但这里已经有 PostgreSQL。',
    'Look whether an earlier upgrade was broken off, and begin from a copy of before it.':
      '请查看是否有以前的升级中途中断，并从那次升级之前的副本开始。',

    'The configuration on the host names {0}.': '主机上的配置写明{0}。',
    'an external database': '使用外部数据库',
    'none outside': '不使用外部数据库',
    'Correct salvor.yaml: what is copied before a hop depends on it.':
      '请改正 salvor.yaml：每一跳之前复制什么取决于它。',
    'the external database': '外部数据库',
    'From {0} on an external one must be {1} or newer.': '从 {0} 起，外部数据库必须是 {1} 或更新版本。',
    'Upgrade it first.': '请先升级它。',
    'database of {0}': '数据库 {0}',
    'Harbor before 1.6 keeps its data in MySQL, and one outside is not migrated here.':
      '1.6 之前的 Harbor 把数据存放在 MySQL 中，而外部的 MySQL 不在此处迁移。',
    'Bring it to {0} by hand, as its guide says.': '请按 {0} 的指南手工把它升级到该版本。',
    'No copy of it is made before a hop: Salvor copies the bundled one alone.':
      '每一跳之前不会复制它：Salvor 只复制自带的数据库。',
    'Copy it yourself before each hop: nothing else leads back once the schema is migrated.':
      '请在每一跳之前自行复制：schema 一旦迁移，没有其他办法可以回退。',

    'its components': '其组件',
    'Harbor names none.': 'Harbor 没有给出任何组件。',
    'Look at its health yourself.': '请自行查看其健康状态。',
    'It is not healthy.': '它不健康。',
    'It is not healthy: {0}.': '它不健康：{0}。',
    'Make it well first.': '请先使其恢复健康。',

    'It is not there.': '它不存在。',
    'Correct installDir in salvor.yaml.': '请改正 salvor.yaml 中的 installDir。',
    'A file system begins there, so it cannot be set aside.': '该目录是一个文件系统的挂载点，因此无法移开保留。',
    'Install Harbor in a directory within it.': '请把 Harbor 安装到其下的某个目录中。',
    'Harbor has its database there, and another directory would be copied.':
      'Harbor 的数据库在这里，而会被复制的是另一个目录。',
    'Correct dataDir in salvor.yaml.': '请改正 salvor.yaml 中的 dataDir。',
    'It does not say of which version it is.': '它没有标明属于哪个版本。',
    'Look whether Harbor runs from it.': '请确认 Harbor 是否从该目录运行。',
    'Correct installDir, or end the upgrade that was begun.': '请改正 installDir，或了结已经开始的那次升级。',

    'internal TLS in {0}': '{0} 中的内部 TLS',
    'Its certificates need subject alternative names, else the components do not trust each other.':
      '其证书必须带有 subject alternative name，否则各组件互不信任。',
    'Look at them with openssl x509, and make them anew with prepare gencert where they have none.':
      '请用 openssl x509 查看这些证书，没有该字段的用 prepare gencert 重新生成。',

    'The registry uses it': '镜像仓库正在使用它',
    'The wrapper script passes it': '包装脚本会传入它',
    '{0} in {1}': '{0}（{1}）',
    'It is left out: find out what it is for.': '该参数会被去掉：请查明它的用途。',
    'It is left out; take it out of scripts that people use, too.': '该参数会被去掉；也请从大家使用的脚本中去掉。',
    ' Nothing scans then: ask for --with-trivy.': '此后将没有任何扫描：请加上 --with-trivy。',

    'An earlier upgrade left it.': '这是以前的升级遗留的。',
    'Look whether that one was ended; remove what nobody needs any more.':
      '请确认那次升级是否已了结；不再需要的请删除。',

    'version of charts': 'chart 版本',
    'versions of charts': 'chart 版本',
    'signed tag': '已签名的 tag',
    '{0#} version of charts': '{0} 个 chart 版本',
    '{0#} versions of charts': '{0} 个 chart 版本',
    '{0#} signed tag': '{0} 个已签名的 tag',
    '{0#} signed tags': '{0} 个已签名的 tag',
    'charts in {0}': '{0} 中的 chart',
    'signatures in {0}': '{0} 中的签名',
    'scan results in {0}': '{0} 中的扫描结果',
    '{0} How many there are is not known. It is acknowledged.': '{0}（数量未知；已确认接受丢失）',
    '{0} There are {1}. It is acknowledged.': '{0}（共有 {1}；已确认接受丢失）',
    '{0} There are {1}.': '{0}（共有 {1}）',
    '{0} Or acknowledge it: --lose {1}': '{0}（或者确认接受丢失：--lose {1}）',

    'Write the one that works into db_password of harbor.cfg.': '请把有效的密码写入 harbor.cfg 的 db_password。',
    'The db_password of harbor.cfg': 'harbor.cfg 中的 db_password',
    'No MariaDB lies where it should.': '应有的位置上没有 MariaDB。',
    'harbor.cfg has no db_password.': 'harbor.cfg 中没有 db_password。',
    '{0} is not taken by the database.': '{0} 不被数据库接受。',
    '{0} is not the one with which Harbor runs.': '{0} 与 Harbor 运行所用的不一致。',
    '{0} has blanks, quotes, or one of % * ? [ ] \\, which the migrator does not take.':
      '{0} 含有空格、引号或 % * ? [ ] \\ 之一，迁移工具不接受。',
    'Change it in the database and in harbor.cfg, and run prepare.':
      '请在数据库和 harbor.cfg 中一并修改，然后运行 prepare。',
    'Nobody could try the db_password of harbor.cfg: the database does not run, or nothing in it can ask.':
      '无法试用 harbor.cfg 中的 db_password：数据库没有运行，或其中没有可用来查询的工具。',
    'Start Harbor, and ask again; or try it yourself.': '请启动 Harbor 后重新查询；或自行试用。',

    'memory for {0}': '升级到 {0} 所需的内存',
    'The host has {0}; on big databases the migrator took {1}.': '主机有 {0} 内存；对大型数据库，迁移工具曾用到 {1}。',
    'Try the migration on a copy first, or give the host more.': '请先在副本上试迁移，或为主机增加内存。',

    'package of {0}': '安装包 {0}',
    'No {0} lies in {1} on the host.': '主机的 {1} 中没有 {0}。',
    'Lay it there, and {0}.sha256 beside it.': '请把它放到那里，并在旁边放上 {0}.sha256。',
    "{0} has no checksum beside it: nobody can tell whether it is whole and Harbor's own.":
      '{0} 旁边没有校验和：无法判断它是否完整、是否为 Harbor 官方安装包。',
    'Lay {0}.sha256 beside it, with the sum from where it was published.':
      '请在旁边放上 {0}.sha256，校验和取自发布处。',

    'Its liveness probe may kill core in the midst of a long migration.':
      '迁移时间较长时，其 liveness probe 可能会在中途终止 core。',
    'Raise the limits of the startup probe, and run one core until it is done.':
      '请放宽 startup probe 的限值，并在迁移完成之前只运行一个 core。',
    'Upgrade it with its chart.': '请用它的 chart 升级。',

    'It is read-only already.': '它已经是只读。',
    'Find out who set it and why: a migration elsewhere, or an upgrade that was broken off.':
      '请查明是谁设置的、为什么：可能是别处的迁移，或一次中途中断的升级。',

    'Plan for it.': '请为此做好安排。',
    'Its first start makes {0} of {1}, and then removes {2}.': '首次启动会把 {1} 转换为 {0}，随后删除：{2}。',
    'the old files': '旧文件',
    'The way back is the copy that is made before.': '回退办法是事先制作的副本。',

    'It runs “{0}”, which is no version.': '它运行的是「{0}」，这不是版本号。',
    'It runs {0}: from {1} on nothing is replicated between the two.':
      '它运行 {0}：从 {1} 起，两者之间不再有任何复制。',
    'Upgrade it to {0} or later as well, one soon after the other.':
      '请把它也升级到 {0} 或更高版本，两者的升级应前后紧接。',

    'garbage collection': '垃圾回收',
    '{0#} garbage collection': '{0} 个垃圾回收',
    '{0#} garbage collections': '{0} 个垃圾回收',
    '{0#} full scan': '{0} 个全量扫描',
    '{0#} full scans': '{0} 个全量扫描',
    '{0#} replication': '{0} 个复制',
    '{0#} replications': '{0} 个复制',
    'full scan': '全量扫描',
    'They run now, and the upgrade waits for them.': '它们正在运行，升级会等待它们结束。',
    'Wait until they have ended, or stop them, and set schedules aside for the time.':
      '请等它们结束或停止它们，并在此期间暂停定时任务。',

    'PostgreSQL {0} lies at its top beside {1}: the container of {2} would stop at it.':
      '其顶层有 PostgreSQL {0}，与 {1} 并存：{2} 的容器会因此停止。',
    'Look that it is not live, and set its files aside.': '请确认它不在使用，并把它的文件移开保留。',
    'PostgreSQL {0} lies there beside {1}, with which Harbor works by its version.':
      '这里有 PostgreSQL {0}，与 {1} 并存；按其版本，Harbor 使用的是 {1}。',
    'Look which is live: its files are the ones that change.': '请查明哪个在用：文件在变化的就是。',

    'Harbor knows no such driver.': 'Harbor 没有这种驱动。',
    'Configure one of {0}.': '请配置以下之一：{0}。',
    'first start of {0}': '{0} 的首次启动',
    'It reads all that lies in {0}, which may take hours.': '它会读取 {0} 中的全部内容，可能需要数小时。',
    'Plan for it, and give it longer to become healthy.': '请为此做好安排，并给它更长时间进入健康状态。',

    '{0}: no old image can go; it runs {1}': '{0}：没有可删除的旧镜像；当前运行 {1}',
    '{0#} image': '{0} 个镜像',
    '{0#} images': '{0} 个镜像',
    '{0} runs {1}: {2} of older releases can go, {3}; nothing is removed yet':
      '{0} 运行 {1}：可删除旧版本的 {2}，{3}；目前尚未删除任何镜像',
    'Images that would be removed from the host of {0}': '将从 {0} 的主机上删除的镜像',
    'Remove {0}': '删除 {0}',
    'From the host of {0}: {1}. To run one of them again, its package must be loaded again.':
      '从 {0} 的主机上删除：{1}。要再次运行其中任何一个，必须重新加载其安装包。',
    image: '镜像',
    Removed: '已删除',
    'Images that were removed from the host of {0}': '已从 {0} 的主机上删除的镜像',
    '{0} of Harbor {1}': '{0} 个属于 Harbor {1}',
    'at most {0}': '最多 {0}',
    'Stays of {0}': '{0} 保留的镜像',
    'Way back to {0}': '回退到 {0} 的办法',
    '{0} and its copy of the database stay. To go back by them the images must be loaded again from the package of {1}, which {2}.':
      '{0} 及其数据库副本会保留。要借此回退，必须从 {1} 的安装包重新加载镜像；该安装包{2}。',
    'lies on the host': '在主机上',
    'does not lie on the host': '不在主机上',
    Image: '镜像',

    'Which version of {0} is installed is not known: no image can be called old.':
      '{0} 安装的版本未知：无法判定任何镜像是旧的。',
    'See how it is: {0}': '查看其状态：{0}',
    'No images of {0} stay for a way back: --also has nothing to say there.':
      '没有为回退而保留的 {0} 镜像：--also 在这里不适用。',
    'See which stay, and why: {0}': '查看保留了哪些镜像及原因：{0}',
    'it is installed': '它是当前安装的版本',
    'it is newer than {0}, which is installed': '它比当前安装的 {0} 新',
    '{0} is made of it': '{0} 由它创建',
    '{0} are made of it': '{0} 由它创建',
    'an upgrade that is not at its end may have to go back to it ({0})': '一次尚未结束的升级可能需要回退到它（{0}）',

    'Look at that host, then ask again.': '请检查该主机，然后重新发起。',

    'not known: some of {0} may be removed': '未知：{0}中可能有一部分已被删除',

    'Ask Harbor': '查询 Harbor',
    'Look at its host': '查看其主机',
    'What Harbor or its host says of it': 'Harbor 或其主机返回的信息',
    'the install directory': '安装目录',
    'the configuration': '配置',
    'Neither harbor.yml nor harbor.cfg lies in {0}.': '{0} 中既没有 harbor.yml 也没有 harbor.cfg。',
    'which optional parts are in use': '使用了哪些可选组件',
    'the flags of the wrapper script': '包装脚本的参数',
    'the files of PostgreSQL': 'PostgreSQL 的文件',
    'whether a migrator gets into the MariaDB': '迁移工具能否登录 MariaDB',
    'the size of the database': '数据库大小',
    'the version of the PostgreSQL outside': '外部 PostgreSQL 的版本',
    'Its host could not ask it with the account of the configuration, by the image goharbor/harbor-db. Ask it: SHOW server_version':
      '其主机无法用配置中的账号通过镜像 goharbor/harbor-db 查询它。请自行查询：SHOW server_version',
    'whether the schema is dirty': 'schema 是否为 dirty',
    'Ask its database: SELECT version, dirty FROM schema_migrations':
      '请查询其数据库：SELECT version, dirty FROM schema_migrations',
    'the free space of the host': '主机的可用空间',
    'the memory of the host': '主机的内存',
    'the version of Docker': 'Docker 的版本',
    'Run: docker version': '请运行：docker version',
    'the version of Compose': 'Compose 的版本',
    'Run: docker compose version': '请运行：docker compose version',
    'the packages on the host': '主机上的安装包',
    'what earlier upgrades left': '以前的升级遗留的内容',
    'the clock of the host': '主机时钟',
    'what Harbor says of itself': 'Harbor 自报的信息',
    'how healthy Harbor is': 'Harbor 的健康状态',
    'what the registry holds': '镜像仓库的内容',
    'how many users there are': '用户数量',
    'how many tags are signed': '已签名的 tag 数量',
    'which jobs run': '正在运行的作业',
    'how many charts there are': 'chart 数量',
    'the host of {0}': '{0} 的主机',

    'What Harbor says of its partners': 'Harbor 返回的复制对端信息',
    'the versions of registries with which it replicates': '与之互相复制的镜像仓库的版本',
    'Look at its registries page.': '请查看其 Registries 页面。',
    'the version of {0}': '{0} 的版本',
    'It is not in salvor.yaml, so it is not asked. Look yourself: {0}':
      '它不在 salvor.yaml 中，因此不会去查询。请自行查看：{0}',

    'Its databases are not known.': '所用的数据库未知。',
    'Only the migrator of 1.6 makes PostgreSQL of MariaDB.': '只有 1.6 的迁移工具能把 MariaDB 转换为 PostgreSQL。',

    'No documented way leads from {0} to {1}.': '没有文档记载的升级路径：{0} → {1}。',
    'Ask for a version between the two, or read the guide of each release.':
      '请申请两者之间的某个版本，或阅读各版本的指南。',
    'Nothing is known here of {0}: the data ends with {1} ({2}). Read its release notes before.':
      '这里没有关于 {0} 的任何信息：数据只到 {1}（{2}）。请事先阅读其版本说明。',

    'Given to Harbor {0}, {1}.': '传给 Harbor {0} 时：{1}。',
    'the installer does not know it and stops': '安装程序不认识它，会停止',

    '“{0}” is no version of Harbor.': '「{0}」不是 Harbor 的版本。',
    'Name a minor or a patch, such as 2.12 or 2.12.3.': '请指定次版本或补丁版本，例如 2.12 或 2.12.3。',
    'The registry says it runs “{0}”, which is no version of Harbor.':
      '镜像仓库自报运行「{0}」，这不是 Harbor 的版本。',
    'Ask its API yourself.': '请自行查询其 API。',
    '{0} is a release candidate.': '{0} 是候选版本（RC）。',
    'Wait for the release, or name another.': '请等待正式发布，或指定其他版本。',
    'The registry runs {0}, a release candidate, from which no guide leads on.':
      '镜像仓库运行的 {0} 是候选版本（RC），没有指南说明如何由它继续升级。',
    'Restore what it was before, or upgrade it by hand.': '请恢复到之前的版本，或手工升级。',
    'the data knows {0} to {1} ({2})': '数据只涵盖 {0} 到 {1}（{2}）',
    'Nothing is known here of Harbor {0}: the data ends with {1} ({2}).':
      '这里没有关于 Harbor {0} 的任何信息：数据只到 {1}（{2}）。',
    'The registry runs {0}, and {1}.': '镜像仓库运行 {0}，而{1}。',
    'Bring it to {0} first, as the guide of that release says.': '请先按 {0} 的指南把它升级到该版本。',
    'There is no Harbor {0}: {1}.': '没有 Harbor {0} 这个版本：{1}。',
    'Name a release, such as 2.12.': '请指定一个已发布的版本，例如 2.12。',
    'The registry says it runs {0} and not which patch, and patches of {1} differ in their database.':
      '镜像仓库自报运行 {0}，但没有说明补丁版本，而 {1} 的各补丁版本所用的数据库不同。',
    'The registry runs {0}: {1} would be a step back.': '镜像仓库运行 {0}：换到 {1} 属于降级。',
    'Harbor knows no downgrade: only the copied database and the old package lead back.':
      'Harbor 不支持降级：只有靠数据库副本和旧安装包才能回退。',
    'The registry runs {0} already.': '镜像仓库已经运行 {0}。',
    'Name a later version, or lay the package of a later patch of {0} on its host.':
      '请指定更高的版本，或把 {0} 更新的补丁版本的安装包放到其主机上。',

    'Upgrade not at its end': '尚未结束的升级',
    'Last upgrade': '上次升级',
    'Go on with it: {0} — or take it back: {1}': '继续执行：{0}；或回退：{1}',
    ': rolled back': '：已回滚',
    '{0}: under way, {1}': '{0}：进行中，{1}',
    '. Nobody holds the registry for it any more: look at its host before you plan anew':
      '。该升级已不再持有镜像仓库的锁：重新制定计划之前，请先查看其主机',
    'waits between two versions': '停在两个版本之间，等待中',
    'stopped half-way': '中途停止',
    'an unknown way': '升级路径未知',
    '{0}, asked for by {1}, run {2}': '{0}，由 {1} 申请，任务 {2}',

    'not healthy': '不健康',
    Version: '版本',
    '{0} does not answer': '{0} 没有响应',
    '{0} runs {1} and is not healthy': '{0} 运行 {1}，不健康',
    '{0} runs {1}; how healthy is not known': '{0} 运行 {1}；健康状态未知',
    '{0} runs {1} and is healthy': '{0} 运行 {1}，健康',
    '{0}, which the data does not know (as of {1})': '{0}，数据中没有该版本（数据截至 {1}）',
    'no later minor is known': '没有已知的更高次版本',
    '{0} behind {1}': '比 {1} 落后 {0}',
    '{0#} minor': '{0} 个次版本',
    '{0#} minors': '{0} 个次版本',
    minor: '次版本',
    'gets fixes': '仍有修复',
    'gets no fixes, since only the newest {0} minors do': '不再有修复，因为只有最新的 {0} 个次版本才有',
    '{0}, of {1}; {2}; {3} (as of {4})': '{0}，发布于 {1}；{2}；{3}（数据截至 {4}）',
    'users of its own': '自有用户',
    'an authentication proxy': '认证代理',
    '{0} for the data': '数据 {0}',
    '{0} for the install directory': '安装目录 {0}',
    '{0} for the working directory': '工作目录 {0}',
    '{0} for Docker': 'Docker {0}',
    'To plan an upgrade, which changes nothing yet: {0}': '制定升级计划（此时还不会更改任何内容）：{0}',
    'What was done to it: {0}': '查看对它做过的操作：{0}',
    Holds: '现有内容',
    'Signs in by': '登录方式',
    '; it is read-only': '；当前只读',
    'Jobs under way': '进行中的作业',
    Storage: '存储',
    'Size of the database': '数据库大小',
    Free: '可用空间',
    'Optional parts': '可选组件',
    'Left by upgrades': '升级遗留',
    'outside, PostgreSQL {0}': '外部，PostgreSQL {0}',
    outside: '外部',
    ', as far as the account sees': '，仅限该账号可见的范围',
    '; it does not see {0}': '；该账号看不到{0}',
    '{0#} more project': '另外 {0} 个项目',
    '{0#} more projects': '另外 {0} 个项目',
    'more project': '其他项目',
    'Where it may go': '可升级到的版本',
    To: '目标',
    Hops: '跳数',
    'Packages missing on the host': '主机上缺少的安装包',

    'What was agreed to for {0} is not what salvor.yaml says of it now: nothing more was done.':
      '为 {0} 批准的内容与 salvor.yaml 现在对它的描述不一致：没有再做任何操作。',
    'Put its host, directories and compose in salvor.yaml back to what they were, then resume or roll back.':
      '请把 salvor.yaml 中它的主机、目录和 compose 改回原来的内容，然后继续执行或回滚。',

    'The whole upgrade, to be run without Salvor': '完整的升级，可不借助 Salvor 执行',

    '{0} runs {1}, and is to go from {2} to {3}.': '{0} 运行的是 {1}，而计划是从 {2} 升级到 {3}。',
    'Find out who has changed it. Bring it back, or release it and plan anew.':
      '请查明是谁改动了它。把它改回去，或释放它并重新制定计划。',
    '{0} does not hold what it held. {1}': '{0} 缺少原有的内容。{1}',
    '{0}; {1} the same': '{0}；{1}一致',
    '{0#} digest': '{0} 个摘要',
    '{0#} digests': '{0} 个摘要',
    digest: '摘要',
    'The registry does not have {0} any more.': '镜像仓库中已经没有：{0}。',

    'It holds no repository, and held {0}: it has begun an empty database.':
      '现在没有任何仓库，而之前有 {0}：它启用了一个空数据库。',
    '{0#} repository': '{0} 个仓库',
    '{0#} repositories': '{0} 个仓库',
    repository: '仓库',
    repositories: '仓库',
    '{0} not there any more: {1}.': '{0}已经不在了：{1}。',
    '{0#} project is': '{0} 个项目',
    '{0#} projects are': '{0} 个项目',
    'project is': '项目',
    'projects are': '项目',
    'There is less than before in {0}.': '以下项目的内容比之前少：{0}。',
    '{0} not there any more.': '{0}已经不在了。',
    '{0#} user is': '{0} 个用户',
    '{0#} users are': '{0} 个用户',
    'user is': '用户',
    'users are': '用户',
    '{0} (repositories: {1}, were {2}, and artifacts: {3}, were {4})':
      '{0}（仓库：{1} 个，之前 {2} 个；制品：{3} 个，之前 {4} 个）',
    '{0} (repositories: {1}, were {2})': '{0}（仓库：{1} 个，之前 {2} 个）',
    '{0} (artifacts: {1}, were {2})': '{0}（制品：{1} 个，之前 {2} 个）',

    '{0}: no tool makes the harbor.cfg of {1}, which people write by hand from its template. Salvor does not guess it.':
      '{0}：没有工具能生成 {1} 的 harbor.cfg，它由人按模板手工编写。Salvor 不会去猜。',
    'Ask for 1.5 or later, which are reached from {0} at once and whose tool makes it: “harbor {1} 1.6”. Or do this hop by its guide, on a copy of the database: {2}.':
      '请申请 1.5 或更高版本，从 {0} 可直接到达，其工具也能生成该文件：「harbor {1} 1.6」。或者按指南在数据库副本上完成这一跳：{2}。',

    '{0} is of {1}, and was of {2}': '{0} 的版本为 {1}（之前：{2}）',
    'no version that it named': '未标明版本',
    'taken along from the old install directory: {0}': '已从旧安装目录带过来：{0}',
    'left in the old install directory, since Harbor has no use for it: {0}':
      '留在旧安装目录中，因为 Harbor 用不到：{0}',
    'Do not let anybody push. Roll back: the copy of the database from before is whole.':
      '不要让任何人推送。请回滚：之前的数据库副本是完整的。',
    'there was nothing to pull': '没有可拉取的内容',
    '{0} of {1} pulled and checked': '已从 {1} 拉取 {0} 并校验',
    '{0}:{1} pushed and pulled': '已推送并拉取 {0}:{1}',

    'Check the host': '检查主机',
    'nothing: unpacked packages and copies of configurations are deleted':
      '没有更改任何内容：删除解压的安装包和配置副本',
    'Load the images of {0}': '加载 {0} 的镜像',
    'nothing: the images of {0} lie on the host': '没有更改任何内容：{0} 的镜像已在主机上',
    'nothing: a probe image is pushed to {0}': '没有更改任何内容：会向 {0} 推送一个探测镜像',
    ', PostgreSQL {0}': '，PostgreSQL {0}',
    'the database is that of {0}{1}; what it was is {2}/database.before-{3}-{4}':
      '数据库已是版本 {0}{1}；原数据库为 {2}/database.before-{3}-{4}',
    ', which converts PostgreSQL {0} to {1}': '，并把 PostgreSQL {0} 转换为 {1}',
    'Make {0} read-only': '将 {0} 设为只读',
    '{0} is read-only before {1}': '{0} 在升级到 {1} 之前为只读',
    'Wait for the jobs of {0}': '等待 {0} 的作业结束',
    'Write down what {0} holds': '记录 {0} 的内容',
    'Stop {0}': '停止 {0}',
    'Harbor {0} is stopped': 'Harbor {0} 已停止',
    'Copy the database of {0}': '复制 {0} 的数据库',
    'nothing: a copy lies in {0}/before-{1}': '没有更改任何内容：副本在 {0}/before-{1}',
    'Set {0} aside': '将 {0} 移开保留',
    'the install directory of {0} is set aside as {1}': '{0} 的安装目录已移开保留为 {1}',
    'Unpack {0}': '解压 {0}',
    'Harbor {0} lies in {1}': 'Harbor {0} 已放入 {1}',
    'Migrate the configuration to {0}': '将配置迁移到 {0}',
    'the configuration is that of {0}': '配置已是 {0} 的版本',
    'Prepare {0}': '准备 {0}',
    'Harbor {0} is prepared': 'Harbor {0} 已准备好',
    'Migrate the database to {0}': '将数据库迁移到 {0}',
    'Install {0}': '安装 {0}',
    'Harbor {0} is started, and migrates the database{1}': 'Harbor {0} 已启动，迁移数据库{1}',
    'Wait until {0} is healthy': '等待 {0} 变为健康',
    'Compare what {0} holds': '比对 {0} 的内容',
    'Pull from {0}': '从 {0} 拉取',
    'Make {0} writable': '将 {0} 设为可写',
    '{0} may be written to again, in {1}': '{0} 已可再次写入，版本为 {1}',
    '{0} may be written to again, in {1}: a probe image is pushed to {2}':
      '{0} 已可再次写入，版本为 {1}：会向 {2} 推送一个探测镜像',

    project: '项目',
    '{0#} tag': '{0} 个 tag',
    '{0#} tags': '{0} 个 tag',
    '{0#} artifact': '{0} 个制品',
    '{0#} artifacts': '{0} 个制品',
    artifact: '制品',
    '{0#} user': '{0} 个用户',
    '{0#} users': '{0} 个用户',
    user: '用户',
    'no files of a database': '没有数据库文件',

    '{0} would be upgraded: {1}': '将升级 {0}：{1}',
    'Left by earlier upgrades': '以前的升级遗留',
    '1 hop, verified at its end': '1 跳，结束时验证',
    'then it waits until somebody lets it go on': '然后等待有人放行才继续',
    'before the next begins': '然后才开始下一跳',
    '{0}; each is verified, {1}': '{0}；每一跳都会验证，{1}',
    '{0#} hop': '{0} 跳',
    '{0#} hops': '{0} 跳',
    hop: '跳',
    '{0}; counted again after each hop': '{0}；每一跳之后重新清点',
    'Database is converted': '数据库会转换',
    'not {0}, which the registry wants: {1}': '不含镜像仓库需要的 {0}：{1}',
    'not {0}, which the wrapper script wants: {1}': '不含包装脚本传入的 {0}：{1}',
    'no flags': '无参数',
    'Installer of {0} gets': '{0} 的安装程序收到的参数',
    '{0}. Point of no return: step {1}, {2}; until then it can be stopped between steps, and taken back without loss.':
      '{0}。不可回退点：步骤 {1}（{2}）；在此之前可在步骤之间停止，并可无损回退。',
    'Steps before and after': '升级前后的步骤',
    'Steps to {0}': '升级到 {0} 的步骤',
    'Notes of releases': '版本说明',
    '{0}: in RUNBOOK.md of the bundle': '{0} 条：见计划包中的 RUNBOOK.md',

    'Find the way': '确定升级路径',
    'Nobody knows which version {0} runs.': '{0} 运行的版本未知。',
    'Nobody could look at the host of {0}.': '无法查看 {0} 的主机。',
    '{0} cannot be upgraded yet ({1}): {2} must be resolved first. {3}.':
      '{0} 目前还不能升级（{1}）：必须先解决 {2}。{3}。',

    'Do not let anybody push. Look at its database.': '不要让任何人推送。请检查其数据库。',
    'Make it writable again': '恢复为可写',
    'Put {0} and its database back': '放回 {0} 及其数据库',
    'Start {0} again': '重新启动 {0}',
    'Wait until {0} is healthy again': '等待 {0} 重新变为健康',
    'Compare what {0} holds again': '重新比对 {0} 的内容',

    'rolled back': '已回滚',
    '{0} is upgraded from {1} to {2}': '{0} 已从 {1} 升级到 {2}',

    Configuration: '配置',
    none: '无',
    'no version': '无版本号',
    ', dirty': '，dirty',
    'Package of {0}': '安装包 {0}',
    '{0}, SHA-256 {1}': '{0}，SHA-256 {1}',
    'not published': '未发布',
    '{0} from {1} on': '{0}（自 {1} 起）',
    'Nobody can pull from or push to {0} while a version is installed: minutes, longer where a first start walks the whole registry.':
      '安装每个版本期间，任何人都无法从 {0} 拉取或向其推送：持续数分钟；如果首次启动要遍历整个镜像仓库，则更久。',
    'The installer is not given {0} any more: it would stop there with Harbor down.':
      '不再向安装程序传入 {0}：否则它会在 Harbor 停机时停在那里。',
    'salvor.yaml names no admin': 'salvor.yaml 没有指定 admin',
    'Harbor before 1.5 has no such mode': '1.5 之前的 Harbor 没有这种模式',
    'It is not made read-only first, since {0}: pushes under way when it stops are cut off.':
      '不会先设为只读（{0}）：停止时正在进行的推送会被中断。',
    'whoever keeps the database outside must have a copy, and put it back as well':
      '外部数据库的维护者必须有一份副本，并一并放回',
    'the database is put back as well, from the copy in {0}/before-{1}': '数据库也会用 {0}/before-{1} 中的副本一并放回',
    'the database is migrated': '数据库已迁移',
    '{0} is installed': '{0} 已安装',
    'Until {0}: the install directory of {1} is put back and started, as it was. From then on {2}, which loses what was pushed since.':
      '以「{0}」为界：在此之前，把 {1} 的安装目录放回并按原样启动。从那时起，{2}，这会丢失此后推送的内容。',

    '{0} runs {1}, verified; it waits to go on to {2}': '{0} 运行 {1}，已验证；等待继续升级到 {2}',
    '{0} runs {1}': '{0} 运行 {1}',
    'every component healthy; projects, repositories, artifacts and digests as before; an image pulled':
      '所有组件健康；项目、仓库、制品和摘要与之前一致；已拉取一个镜像',
    'Configuration of {0}': '{0} 的配置',
    'as it was': '与之前一致',
    '{0}: see {1}': '{0}：见 {1}',
    'Left until somebody deletes it': '在有人删除之前会一直保留',
    'old install directories, {0}.before-{1}-…; copies of the database, {2}/before-…{3}; old images{4}':
      '旧安装目录 {0}.before-{1}-…；数据库副本 {2}/before-…{3}；旧镜像{4}',
    ', by a button here': '，可用这里的按钮删除',
    '{0} is upgraded to {1}': '{0} 已升级到 {1}',
    'Look at it, let people pull and push. Then go on, or take it back; until then {0} stays held.':
      '请检查它，并让大家拉取和推送。然后继续执行或回退；在此之前 {0} 会一直锁定。',
    'Let people pull and push. Once nobody wants to go back, see which old images can go: {0}':
      '让大家拉取和推送。确定没有人要回退之后，查看哪些旧镜像可以删除：{0}',
    '; the MariaDB, {0}/database.before-{1}-…': '；MariaDB {0}/database.before-{1}-…',
    'How the configuration was changed for {0}': '为 {0} 对配置所做的更改',
    '{0}, {1} gone': '{0}，删除 {1} 行',
    '{0#} new line': '新增 {0} 行',
    '{0#} new lines': '新增 {0} 行',
    'new line': '新增行',
    '{0} runs {1} again, as it was before': '{0} 重新运行 {1}，与之前一致',
    'Find out what went wrong before it is planned anew. How it is: {0}':
      '重新制定计划之前，请先查明哪里出了问题。查看其状态：{0}',
    Lost: '丢失',
    'what was pushed since {0} was installed': '安装 {0} 之后推送的内容',
    'Set aside, not deleted': '已移开保留，未删除',
    '{0}.failed-{1} and {2}/database.failed-{3}, with redis and secret beside it, as far as it had come':
      '{0}.failed-{1} 和 {2}/database.failed-{3}，旁边还有 redis 和 secret（以当时已产生的为限）',

    '{0} has {1} under way: {2}': '{0} 有 {1}正在进行：{2}',
    '{0#} job': '{0} 个作业',
    '{0#} jobs': '{0} 个作业',
    job: '作业',
    'End them, then resume or roll back.': '请结束它们，然后继续执行或回滚。',
    'whether jobs run is not known: {0}': '是否有作业在运行未知：{0}',
    'Look at the logs of its containers, then resume or roll back.': '请查看其容器的日志，然后继续执行或回滚。',
    'every component of {0} is healthy': '{0} 的所有组件都健康',
    '{0} names none of its components': '{0} 没有给出任何组件',
    '{0} is not healthy: {1}': '{0} 不健康：{1}',
    'it does not say why': '未说明原因',
    '{0} runs {1}, and {2} was installed': '{0} 运行的是 {1}，而安装的是 {2}',

    'SHA-256 of the playbook': 'playbook 的 SHA-256',
    'This worker has another playbook than the one that was agreed to: nothing more was done.':
      '该 worker 的 playbook 与批准时的不同：没有再做任何操作。',
    'Resume with a worker of the version that began it, or roll back.':
      '请用开始执行时所用版本的 worker 继续执行，或回滚。',

    'Look at that host, then resume or roll back.': '请检查该主机，然后继续执行或回滚。',
    'It failed on {0}.': '失败的主机：{0}。',
    'no host': '没有主机',
    '{0} ended that task; none began the next.': '{0} 结束了该 task；没有主机开始下一个 task。',
    'No host': '没有主机',
    'It failed on {0}. {1}. {2}': '失败的主机：{0}。{1}。{2}',
  },
  // Names, and what people type or Harbor prints.
  [
    'Docker',
    'Docker Compose',
    'database: {0}',
    'PostgreSQL {0}',
    'Harbor {0}',
    '{0} --confirm {1}',
    'images {0}{1}',
    'tag',
    'Schema',
  ],
);
