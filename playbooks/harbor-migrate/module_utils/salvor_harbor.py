# Where the things of an upgrade lie on a host, and how its programs are run. Programs get lists of arguments, never a line for a shell.

import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import time

PATIENCE_SECONDS = 60
# Before 1.8 a part that is not always there has a file of compose of its own.
PARTS = ('notary', 'clair', 'chartmuseum')
# Before 1.6 these have databases of their own beside that of Harbor.
OTHERS = {'notary': 'notary-db', 'clair': 'clair-db'}

# No configuration and no script of Harbor is longer; the host, and what runs on it, may have others write what is read here.
MOST_BYTES = 1 << 20

SUMS = {'sha256': (hashlib.sha256, 64), 'md5': (hashlib.md5, 32)}

OPTIONS = {
    'install_dir': {'type': 'str', 'required': True},
    'data_dir': {'type': 'str', 'required': True},
    'work_dir': {'type': 'str', 'required': True},
    'mark': {'type': 'str', 'required': True},
    'compose': {'type': 'list', 'elements': 'str', 'required': True},
    'database': {'type': 'str', 'choices': ['bundled', 'external'], 'default': 'bundled'},
    'reserve_bytes': {'type': 'int', 'default': 0},
    'hop': {'type': 'dict', 'default': {}},
}


class Trouble(Exception):
    pass


