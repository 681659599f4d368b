#!/usr/bin/python
# Renames the data of etcd on a host. Old data is never deleted and never written over; what was done already is left as it is.

DOCUMENTATION = """
module: restore_data
short_description: moves data directories of etcd aside, into their place, and back
options:
  does: {type: str, choices: [move_aside, prepare, place, own, put_back]}
  data_dir: {type: str}
  wal_dir: {type: str, description: empty where the WAL lies in the data directory}
  mark: {type: str, description: names what belongs to this restore}
  owner: {type: str, description: user:group}
"""

import grp
import os
import pwd
import shutil

from ansible.module_utils.basic import AnsibleModule


class Trouble(Exception):
    pass


def main():
    module = AnsibleModule(
        argument_spec={
            'does': {'type': 'str', 'required': True, 'choices': ['move_aside', 'prepare', 'place', 'own', 'put_back']},
            'data_dir': {'type': 'str', 'required': True},
            'wal_dir': {'type': 'str', 'default': ''},
            'mark': {'type': 'str', 'required': True},
            'owner': {'type': 'str', 'default': ''},
        }
    )
    params = module.params
    work = {'move_aside': move_aside, 'prepare': prepare, 'place': place, 'own': own, 'put_back': put_back}
    try:
        changed, message = work[params['does']](module, params)
    except (Trouble, OSError, KeyError) as trouble:
        module.fail_json(msg=str(trouble))
    module.exit_json(changed=changed, msg=message)


def places(params):
    """Each thing to be renamed: as it is named while in use, and while it is old, restored or failed."""
    data, wal, mark = params['data_dir'], params['wal_dir'], params['mark']
    found = [
        {
            'live': os.path.join(data, 'member'),
            'before': os.path.join(data, 'before-' + mark),
            'restored': os.path.join(data, 'restored-' + mark, 'member'),
            'failed': os.path.join(data, 'failed-' + mark),
        }
    ]
    if wal:
        found.append({'live': wal, **{kind: '%s.%s-%s' % (wal, kind, mark) for kind in ('before', 'restored', 'failed')}})
    return found


def done_by(params):
    """Left beside what this restore has put into its place, so that it is known again."""
    return os.path.join(params['data_dir'], 'restored-' + params['mark'], 'placed')


def move_aside(module, params):
    changed = False
    for place_ in places(params):
        if os.path.exists(place_['before']):
            if os.path.exists(place_['live']) and not os.path.exists(done_by(params)):
                raise Trouble('%s and %s are both there: data was moved aside, and then something wrote anew' % (place_['before'], place_['live']))
        elif os.path.exists(place_['live']):
            rename(place_['live'], place_['before'])
            changed = True
    return changed, 'the old data is in %s' % places(params)[0]['before']


def prepare(module, params):
    """What a restore that was cut short has left is taken away; what it has finished is kept."""
    if os.path.exists(done_by(params)):
        return False, 'placed'
    for place_ in places(params):
        if os.path.exists(place_['live']):
            raise Trouble('%s is there, and this restore has not put it there' % place_['live'])
    half = [os.path.join(params['data_dir'], 'restored-' + params['mark'])]
    if params['wal_dir']:
        half.append(places(params)[1]['restored'])
    for path in half:
        if os.path.exists(path):
            shutil.rmtree(path)
    os.makedirs(params['data_dir'], mode=0o700, exist_ok=True)
    return bool(half), 'ready'


def place(module, params):
    if os.path.exists(done_by(params)):
        return False, 'placed'
    for place_ in reversed(places(params)):
        if os.path.exists(place_['restored']):
            rename(place_['restored'], place_['live'])
        elif not os.path.exists(place_['live']):
            raise Trouble('%s is not there: nothing was restored' % place_['restored'])
    with open(done_by(params), 'w') as file:
        file.write('')
    return True, 'placed'


def own(module, params):
    user, _, group = params['owner'].partition(':')
    uid = pwd.getpwnam(user).pw_uid
    gid = grp.getgrnam(group or user).gr_gid
    changed = False
    for place_ in places(params):
        for path, names, files in os.walk(place_['live']):
            changed |= give(path, uid, gid, 0o700)
            for name in files:
                changed |= give(os.path.join(path, name), uid, gid, 0o600)
        if os.path.exists(place_['live']):
            relabel(module, place_['live'])
    return changed, 'given to %s' % params['owner']


def give(path, uid, gid, mode):
    now = os.lstat(path)
    is_so = (now.st_uid, now.st_gid, now.st_mode & 0o7777) == (uid, gid, mode)
    if not is_so:
        os.chown(path, uid, gid, follow_symlinks=False)
        os.chmod(path, mode)
    return not is_so


def relabel(module, path):
    restorecon = module.get_bin_path('restorecon')
    if restorecon and module.selinux_enabled():
        module.run_command([restorecon, '-RF', path])


def put_back(module, params):
    changed = False
    for place_ in places(params):
        if not os.path.exists(place_['before']):
            continue
        if os.path.exists(place_['live']):
            rename(place_['live'], free_name(place_['failed']))
        rename(place_['before'], place_['live'])
        changed = True
    if os.path.exists(done_by(params)):
        os.unlink(done_by(params))
    return changed, 'the old data is in its place' if changed else 'the old data was in its place'


def free_name(path):
    names = [path] + ['%s-%d' % (path, number) for number in range(2, 1000)]
    return next(name for name in names if not os.path.exists(name))


def rename(of, to):
    if os.path.exists(to):
        raise Trouble('%s is there already: nothing is written over it' % to)
    os.rename(of, to)


if __name__ == '__main__':
    main()
