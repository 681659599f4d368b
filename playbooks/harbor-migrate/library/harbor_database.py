#!/usr/bin/python
# Migrates the database by a tool, as hops up to 1.6 need it: on a copy beside it, which takes its place only once it is migrated. What was there is
# renamed, never changed. The password of MariaDB is read here and goes to the tool by its environment.

DOCUMENTATION = """
module: harbor_database
short_description: migrates Harbor's MariaDB
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_harbor import OPTIONS, OTHERS, Trouble, finish, mariadb_in, postgres_in, postgres_place, remove, rename, sizes, tree
from ansible.module_utils.salvor_mariadb import IN_WORDS, password_of

# What the tools say, with 0, where they have done nothing: goharbor/harbor tools/migration/db/util/mysql_pgsql_1_5_0.sh, db/run.sh.
UNDONE = ("will only allow anyone haven't migrated", 'no longer need to upgrade')


def main():
    finish(AnsibleModule(argument_spec=OPTIONS), migrate)


def migrate(upgrade):
    upgrade.hold()
    todo = upgrade.hop.get('migrate_database')
    if not todo or upgrade.is_external:
        return False, 'this hop migrates no database beforehand'
    beside, migrated = upgrade.scratch
    if os.path.exists(upgrade.database_before) and os.path.exists(upgrade.database):
        return False, 'migrated already'
    upgrade.must_rest()
    if not os.path.exists(upgrade.database_before):
        must_be_as_copied(upgrade)
        remove(migrated)
        migrate_beside(upgrade, todo, beside, migrated)
        rename(upgrade.database, upgrade.database_before)
    rename(migrated, upgrade.database)
    return True, 'the database is that of Harbor %s; what it was is %s' % (upgrade.hop['to'], upgrade.database_before)


def must_be_as_copied(upgrade):
    upgrade.must_be_copied()
    if tree(upgrade.database) != tree(os.path.join(upgrade.copy, 'database')):
        raise Trouble('%s has changed since it was copied: it is to be copied anew first' % upgrade.database)
    upgrade.check_database()


def migrate_beside(upgrade, todo, beside, migrated):
    """Each time anew: a migrator that was cut short leaves neither the one database nor the other."""
    secrets = secrets_for(upgrade, todo['commands'])
    remove(beside)
    names = upgrade.databases(upgrade.is_mariadb)
    size = sum(size for name in names for size in sizes(os.path.join(upgrade.data, name)).values() if size > 0)
    root = upgrade.must(upgrade.docker + ['info', '--format', '{{.DockerRootDir}}']).strip()
    # The copy and what it becomes; and in the container two dumps and the new database.
    upgrade.check_room([(upgrade.data, 2 * size), (root, 3 * size)], 'the migration of the database')
    os.makedirs(beside, mode=0o700)
    upgrade.duplicate(names, upgrade.data, beside)
    for command in todo['commands']:
        must_be_there(upgrade, command, names)
        said = upgrade.must(command['argv'], secrets={name: secrets[name] for name in command['secrets']})
        undone = next((words for words in UNDONE if words in said), None)
        if undone:
            raise Trouble('the migrator has not migrated the database of %s: it says “%s”' % (command['what'], undone))
        # A container is ended with its last program, without a word to its PostgreSQL: the next one would take another program for it.
        remove(os.path.join(beside, 'database', 'postmaster.pid'))
    must_be_migrated(os.path.join(beside, 'database'), todo, upgrade.hop['to'])
    rename(os.path.join(beside, 'database'), migrated)
    remove(beside)


def secrets_for(upgrade, commands):
    """Of the old installation, wherever that lies now."""
    names = {name for command in commands for name in command['secrets']}
    if not names:
        return {}
    if names != {'DB_PWD'}:
        raise Trouble('nobody knows here what %s is' % ', '.join(sorted(names - {'DB_PWD'})))
    install = upgrade.before if os.path.exists(upgrade.before) else upgrade.install
    password, trouble = password_of(install)
    if trouble:
        raise Trouble('%s (%s)' % (IN_WORDS[trouble], install))
    return {'DB_PWD': password}


def must_be_there(upgrade, command, names):
    own = OTHERS.get(command['what'])
    if own and own not in names:
        raise Trouble('%s is not there, and Harbor uses %s' % (os.path.join(upgrade.data, own), command['what']))


def must_be_migrated(database, todo, to):
    leaves = todo.get('leaves')
    if not leaves:
        if not mariadb_in(database):
            raise Trouble('the migrator has left no MariaDB for Harbor %s' % to)
        return
    found = postgres_in(postgres_place(database, leaves))
    if found != leaves['expects']:
        raise Trouble('the migrator has left PostgreSQL %s and Harbor %s needs %s' % (found or 'nowhere', to, leaves['expects']))


if __name__ == '__main__':
    main()