class Upgrade:
    """One upgrade on one host; its hop where it has one."""

    def __init__(self, module):
        params = module.params
        self.module = module
        self.install, self.data, self.work = params['install_dir'], params['data_dir'], params['work_dir']
        self.mark, self.reserve, self.hop = params['mark'], params['reserve_bytes'], params['hop'] or {}
        self.is_external = params['database'] == 'external'
        self.compose = params['compose']
        self.docker = self.compose[:-1] if self.compose[-1] == 'compose' else ['docker']
        # docker is looked for where compose is, also by the scripts of Harbor.
        self.programs = os.path.dirname(self.compose[0]) or None
        self.lock = None

    @property
    def database(self):
        return os.path.join(self.data, 'database')

    @property
    def before(self):
        """The install directory as it was before this hop."""
        return '%s.before-%s-%s' % (self.install, self.mark, self.hop['from'])

    @property
    def copy(self):
        """The copy of the database and of the keys from before this hop."""
        return os.path.join(self.work, 'before-%s' % self.hop['from'])

    @property
    def database_before(self):
        """The database as it was before this hop, where that puts another into its place."""
        return '%s.before-%s-%s' % (self.database, self.mark, self.hop['from'])

    @property
    def scratch(self):
        """Where a tool migrates the database, and what it has made before that takes its place."""
        return ['%s.%s-%s' % (self.database, kind, self.mark) for kind in ('migrating', 'migrated')]

    def databases(self, is_mariadb):
        """Names of directories below that of the data, where they are there."""
        return ['database'] + [name for name in OTHERS.values() if is_mariadb and os.path.isdir(os.path.join(self.data, name))]

    @property
    def unpacked(self):
        return os.path.join(self.work, self.hop['to'], 'harbor')

    def has_placed(self):
        """Whether the install directory is the one that this hop has put there: a file in it says so, and goes with it."""
        return os.path.exists(self.signed(self.install))

    def signed(self, directory):
        return os.path.join(directory, '.unpacked-by-%s-%s' % (self.mark, self.hop['to']))

    def hold(self):
        """One at a time on a host: a task that outlives its run, and the programs that it has started, hold what the next one waits for."""
        self.check_work()
        self.lock = os.open(self.data, os.O_RDONLY | os.O_DIRECTORY)
        until = time.time() + PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                if time.time() > until:
                    raise Trouble('another run of an upgrade is still at work on %s: look what it is, and try again once it has ended' % self.data)
                time.sleep(0.2)

    def check_work(self):
        """What is unpacked there is run as root: whoever owns the directory could put something else there."""
        if not os.path.lexists(self.work):
            return
        info = os.lstat(self.work)
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid():
            raise Trouble('%s is not a directory of the account that upgrades: look whose it is, and remove it' % self.work)

    def run(self, argv, cwd=None, secrets=None, **how):
        """secrets: variables that the program gets besides, and nobody else sees: Ansible takes their values out of all that a module says."""
        self.module.no_log_values.update((secrets or {}).values())
        held = {} if self.lock is None else {'pass_fds': [self.lock]}
        return self.module.run_command(
            list(argv), cwd=cwd, path_prefix=self.programs, expand_user_and_vars=False, environ_update=secrets, **held, **how
        )

    def must(self, argv, cwd=None, secrets=None):
        rc, out, errors = self.run(argv, cwd, secrets)
        if rc != 0:
            raise Trouble('%s ended with %d: %s' % (' '.join(argv), rc, ending(errors.strip() or out.strip(), 2000)))
        return out

    def containers(self):
        """Those of Harbor, in the order that Docker has."""
        out = self.must(self.docker + ['ps', '--format', '{{.Names}}\t{{.Image}}\t{{.Status}}'])
        rows = [dict(zip(('name', 'image', 'status'), line.split('\t'))) for line in out.splitlines() if line.strip()]
        names = [name for name, _ in composed(self.install, PARTS)]
        return [row for row in rows if row['name'] in names or re.match(r'(goharbor|vmware)/', row['image'])]

    def running_parts(self):
        """Those of PARTS that have a file of compose of their own here, and of which a container runs."""
        running = {container['name'] for container in self.containers()}
        own = [(part, {name for name, _ in composed_in(self.install, 'docker-compose.%s.yml' % part)}) for part in PARTS]
        return [part for part, names in own if names & running]

    def compose_argv(self, parts):
        files = [name for name in compose_files(parts) if os.path.exists(os.path.join(self.install, name))]
        return self.compose + [word for name in files for word in ('-f', os.path.join(self.install, name))]

    def duplicate(self, names, of, to):
        for name in names:
            self.must(['cp', '-a', '--reflink=auto', '--', os.path.join(of, name), os.path.join(to, name)])

    def must_be_copied(self):
        """Also that nobody has cleaned up in it since: from here on it is the only way back."""
        whole = load_json(os.path.join(self.copy, 'whole.json'))
        there = {path: size for path, size in sizes(self.copy).items() if path != 'whole.json'}
        if not whole or there != whole['sizes']:
            raise Trouble('%s is no whole copy of the database: there would be no way back' % self.copy)

    def must_rest(self):
        running = [container['name'] for container in self.containers()]
        if running:
            raise Trouble('Harbor still runs on this host: %s' % ', '.join(running))

    def unpack(self):
        """Whole or not there: what was cut short is made anew. Answers whether it was to be done."""
        if os.path.exists(self.unpacked):
            return False
        to = os.path.dirname(self.unpacked)
        part = to + '.part'
        remove(part)
        os.makedirs(part, mode=0o700)
        try:
            self.check_sum(self.extract(part))
            if not os.path.exists(os.path.join(part, 'harbor', 'install.sh')) or os.path.islink(os.path.join(part, 'harbor')):
                raise Trouble('%s holds no harbor/install.sh: it is no offline installer of Harbor' % self.hop['package'])
        except (Trouble, OSError):
            # It may have filled the disk that the running Harbor writes to.
            remove(part)
            raise
        os.rename(part, to)
        return True

    def extract(self, to):
        """Answers the sums of what was unpacked: the package may be another one than when it was checked."""
        argv = ['tar', '-xzf', '-', '--no-same-owner', '-C', to]
        with tempfile.TemporaryFile() as errors:
            tar = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[] if self.lock is None else [self.lock])
            sums = summed(self.hop['package'], tar.stdin)
            rc = tar.wait()
            errors.seek(0)
            if rc != 0:
                raise Trouble('%s ended with %d: %s' % (' '.join(argv), rc, ending(errors.read().decode('utf-8', 'replace').strip(), 2000)))
        return sums

    def check_sum(self, sums):
        """Against the sum that was agreed to, or the one beside the package. Answers its kind; None where nobody tells one."""
        package = self.hop['package']
        told = [('sha256', self.hop.get('package_sha256'))] + [(kind, sum_beside(package, kind)) for kind in SUMS]
        kind, wanted = next(((kind, wanted) for kind, wanted in told if wanted), (None, None))
        if kind and sums[kind] != wanted.lower():
            raise Trouble('the %s of %s is %s and must be %s' % (kind.upper().replace('SHA', 'SHA-'), package, sums[kind], wanted))
        return kind

    def check_room(self, needs, what):
        """needs: bytes by path. What lies on one file system is added up."""
        wanted = {}
        for path, size in needs:
            there = nearest(path)
            before = wanted.get(os.stat(there).st_dev, (there, 0))
            wanted[os.stat(there).st_dev] = (before[0], before[1] + size)
        for there, size in wanted.values():
            if free_bytes(there) < size + self.reserve:
                raise Trouble('%s has %d free bytes, and %s needs %d' % (there, free_bytes(there), what, size + self.reserve))

    def check_database(self, starts=None):
        """What a hop begins with. A migrator that finds no MariaDB begins a database of its own, or says that there is nothing to do."""
        if self.is_external:
            return
        if not self.is_mariadb:
            self.check_postgres(self.hop.get('pg'), starts)
        elif not mariadb_in(self.database):
            raise Trouble('%s must hold MariaDB and does not: look whether an earlier upgrade was broken off' % self.database)

    @property
    def is_mariadb(self):
        """Of what this hop comes from: since 1.6 Harbor keeps its data in PostgreSQL."""
        return numbers(self.hop['from'])[:2] < [1, 6]

    def check_some_database(self):
        """Once the next release has begun, the database may be converted or not; that there is none was somebody else."""
        if self.is_external:
            return
        is_mariadb = numbers(self.hop['to'])[:2] < [1, 6]
        if not (mariadb_in(self.database) if is_mariadb else all_postgres_in(self.database)):
            kind = 'MariaDB' if is_mariadb else 'PostgreSQL'
            raise Trouble('%s holds no %s any more: Harbor %s would begin an empty database' % (self.database, kind, self.hop['to']))

    def check_postgres(self, pg, starts=None):
        """A database container that does not find what it is to go on with begins an empty database, and says nothing."""
        pg = pg or {}
        if not pg.get('expects'):
            return
        directory = postgres_place(self.database, pg)
        found = postgres_in(directory)
        if found != pg['expects']:
            raise Trouble(
                '%s must hold PostgreSQL %s and holds %s: Harbor %s would begin an empty database or stop'
                % (directory, pg['expects'], found or 'none', starts or self.hop['to'])
            )


