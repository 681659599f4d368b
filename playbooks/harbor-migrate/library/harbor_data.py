#!/usr/bin/python
# Copies the database of Harbor and its keys before a hop, and puts the database back. A copy that is whole is never written over, and what is
# replaced is renamed, never deleted.

DOCUMENTATION = """
module: harbor_data
short_description: copies Harbor's database, and puts it back
options:
  does: {type: str, choices: [copy, put_back]}
"""

import json
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_harbor import OPTIONS, Trouble, all_postgres_in, check_data, finish, free_name, load_json, read, remove, rename, sizes, tree, write

# What Harbor encrypts and signs with, which before 1.8 lay at the top of the data directory and is moved by `prepare`; and what Redis has written,
# which an older one cannot read once a newer one has.
KEYS = ('secret', 'secretkey', 'defaultalias', 'redis')


def main():
    works = {'copy': copy, 'put_back': put_back}
    own = {'does': {'type': 'str', 'required': True, 'choices': list(works)}}
    module = AnsibleModule(argument_spec={**OPTIONS, **own})
    finish(module, works[module.params['does']])


def copy(upgrade):
    upgrade.hold()
    whole = whole_of(upgrade)
    if whole and (os.path.exists(upgrade.before) or is_fresh(upgrade)):
        must_match(upgrade.copy, whole['sizes'])
        return False, 'copied already to %s' % upgrade.copy, {'copy': told(upgrade, whole)}
    upgrade.must_rest()
    if os.path.exists(os.path.join(upgrade.work, 'install-began-%s' % upgrade.hop['to'])):
        raise Trouble('the install of %s has begun: what would be copied now is no longer as it was before' % upgrade.hop['to'])
    upgrade.check_database()
    if whole:
        rename(upgrade.copy, free_name(upgrade.copy + '.old'))
    names = names_of(upgrade)
    check_data(upgrade, names)
    wanted = sizes_of(upgrade.data, names)
    # Room for the copy; and for a second one beside the data, as a conversion of PostgreSQL takes it, and the way back.
    upgrade.check_room([(upgrade.work, bytes_of(wanted)), (upgrade.data, bytes_of(wanted))], 'the copy of the database')
    part = upgrade.copy + '.part'
    remove(part)
    os.makedirs(part, mode=0o700)
    upgrade.duplicate(names, upgrade.data, part)
    must_match(part, wanted)
    must_match(part, sizes_of(upgrade.data, names))
    if 'database' in names:
        must_be_of_one_version(upgrade, part)
    whole = {'sizes': wanted}
    # Before it says that it is whole it must outlive the host going down.
    upgrade.must(['sync', '-f', part])
    write(os.path.join(part, 'whole.json'), json.dumps(whole))
    os.rename(part, upgrade.copy)
    return True, 'copied to %s' % upgrade.copy, {'copy': told(upgrade, whole)}


def names_of(upgrade):
    keys = [name for name in KEYS if os.path.exists(os.path.join(upgrade.data, name))]
    return keys if upgrade.is_external else upgrade.databases(upgrade.is_mariadb) + keys


def is_fresh(upgrade):
    """Whether nothing was written since: Harbor may have been started again instead of being upgraded."""
    return not changed_since(upgrade, names_of(upgrade))


def changed_since(upgrade, names):
    return [name for name in names if as_it_is(os.path.join(upgrade.data, name)) != as_it_is(os.path.join(upgrade.copy, name))]


def as_it_is(path):
    if os.path.isdir(path):
        return tree(path)
    return (os.path.getsize(path), os.stat(path).st_mtime_ns) if os.path.exists(path) else None


def any_began(upgrade):
    names = os.listdir(upgrade.work) if os.path.isdir(upgrade.work) else []
    return any(name.startswith('install-began-') for name in names)


def told(upgrade, whole):
    files = [size for size in whole['sizes'].values() if size >= 0]
    return {'directory': upgrade.copy, 'bytes': sum(files), 'files': len(files)}


