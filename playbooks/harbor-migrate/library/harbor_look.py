#!/usr/bin/python
# What an upgrade must know of a host before it changes anything. Changes nothing.

DOCUMENTATION = """
module: harbor_look
short_description: tells what an upgrade of Harbor must know of a host
options:
  packages: {type: str, description: where offline installers lie}
  wrapper: {type: str, description: a script that people install with; empty where there is none}
"""

import os
import re
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_external import database_of, version_of
from ansible.module_utils.salvor_harbor import (
    OPTIONS,
    Trouble,
    all_postgres_in,
    composed,
    database_elsewhere,
    finish,
    free_bytes,
    mariadb_in,
    read,
    sizes,
    sum_beside,
)
from ansible.module_utils.salvor_mariadb import password_of

DRIVERS = ('filesystem', 'azure', 'gcs', 's3', 'swift', 'oss')


def main():
    own = {'packages': {'type': 'str', 'default': ''}, 'wrapper': {'type': 'str', 'default': ''}}
    module = AnsibleModule(argument_spec={**OPTIONS, **own}, supports_check_mode=True)
    finish(module, lambda upgrade: (False, 'looked', look(upgrade, module.params['packages'], module.params['wrapper'])))


def look(upgrade, packages, wrapper):
    install = upgrade.install
    config_file = next((name for name in ('harbor.yml', 'harbor.cfg') if os.path.exists(os.path.join(install, name))), None)
    text = read(os.path.join(install, config_file)) if config_file else ''
    config = read_config(text) if config_file else None
    paths = [os.path.join(upgrade.data, name) for name in upgrade.databases(mariadb_in(upgrade.database))]
    database = [size for path in paths for size in sizes(path).values() if size >= 0]
    version = version_in(install)
    return {
        'install_dir': {'exists': os.path.isdir(install), 'is_mount': os.path.ismount(install)},
        'version': version,
        'config_file': config_file,
        'config_version': config and config.pop('_version'),
        'config': config,
        'components': [name for name, _ in composed(install, running_parts(upgrade))],
        'pg': [{'dir': name, 'version': version} for name, version in all_postgres_in(upgrade.database).items()],
        'database_elsewhere': database_elsewhere(upgrade),
        'mariadb': mariadb(upgrade),
        'external_postgres': external_postgres(upgrade, text, version),
        'database_bytes': sum(database),
        'database_files': len(database),
        'free_bytes': {name: free_bytes(path) for name, path in (('data', upgrade.data), ('install', install), ('work', upgrade.work))},
        'memory_bytes': os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'),
        'docker': docker(upgrade),
        'compose': compose(upgrade),
        'containers': containers(upgrade),
        'wrapper_flags': sorted(set(re.findall(r'--with-[a-z-]+', read(wrapper)))) if wrapper else [],
        'packages': offline_installers(packages),
        'schema': schema(upgrade),
        'leftovers': leftovers(upgrade),
        'clock': time.time(),
    }


def version_in(install):
    """What docker-compose.yml runs; where that was never made, what the images are of."""
    text = read(os.path.join(install, 'docker-compose.yml'))
    found = re.search(r'image: *\S*/harbor-(?:core|ui|adminserver|db):v?(\d+\.\d+\.\d+)', text)
    names = sorted(os.listdir(install)) if os.path.isdir(install) else []
    archives = [re.match(r'harbor\.v(\d+\.\d+\.\d+).*\.tar\.gz$', name) for name in names]
    return found.group(1) if found else next((archive.group(1) for archive in archives if archive), None)


def read_config(text):
    """Of harbor.yml or harbor.cfg, without a parser of YAML, which a host need not have: what stands at the beginning of lines. No secrets."""
    values = dict(re.findall(r'^([a-z_]+)[ \t]*[:=][ \t]*(.*?)[ \t]*$', text, re.MULTILINE))
    plain = {name: value.strip('"\'') or None for name, value in values.items()}
    storage = re.search(r'^storage_service:((?:\n[ \t#].*)*)', text, re.MULTILINE)
    drivers = re.findall(r'^[ \t]+(\w+):', storage.group(1), re.MULTILINE) if storage else [plain.get('registry_storage_provider_name')]
    protocol = plain.get('ui_url_protocol')
    return {
        '_version': plain.get('_version'),
        'hostname': plain.get('hostname'),
        'storage': next((driver for driver in drivers if driver in DRIVERS), 'filesystem'),
        'external_database': 'external_database' in values or plain.get('db_host', 'postgresql') not in ('postgresql', 'mysql'),
        'http': 'http' in values or protocol == 'http',
        'https': 'https' in values or protocol == 'https',
        'internal_tls': bool(re.search(r'^internal_tls:((?:\n[ \t#].*|\n)*?)\n[ \t]+enabled:[ \t]*true\b', text, re.MULTILINE)),
    }