def check_data(upgrade, names):
    """What is copied must be what Harbor works with, must lie where it seems to, and must be one that can be put back."""
    elsewhere = database_elsewhere(upgrade)
    if elsewhere:
        raise Trouble('Harbor keeps its database in %s, and %s would be copied: correct dataDir in salvor.yaml' % (elsewhere, upgrade.database))
    for name in names:
        path = os.path.join(upgrade.data, name)
        if os.path.islink(path):
            raise Trouble('%s is a link: it would be copied, and not what lies behind it. Mount that there, or name its directory' % path)
        if os.path.ismount(path):
            raise Trouble('%s is a file system of its own: it cannot be renamed, and so not be put back' % path)
    for link in links_out_of(upgrade.database) if 'database' in names else []:
        raise Trouble('%s is a link out of the database: what lies behind it would not be copied' % link)


def links_out_of(directory):
    inside = os.path.join(os.path.realpath(directory), '')
    for at, names, files in os.walk(directory):
        for path in (os.path.join(at, name) for name in names + files):
            if os.path.islink(path) and not os.path.realpath(path).startswith(inside):
                yield path


def database_elsewhere(upgrade):
    """Where Harbor has its bundled database if that is not where it is looked for; None also where nothing tells."""
    if upgrade.is_external:
        return None
    compose = read(os.path.join(upgrade.install, 'docker-compose.yml'))
    told = re.findall(r'^\s+- *["\']?(\S+/database)/?:/var/lib/(?:postgresql/data|mysql)\b', compose, re.MULTILINE)
    volume = re.search(r'^data_volume[ \t]*[:=][ \t]*["\']?([^\s"\'#]+)', read(os.path.join(upgrade.install, 'harbor.yml')), re.MULTILINE)
    told += [os.path.join(volume.group(1), 'database')] if volume else []
    return next((path for path in told if os.path.realpath(path) != os.path.realpath(upgrade.database)), None)


def finish(module, work):
    """Runs work(upgrade), which answers (changed, message) or (changed, message, facts)."""
    try:
        changed, message, *facts = work(Upgrade(module))
    except (Trouble, OSError) as trouble:
        module.fail_json(msg=str(trouble))
    except KeyError as missing:
        module.fail_json(msg='hop does not tell %s' % missing)
    published = {'ansible_facts': {'salvor_facts': facts[0]}} if facts else {}
    module.exit_json(changed=changed, msg=message, **published)


def compose_files(parts):
    return ['docker-compose.yml'] + ['docker-compose.%s.yml' % part for part in PARTS if part in parts]


def composed(directory, parts=()):
    """Containers that the files of compose there name, with their images."""
    return [found for name in compose_files(parts) for found in composed_in(directory, name)]


def composed_in(directory, name):
    text = read(os.path.join(directory, name))
    names, images = (re.findall(r'^\s+%s: *(\S+)' % key, text, re.MULTILINE) for key in ('container_name', 'image'))
    return list(zip(names, images))


def postgres_in(directory):
    """None also where it says something else: containers write there, and what is told from here on is read by many."""
    text = read(os.path.join(directory, 'PG_VERSION')).strip()
    return text if re.match(r'\d{1,2}(\.\d{1,2})?$', text) else None


def postgres_place(database, pg):
    return os.path.join(database, pg.get('dir') or '').rstrip('/')


def all_postgres_in(database):
    """Versions by directory: '' for its top, and the directories of releases."""
    names = [''] + [name for name in sorted(os.listdir(database)) if re.match(r'pg\d+$', name)] if os.path.isdir(database) else []
    found = {name: postgres_in(os.path.join(database, name)) for name in names}
    return {name: version for name, version in found.items() if version}