def whole_of(upgrade):
    """What is in the copy, written last: None where none is whole."""
    return load_json(os.path.join(upgrade.copy, 'whole.json'))


def sizes_of(directory, names):
    found = {}
    for name in names:
        path = os.path.join(directory, name)
        found[name] = os.path.getsize(path) if os.path.isfile(path) else -1
        found.update({os.path.join(name, below): size for below, size in sizes(path).items()})
    return found


def bytes_of(wanted):
    return sum(size for size in wanted.values() if size > 0)


def must_match(directory, wanted):
    there = {path: size for path, size in sizes(directory).items() if not path.startswith('whole.json')}
    if there == wanted:
        return
    path = next(path for path in sorted(set(there) | set(wanted)) if there.get(path) != wanted.get(path))
    raise Trouble(
        'the copy in %s does not match: %s is %s there and must be %s; it has %d of %d entries'
        % (directory, path, in_words(there.get(path)), in_words(wanted.get(path)), len(there), len(wanted))
    )


def in_words(size):
    if size is None:
        return 'missing'
    return 'no file' if size < 0 else '%d bytes' % size


def must_be_of_one_version(upgrade, directory):
    for path in tree(upgrade.database):
        if os.path.basename(path) == 'PG_VERSION':
            here, there = (os.path.join(at, path) for at in (upgrade.database, os.path.join(directory, 'database')))
            if read(here) != read(there):
                raise Trouble('%s says %s and its copy %s' % (here, read(here).strip(), read(there).strip()))


def put_back(upgrade):
    """Only while the install directory is not back yet: afterwards the database is in use, and newer than the copy."""
    if not os.path.exists(upgrade.before):
        return False, 'put back already, or never changed'
    upgrade.hold()
    upgrade.must_rest()
    whole = whole_of(upgrade)
    if not whole and not any_began(upgrade):
        return False, 'nothing has changed the database yet'
    if not whole:
        raise Trouble('%s holds no whole copy of the database' % upgrade.copy)
    changed = changed_since(upgrade, sorted({path.split('/')[0] for path in whole['sizes']}))
    set_migrated_aside(upgrade)
    if not changed:
        return False, 'the database is external: whoever keeps it puts it back' if upgrade.is_external else 'the database is as it was'
    must_match(upgrade.copy, whole['sizes'])
    put_in_place(upgrade, changed, {path: size for path, size in whole['sizes'].items() if path.split('/')[0] in changed})
    if 'database' not in changed:
        return True, '%s as it was before' % ', '.join(changed)
    return True, 'the database is back: %s' % in_words_of(upgrade.database)


def put_in_place(upgrade, names, wanted):
    """All of it lies beside before any of it is renamed."""
    putting = '%s.putting-%s' % (upgrade.database, upgrade.mark)
    remove(putting)
    upgrade.check_room([(upgrade.data, bytes_of(wanted))], 'the database that is put back')
    os.mkdir(putting, mode=0o700)
    upgrade.duplicate(names, upgrade.copy, putting)
    must_match(putting, wanted)
    upgrade.must(['sync', '-f', putting])
    for name in names:
        there = os.path.join(upgrade.data, name)
        if os.path.lexists(there):
            rename(there, free_name('%s.failed-%s' % (there, upgrade.mark)))
        rename(os.path.join(putting, name), there)
    remove(putting)


def set_migrated_aside(upgrade):
    """Whoever goes forward again migrates anew: these were made by hops that are taken back."""
    for name in sorted(os.listdir(upgrade.data)):
        if name.startswith('database.before-%s-' % upgrade.mark):
            rename(os.path.join(upgrade.data, name), free_name('%s.failed-%s' % (upgrade.database, upgrade.mark)))
    for path in upgrade.scratch:
        remove(path)


def in_words_of(database):
    found = all_postgres_in(database)
    return 'PostgreSQL %s' % ', '.join(found.values()) if found else 'MariaDB'


if __name__ == '__main__':
    main()
