# Where the things of an upgrade lie on a host, and how its programs are run. Programs get lists of arguments, never a line for a shell.

import fcntl
import json
import os
import re
import shutil
import time

PATIENCE_SECONDS = 60

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
    def unpacked(self):
        return os.path.join(self.work, self.hop['to'], 'harbor')

    def has_placed(self):
        """Whether the install directory is the one that this hop has put there: a file in it says so, and goes with it."""
        return os.path.exists(self.signed(self.install))

    def signed(self, directory):
        return os.path.join(directory, '.unpacked-by-%s-%s' % (self.mark, self.hop['to']))

    def hold(self):
        """One at a time on a host: a task that outlives its run, and the programs that it has started, hold what the next one waits for."""
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

    def run(self, argv, cwd=None):
        held = {} if self.lock is None else {'pass_fds': [self.lock]}
        return self.module.run_command(list(argv), cwd=cwd, path_prefix=self.programs, expand_user_and_vars=False, **held)

    def must(self, argv, cwd=None):
        rc, out, errors = self.run(argv, cwd)
        if rc != 0:
            raise Trouble('%s ended with %d: %s' % (' '.join(argv), rc, masked((errors.strip() or out.strip())[-2000:])))
        return out

    def containers(self):
        """Those of Harbor, in the order that Docker has."""
        out = self.must(self.docker + ['ps', '--format', '{{.Names}}\t{{.Image}}\t{{.Status}}'])
        rows = [dict(zip(('name', 'image', 'status'), line.split('\t'))) for line in out.splitlines() if line.strip()]
        names = [name for name, _ in composed(self.install)]
        return [row for row in rows if row['name'] in names or re.match(r'(goharbor|vmware)/', row['image'])]

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
        self.must(['tar', '-xzf', self.hop['package'], '-C', part])
        if not os.path.exists(os.path.join(part, 'harbor', 'install.sh')):
            raise Trouble('%s holds no harbor/install.sh: it is no offline installer of Harbor' % self.hop['package'])
        os.rename(part, to)
        return True

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

    def check_postgres(self):
        """A database container that does not find what it is to go on with begins an empty database, and says nothing."""
        pg = self.hop.get('pg') or {}
        if self.is_external or not pg.get('expects'):
            return
        directory = os.path.join(self.database, pg.get('dir') or '').rstrip('/')
        found = postgres_in(directory)
        if found != pg['expects']:
            raise Trouble(
                '%s must hold PostgreSQL %s and holds %s: Harbor %s would begin an empty database or stop'
                % (directory, pg['expects'], found or 'none', self.hop['to'])
            )


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


def composed(directory):
    """Containers that docker-compose.yml there names, with their images."""
    text = read(os.path.join(directory, 'docker-compose.yml'))
    names, images = (re.findall(r'^\s+%s: *(\S+)' % key, text, re.MULTILINE) for key in ('container_name', 'image'))
    return list(zip(names, images))


def postgres_in(directory):
    return read(os.path.join(directory, 'PG_VERSION')).strip() or None


def read(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return ''


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
    text = read(path)
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


SECRET = re.compile(r'^(.*?[\w-]*(?:password|passwd|pwd|secret|key|token|credential)[\w-]*["\']?\s*[:=]\s*)(\S.*)$', re.IGNORECASE)


def masked(text):
    """Without what stands behind the name of a secret, also on lines below it; in blocks of PEM, and before the host of a URL."""
    lines, is_pem, block = [], False, None
    for line in text.split('\n'):
        indent = len(line) - len(line.lstrip())
        if block is not None and indent > block:
            continue
        secret = SECRET.match(line)
        block = indent if secret and secret.group(2)[0] in '|>' else None
        begins = '-----BEGIN' in line
        if begins or is_pem:
            is_pem = '-----END' not in line
            lines += ['***'] if begins else []
            continue
        line = re.sub(r'(://)[^/@\s]+@', r'\1***@', line)
        lines.append(SECRET.sub(r'\1***', line))
    return '\n'.join(lines)
