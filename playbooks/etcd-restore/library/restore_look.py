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
            'ports': ports(params['urls']),
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


# Whoever listens there now. A holder that this user may not look at has an empty name.
def ports(urls):
    wanted = [port for port in (urlsplit(url).port for url in urls) if port]
    holders = listeners() if wanted else {}
    return [{'port': port, 'held_by': name_of(holders[port]) if port in holders else None} for port in wanted]


# Ports with the inode of the socket that listens. Source: proc_net(5): state 0A is LISTEN.
def listeners():
    found = {}
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        try:
            with open(table) as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            continue
        found.update({int(row[1].rsplit(':', 1)[1], 16): row[9] for row in rows if row[3] == '0A'})
    return found


def name_of(inode):
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            links = [os.readlink('/proc/%s/fd/%s' % (pid, fd)) for fd in os.listdir('/proc/%s/fd' % pid)]
            if 'socket:[%s]' % inode in links:
                with open('/proc/%s/comm' % pid) as file:
                    return file.read().strip()
        except OSError:
            # It has ended, or is another user's.
            continue
    return ''


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