def docker(upgrade):
    version = said(upgrade, upgrade.docker + ['version', '--format', '{{.Server.Version}}'])
    root = said(upgrade, upgrade.docker + ['info', '--format', '{{.DockerRootDir}}'])
    return {'version': version, 'free_bytes': free_bytes(root) if root else None}


def compose(upgrade):
    kind = 'plugin' if upgrade.compose[-1] == 'compose' else 'standalone'
    version = re.search(r'\d+\.\d+\.\d+', said(upgrade, upgrade.compose + ['version', '--short']) or '')
    return {'kind': kind, 'version': version.group(0) if version else None}


def said(upgrade, argv, secrets=None):
    try:
        rc, out, _ = upgrade.run(argv, secrets=secrets, handle_exceptions=False)
        return out.strip() if rc == 0 else None
    except OSError:
        return None


def containers(upgrade):
    try:
        return upgrade.containers()
    except Trouble:
        return []


def running_parts(upgrade):
    try:
        return upgrade.running_parts()
    except Trouble:
        return []


def mariadb(upgrade):
    """Whether the migrator will be let in: asked while it runs, since its own refusal comes with Harbor down. Null where there is none."""
    if upgrade.is_external or not mariadb_in(upgrade.database):
        return None
    password, trouble = password_of(upgrade.install)
    if trouble:
        return {'password': trouble}
    if 'harbor-db' not in [container['name'] for container in containers(upgrade)]:
        return {'password': 'untried'}
    ask = upgrade.docker + ['exec', '-e', 'MYSQL_PWD', 'harbor-db', 'mysql', '-uroot', '-Ne', 'select 1']
    rc, _, errors = upgrade.run(ask, secrets={'MYSQL_PWD': password})
    return {'password': 'works' if rc == 0 else 'refused' if 'Access denied' in errors else 'untried'}


def external_postgres(upgrade, text, version):
    """'14.12', by the client that lies in the image of Harbor's own database; null where that cannot ask it, or there is none outside."""
    access = database_of(text) if upgrade.is_external else None
    image = 'goharbor/harbor-db:v%s' % version
    # Nothing is fetched for a question.
    if not access or not version or said(upgrade, upgrade.docker + ['image', 'inspect', image]) is None:
        return None
    return version_of(said(upgrade, *access.question(upgrade.docker, image)))


def offline_installers(packages):
    names = sorted(os.listdir(packages)) if os.path.isdir(packages) else []
    found = [(name, re.match(r'harbor-offline-installer-v(\d+\.\d+\.\d+)\.tgz$', name)) for name in names]
    return [
        {
            'file': os.path.join(packages, name),
            'version': match.group(1),
            'bytes': os.path.getsize(os.path.join(packages, name)),
            'sha256': published(os.path.join(packages, name)),
        }
        for name, match in found
        if match
    ]


def published(package):
    try:
        return sum_beside(package, 'sha256')
    except Trouble:
        return None


def schema(upgrade):
    """Null where it cannot be asked: a database that is external, or that does not run."""
    query = 'select version, dirty from schema_migrations'
    answer = said(upgrade, upgrade.docker + ['exec', 'harbor-db', 'psql', '-U', 'postgres', '-d', 'registry', '-tAc', query])
    found = re.match(r'(\d{1,18})\|([tf])$', answer or '')
    return {'version': found.group(1), 'dirty': found.group(2) == 't'} if found else None


def leftovers(upgrade):
    """What upgrades have left beside the install directory and the database, by whole paths."""
    left = []
    for path in [upgrade.install] + [os.path.join(upgrade.data, name) for name in ('database', 'redis', 'secret')]:
        parent, own = os.path.split(path)
        names = sorted(os.listdir(parent)) if os.path.isdir(parent) else []
        left += [os.path.join(parent, name) for name in names if re.match(re.escape(own) + r'\.(before|failed|new|putting|migrating|migrated)-[\w.-]+$', name)]
    return left


if __name__ == '__main__':
    main()
