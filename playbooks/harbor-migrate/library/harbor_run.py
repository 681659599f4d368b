#!/usr/bin/python
# Runs Harbor's own programs and Docker: checks and loads a package, stops, prepares, installs and starts.

DOCUMENTATION = """
module: harbor_run
short_description: stops, installs and starts Harbor
options:
  does: {type: str, choices: [check_package, load, down, down_to_put_back, prepare, install, up]}
  seconds: {type: int, description: how long to wait until it is stopped or started}
"""

import json
import os
import re
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_harbor import OPTIONS, PARTS, Trouble, check_data, composed, finish, load_json, mariadb_in, read, summed, write


def main():
    works = {
        'check_package': check_package,
        'load': load,
        'down': down,
        'down_to_put_back': down_to_put_back,
        'prepare': prepare,
        'install': install,
        'up': up,
    }
    own = {'does': {'type': 'str', 'required': True, 'choices': list(works)}, 'seconds': {'type': 'int', 'default': 120}}
    module = AnsibleModule(argument_spec={**OPTIONS, **own})

    def work(upgrade):
        upgrade.hold()
        return works[module.params['does']](upgrade)

    finish(module, work)


def check_package(upgrade):
    package = upgrade.hop['package']
    if not os.path.exists(package):
        raise Trouble('%s is not there' % package)
    size = os.path.getsize(package)
    sums = summed(package)
    kind = upgrade.check_sum(sums)
    # What would stop the copy is said while Harbor still runs.
    check_data(upgrade, [] if upgrade.is_external else ['database'])
    if not os.path.exists(upgrade.unpacked):
        # Unpacked twice, and its images, which are compressed in it, once more in Docker's own directory.
        root = upgrade.must(upgrade.docker + ['info', '--format', '{{.DockerRootDir}}']).strip()
        upgrade.check_room([(upgrade.work, size), (upgrade.install, size), (root, 3 * size)], 'Harbor %s' % upgrade.hop['to'])
    return False, 'checked', {'package': {'file': package, 'bytes': size, 'sha256': sums['sha256'], 'checked_against': kind}}


def load(upgrade):
    """While the old Harbor runs: what takes long, and what could fail without a trace, comes before it stops."""
    changed = upgrade.unpack()
    check_flags(upgrade)
    done = os.path.join(os.path.dirname(upgrade.unpacked), 'loaded')
    if not os.path.exists(done):
        for name in sorted(os.listdir(upgrade.unpacked)):
            if re.match(r'harbor\..*\.tar\.gz$', name):
                upgrade.must(upgrade.docker + ['load', '-i', os.path.join(upgrade.unpacked, name)])
        changed = True
    # Before 1.6 they were VMware's.
    own = ['%s/harbor-db:v%s' % (of, upgrade.hop['to']) for of in ('goharbor', 'vmware')]
    if not any(has_image(upgrade, image) for image in own):
        raise Trouble('%s has not brought %s' % (upgrade.hop['package'], own[0]))
    migrator = (upgrade.hop.get('migrate') or {}).get('image')
    if migrator and not has_image(upgrade, migrator):
        # Those of 1.x are not part of the package.
        upgrade.must(upgrade.docker + ['pull', migrator])
        changed = True
    write(done, '')
    return changed, 'the images of Harbor %s are loaded' % upgrade.hop['to']


def check_flags(upgrade):
    """install.sh looks at its flags once Harbor is down, and stops at one that it does not take."""
    text = read(os.path.join(upgrade.unpacked, 'install.sh'))
    for flag in upgrade.hop.get('install_flags') or []:
        is_clair = flag == '--with-clair' and 'Clair is deprecated' in text
        if is_clair or not re.search(r'^\s*%s\)' % re.escape(flag), text, re.MULTILINE):
            raise Trouble('install.sh of Harbor %s does not take %s' % (upgrade.hop['to'], flag))


def has_image(upgrade, image):
    return upgrade.run(upgrade.docker + ['image', 'inspect', image])[0] == 0


