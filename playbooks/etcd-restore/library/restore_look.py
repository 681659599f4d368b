#!/usr/bin/python
# What a restore must know of a host before it changes anything. Changes nothing.

DOCUMENTATION = """
module: restore_look
short_description: tells what a restore must know of a host
options:
  data_dir: {type: str}
  wal_dir: {type: str, description: empty where the WAL lies in the data directory}
  work_dir: {type: str}
  programs: {type: list, description: directories in which tools are looked for before the PATH}
  urls: {type: list, description: where etcd listens, for clients and for peers}
  etcd_service: {type: dict}
  apiserver_service: {type: dict, description: absent where there is none}
"""

import os
import re
import time
from urllib.parse import urlsplit

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_service import Service, ServiceTrouble

TOOLS = ('etcdutl', 'etcdctl', 'etcd')


def main():
    module = AnsibleModule(
        argument_spec={
            'data_dir': {'type': 'str', 'required': True},
            'wal_dir': {'type': 'str', 'default': ''},
            'work_dir': {'type': 'str', 'required': True},
            'programs': {'type': 'list', 'elements': 'str', 'default': []},
            'urls': {'type': 'list', 'elements': 'str', 'default': []},
            'etcd_service': {'type': 'dict', 'required': True},
            'apiserver_service': {'type': 'dict'},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        facts = {
            'data_dir': data_directory(params['data_dir']),
            'wal_dir': directory(params['wal_dir']) if params['wal_dir'] else None,
            'work_dir': directory(params['work_dir']),
            'etcd_runs': Service(module, params['etcd_service'], '').runs(),
            'apiserver_runs': runs(module, params['apiserver_service']),
            'ports': ports(params['urls'], params['data_dir']),
            'tools': tools(module, params['programs']),
            'clock': time.time(),
        }
    except (ServiceTrouble, OSError) as trouble:
        module.fail_json(msg=str(trouble))
    module.exit_json(changed=False, ansible_facts={'salvor_facts': facts})


def runs(module, service):
    return Service(module, service, '').runs() if service else None


def directory(path):
    nearest = path
    while not os.path.exists(nearest):
        nearest = os.path.dirname(nearest)
    room = os.statvfs(nearest)
    return {
        'exists': os.path.isdir(path),
        'is_mount': os.path.ismount(path),
        'free_bytes': room.f_bavail * room.f_frsize,
    }


def data_directory(path):
    database = os.path.join(path, 'member', 'snap', 'db')
    has_data = os.path.isfile(database)
    names = sorted(os.listdir(path)) if os.path.isdir(path) else []
    return {
        **directory(path),
        'has_data': has_data,
        'database_bytes': os.path.getsize(database) if has_data else 0,
        'leftovers': [name for name in names if re.match(r'(before|restored|failed)-', name)],
    }


# Who listens there now, at whatever address: it is ours where it has the database open, whatever it is called and whatever it runs in. Something
# else may listen at another address of the same port, which troubles nobody while etcd runs. Who may not be seen has an empty name.
def ports(urls, data_dir):
    wanted = [port for port in (urlsplit(url).port for url in urls) if port]
    rows = [(port, inode) for port, inode in listeners() if port in wanted]
    holders = processes([inode for _, inode in rows], os.path.join(data_dir, 'member', 'snap', 'db'))
    return [{'port': port, **first([holders.get(inode, UNSEEN) for at, inode in rows if at == port])} for port in wanted]


NOBODY = {'held_by': None, 'is_ours': False}
UNSEEN = {'held_by': '', 'is_ours': False}


def first(holders):
    return sorted(holders, key=lambda one: (not one['is_ours'], one['held_by'] != 'etcd'))[0] if holders else NOBODY


# Ports, each with the inode of the socket that listens. Source: proc_net(5): state 0A is LISTEN.
def listeners():
    found = []
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        try:
            with open(table) as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            continue
        found += [(int(row[1].rsplit(':', 1)[1], 16), row[9]) for row in rows if row[3] == '0A']
    return found


# Processes by the sockets they have open.
def processes(inodes, database):
    wanted = {'socket:[%s]' % inode: inode for inode in inodes}
    found = {}
    for pid in filter(str.isdigit, os.listdir('/proc') if wanted else []):
        descriptors = '/proc/%s/fd' % pid
        try:
            links = {os.readlink(os.path.join(descriptors, name)) for name in os.listdir(descriptors)}
            held = [inode for socket, inode in wanted.items() if socket in links]
            if held:
                with open('/proc/%s/comm' % pid) as file:
                    who = {'held_by': file.read().strip(), 'is_ours': has_open(descriptors, database)}
                found.update({inode: who for inode in held})
        except OSError:
            # It has ended, or is another user's.
            continue
    return found


# By what it is, not by its name: in a container the path is another.
def has_open(descriptors, path):
    if not os.path.exists(path):
        return False
    for name in os.listdir(descriptors):
        try:
            if os.path.samefile(os.path.join(descriptors, name), path):
                return True
        except OSError:
            continue
    return False


def tools(module, programs):
    found = []
    for name in TOOLS:
        for place in list(programs) + os.environ.get('PATH', '/usr/bin:/bin').split(os.pathsep):
            path = os.path.join(place, name)
            if os.path.isfile(path) and os.access(path, os.X_OK) and path not in [tool['path'] for tool in found]:
                version = version_of(module, name, path)
                if version:
                    found.append({'name': name, 'path': path, 'version': version, 'bumps': bumps(module, name, path)})
    return found


def version_of(module, name, path):
    out = said_by(module, [path, '--version'] if name == 'etcd' else [path, 'version'])
    match = re.search(r'(?:version|Version):\s*(\d+\.\d+\.\d+)', out)
    return match.group(1) if match else None


def bumps(module, name, path):
    return name != 'etcd' and '--bump-revision' in said_by(module, [path, 'snapshot', 'restore', '--help'])


# A program that cannot be run here, of another architecture for example, is none.
def said_by(module, argv):
    try:
        _, out, errors = module.run_command(argv, handle_exceptions=False, environ_update={'ETCDCTL_API': '3'})
        return out + errors
    except OSError:
        return ''


if __name__ == '__main__':
    main()