def mariadb_in(directory):
    """The database that MariaDB has of itself, as the migrator of Harbor looks for it too."""
    return os.path.isdir(os.path.join(directory, 'mysql')) and not postgres_in(directory)


def numbers(version):
    return [int(number) for number in version.split('.')]


def summed(path, also=None):
    """The sums of a file, which is written to `also` meanwhile and to its end, unless that has enough of it."""
    sums = {kind: make() for kind, (make, _) in SUMS.items()}
    with opened(path) as file:
        for piece in iter(lambda: file.read(1 << 20), b''):
            for one in sums.values():
                one.update(piece)
            also = also and passed_on(piece, also)
    if also:
        also.close()
    return {kind: one.hexdigest() for kind, one in sums.items()}


def passed_on(piece, to):
    try:
        to.write(piece)
        return to
    except BrokenPipeError:
        return None


def sum_beside(package, kind):
    """What stands in the file never shows: it may be a link to another one. None where there is none."""
    beside = '%s.%s' % (package, kind)
    if not os.path.lexists(beside):
        return None
    first = (read(beside).split() or [''])[0]
    if re.match(r'[0-9a-fA-F]{%d}$' % SUMS[kind][1], first):
        return first
    raise Trouble('%s does not begin with a sum' % beside)


def opened(path):
    """A file and nothing else: a pipe would never come to its end."""
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Trouble('%s is no file' % path)
    return os.fdopen(file, 'rb')


def read(path, most=MOST_BYTES):
    try:
        with opened(path) as file:
            text = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ''
    if len(text) > most:
        raise Trouble('%s is longer than %d bytes: nothing that is read of Harbor is' % (path, most))
    return text.decode('utf-8', 'replace').replace('\r\n', '\n')


def write(path, text):
    """Whole or not there, for nobody but its owner."""
    beside = path + '.part'
    with open(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), 'w', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(beside, path)


def tree(directory):
    """Everything below it by its relative path: size and time of files, -1 of all else. Nothing where it is not there."""
    found = {}
    for at, names, files in os.walk(directory):
        for name in names + files:
            path = os.path.join(at, name)
            info = os.lstat(path)
            is_file = not os.path.islink(path) and os.path.isfile(path)
            found[os.path.relpath(path, directory)] = (info.st_size, info.st_mtime_ns) if is_file else (-1, 0)
    return found


def sizes(directory):
    return {path: size for path, (size, _) in tree(directory).items()}


def load_json(path):
    # As long as the database has files.
    text = read(path, 1 << 30)
    return json.loads(text) if text else None


def nearest(path):
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return path


def free_bytes(path):
    room = os.statvfs(nearest(path))
    return room.f_bavail * room.f_frsize


def free_name(path):
    names = [path] + ['%s-%d' % (path, number) for number in range(2, 1000)]
    return next(name for name in names if not os.path.lexists(name))


def rename(of, to):
    if os.path.lexists(to):
        raise Trouble('%s is there already: nothing is written over it' % to)
    os.rename(of, to)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


NAMES = 'pass(?:word|wd|phrase)?|pwd|secret|key|token|credential'
SECRET = re.compile(r'^(.*?(?:%s)[\w-]*["\']?\s*[:=])\s*(.*)$' % NAMES, re.IGNORECASE)


# What is longer is no line that people read.
LONGEST = 10000


def ending(text, most):
    """The last characters of what a program said, without secrets: those are hidden first, while their names are there."""
    lines = text[-100 * most :].split('\n')
    return masked('\n'.join(lines[1:] if len(text) > 100 * most else lines))[-most:]


def masked(text):
    """Without what stands behind the name of a secret, also on lines below it; in blocks of PEM, and before the host of a URL."""
    lines, is_pem, block = [], False, None
    for line in text.split('\n'):
        # Of what is commented out, too.
        indent = len(line) - len(line.lstrip(' \t#'))
        if block is not None and line.strip() and (indent > block or (indent == block and line.lstrip().startswith('- '))):
            continue
        secret = SECRET.match(line[:LONGEST])
        block = indent if secret else block if not line.strip() else None
        begins = '-----BEGIN' in line
        if begins or is_pem:
            is_pem = '-----END' not in line
            lines += ['***'] if begins else []
        elif secret or len(line) > LONGEST:
            lines.append('%s ***' % (secret.group(1) if secret else ''))
        else:
            lines.append(re.sub(r'(?<![^\s:/@"\'])[^\s:/@"\']+:[^\s"\'/]*@', '***@', re.sub(r'(://)[^\s"\']*@', r'\1***@', line)))
    return '\n'.join(lines)