def down(upgrade):
    running = bool(upgrade.containers())
    if running and os.path.exists(compose_file(upgrade.install)):
        parts = upgrade.running_parts()
        # Which of its parts are to be started again nothing else tells, once they are stopped.
        if not os.path.exists(upgrade.before) and os.path.isdir(upgrade.work):
            write(parts_file(upgrade), json.dumps(parts))
        upgrade.must(upgrade.compose_argv(parts) + ['down'], cwd=upgrade.install)
    wait(upgrade, lambda: not upgrade.containers(), 'still runs')
    return running, 'Harbor is stopped'


def parts_file(upgrade):
    return os.path.join(upgrade.work, 'parts-%s.json' % upgrade.hop['from'])


def parts_of(upgrade):
    """Of what is installed: as this hop installs it, or as it ran before."""
    if upgrade.has_placed():
        return [part for part in PARTS if '--with-%s' % part in (upgrade.hop.get('install_flags') or [])]
    return load_json(parts_file(upgrade)) or []


def down_to_put_back(upgrade):
    """Once the old install directory is back, what runs is what was put back."""
    return down(upgrade) if os.path.exists(upgrade.before) else (False, 'put back already, or never changed')


def compose_file(directory):
    return os.path.join(directory, 'docker-compose.yml')


def prepare(upgrade):
    must_be_placed(upgrade)
    flags = [flag for flag in upgrade.hop.get('install_flags') or [] if flag.startswith('--with-')]
    upgrade.must(['./prepare'] + flags, cwd=upgrade.install)
    if not composed(upgrade.install):
        raise Trouble('./prepare has written no %s' % compose_file(upgrade.install))
    return True, 'prepared'


def must_be_placed(upgrade):
    if not upgrade.has_placed():
        raise Trouble('%s is not the one of Harbor %s: it is to be unpacked first' % (upgrade.install, upgrade.hop['to']))
    file = os.path.join(upgrade.install, upgrade.hop['config_file'])
    if not os.path.exists(file):
        raise Trouble('%s is not there: the configuration is to be migrated first' % file)


def install(upgrade):
    must_be_placed(upgrade)
    began = os.path.join(upgrade.work, 'install-began-%s' % upgrade.hop['to'])
    if runs(upgrade):
        return False, 'Harbor %s runs already' % upgrade.hop['to']
    # Once it has begun, the database may be another one already: only before is it known what must be there.
    if os.path.exists(began):
        upgrade.check_some_database()
    else:
        upgrade.must_rest()
        upgrade.must_be_copied()
        check_begun(upgrade)
    write(began, '')
    upgrade.must(['./install.sh'] + list(upgrade.hop.get('install_flags') or []), cwd=upgrade.install)
    return True, 'Harbor %s is installed' % upgrade.hop['to']


def check_begun(upgrade):
    """What Harbor finds when it starts: where a tool migrates the database before, what that has left."""
    todo = upgrade.hop.get('migrate_database')
    if upgrade.is_external or not todo:
        return upgrade.check_database()
    if not os.path.exists(upgrade.database_before):
        raise Trouble('%s is not migrated yet: Harbor %s could not read it' % (upgrade.database, upgrade.hop['to']))
    if todo.get('leaves'):
        upgrade.check_postgres(todo['leaves'])
    elif not mariadb_in(upgrade.database):
        raise Trouble('%s must hold MariaDB and does not' % upgrade.database)


def runs(upgrade):
    """All containers that docker-compose.yml names, of its images: not merely some of them, and not those of the old release."""
    wanted = composed(upgrade.install, parts_of(upgrade))
    there = {container['name']: container['image'] for container in upgrade.containers()}
    return bool(wanted) and all(there.get(name) == image for name, image in wanted)


def up(upgrade):
    file = compose_file(upgrade.install)
    if not os.path.exists(file):
        raise Trouble('%s is not there' % file)
    if runs(upgrade):
        return False, 'Harbor runs already'
    upgrade.check_database(upgrade.hop['from'])
    upgrade.must(upgrade.compose_argv(parts_of(upgrade)) + ['up', '-d'], cwd=upgrade.install)
    wait(upgrade, lambda: runs(upgrade), 'does not run')
    return True, 'Harbor is started'


def wait(upgrade, is_so, otherwise):
    seconds = upgrade.module.params['seconds']
    until = time.time() + seconds
    while not is_so():
        if time.time() > until:
            raise Trouble('Harbor %s after %d s' % (otherwise, seconds))
        time.sleep(0.5)


if __name__ == '__main__':
    main()
