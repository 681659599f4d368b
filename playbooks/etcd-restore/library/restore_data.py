#!/usr/bin/python
# Renames the data of etcd on a host. Old data is never deleted and never written over; what was done already is left as it is, and what was
# cut short comes to the same end when it is done again.

DOCUMENTATION = """
module: restore_data
short_description: moves data directories of etcd aside, into their place, and back
options:
  does: {type: str, choices: [copy, prepare, move_aside, restore, own, put_back, clear_away]}
  data_dir: {type: str}
  wal_dir: {type: str, description: empty where the WAL lies in the data directory}
  mark: {type: str, description: names what belongs to this restore}
  owner: {type: str, description: "of own: user:group"}
  restore_dir: {type: str, description: "of copy and clear_away: where the backup and copies of data lie"}
  argv: {type: list, description: "of prepare and restore: the program that restores beside, and its arguments"}
"""

import fcntl
import grp
import os
import pwd
import shutil
import stat

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_lock import hold


class Trouble(Exception):
    pass


def main():
    works = {
        'copy': copy,
        'prepare': prepare,
        'move_aside': move_aside,
        'restore': restore,
        'own': own,
        'put_back': put_back,
        'clear_away': clear_away,
    }
    module = AnsibleModule(
        argument_spec={
            'does': {'type': 'str', 'required': True, 'choices': list(works)},
            'data_dir': {'type': 'str', 'required': True},
            'wal_dir': {'type': 'str', 'default': ''},
            'mark': {'type': 'str', 'required': True},
            'owner': {'type': 'str', 'default': ''},
            'restore_dir': {'type': 'str', 'default': ''},
            'argv': {'type': 'list', 'elements': 'str', 'default': []},
        }
    )
    params = module.params
    try:
        if params['does'] in ('prepare', 'restore'):
            os.makedirs(params['data_dir'], mode=0o700, exist_ok=True)
        params['lock'] = hold(module, params['data_dir'])
        changed, message = works[params['does']](module, params)
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


def is_placed(place_, params):
    """Whether what is in use is what this restore has put there: a file in it says so, and goes with it wherever it is renamed to."""
    return os.path.exists(signed(place_['live'], params))


# etcd says nothing of files in its directories that end so.
def signed(directory, params):
    return os.path.join(directory, 'restored-by-%s.tmp' % params['mark'])


def must_rest(directory):
    """etcd holds a lock on its database as long as it runs, however it was started."""
    database = os.path.join(directory, 'snap', 'db')
    if not os.path.exists(database):
        return
    with open(database, 'rb') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble('%s is in use: etcd still runs on this host' % database)


def copy(module, params):
    """What etcd may have written to an earlier copy must not mix with this one: it is made anew."""
    to = (os.path.join(params['restore_dir'], 'data', 'member'), os.path.join(params['restore_dir'], 'wal'))
    for place_, copied in zip(places(params), to):
        # Moved aside already, it is the same data.
        old = place_['before'] if os.path.exists(place_['before']) else place_['live']
        must_rest(old)
        if os.path.exists(copied):
            shutil.rmtree(copied)
        os.makedirs(os.path.dirname(copied), mode=0o700, exist_ok=True)
        rc, _, errors = module.run_command(['cp', '-a', '--reflink=auto', '--', old, copied])
        if rc != 0:
            raise Trouble('%s was not copied to %s: %s' % (old, copied, errors.strip()))
    return True, 'the old data is copied to %s' % params['restore_dir']


def move_aside(_, params):
    changed = False
    for place_ in places(params):
        if not os.path.exists(place_['live']) or is_placed(place_, params):
            continue
        must_rest(place_['live'])
        if os.path.exists(place_['before']):
            raise Trouble('%s and %s are both there: data was moved aside, and then something wrote anew' % (place_['before'], place_['live']))
        rename(place_['live'], place_['before'])
        changed = True
    return changed, 'the old data is in %s' % places(params)[0]['before']


def prepare(module, params):
    """Beside the data in use, which may be in use: what takes long is done before anything stops."""
    member, *_ = places(params)
    if is_placed(member, params) or is_prepared(params):
        return False, 'restored beside already'
    restore_beside(module, params)
    return True, 'restored beside'


def is_prepared(params):
    return all(os.path.exists(signed(place_['restored'], params)) for place_ in places(params))


def restore_beside(module, params):
    """What a restore that was cut short has left is taken away. Signed last: what is signed is whole."""
    remove_restored(params)
    rc, out, errors = module.run_command(params['argv'], environ_update={'ETCDCTL_API': '3'}, pass_fds=[params['lock']])
    if rc != 0:
        module.fail_json(msg='%s did not restore:' % params['argv'][0], rc=rc, stdout=out, stderr=errors)
    for place_ in places(params):
        if not os.path.exists(place_['restored']):
            raise Trouble('%s is not there: nothing was restored' % place_['restored'])
    for place_ in places(params):
        # Never through a link, and never over anything: who may write there is not root.
        os.close(os.open(signed(place_['restored'], params), os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))


def remove_restored(params):
    member, *wals = places(params)
    there = [path for path in (os.path.dirname(member['restored']), *(wal['restored'] for wal in wals)) if os.path.exists(path)]
    for path in there:
        shutil.rmtree(path)
    return bool(there)


def restore(module, params):
    """The member first: once it is there, nothing is restored again."""
    member, *wals = places(params)
    changed = not is_placed(member, params)
    if changed:
        make_way(params)
        if not is_prepared(params):
            restore_beside(module, params)
        put_into_place(member, params)
    for wal in wals:
        if not is_placed(wal, params):
            put_into_place(wal, params)
    left = os.path.join(params['data_dir'], 'restored-' + params['mark'])
    if os.path.isdir(left) and not os.listdir(left):
        os.rmdir(left)
    return changed, 'restored'


def make_way(params):
    member, *wals = places(params)
    for place_ in (member, *wals):
        if os.path.exists(place_['live']) and not is_placed(place_, params):
            raise Trouble('%s is there, and this restore has not put it there' % place_['live'])
    for wal in wals:
        # Its member was put back already: the next one brings its own.
        if os.path.exists(wal['live']):
            rename(wal['live'], free_name(wal['failed']))


def put_into_place(place_, params):
    if not os.path.exists(place_['restored']):
        raise Trouble('%s is not there: nothing was restored' % place_['restored'])
    rename(place_['restored'], place_['live'])


def own(module, params):
    uid, gid = owner(params['owner'])
    changed = False
    for place_ in places(params):
        if not os.path.exists(place_['live']):
            raise Trouble('%s is not there' % place_['live'])
        for _, _, files, directory in os.fwalk(place_['live'], follow_symlinks=False):
            changed |= give('.', directory, (uid, gid, 0o700))
            for name in files:
                changed |= give(name, directory, (uid, gid, 0o600))
        relabel(module, place_['live'])
    return changed, 'given to %s' % params['owner']


def owner(text):
    user, _, group = text.partition(':')
    known = pwd.getpwnam(user)
    return known.pw_uid, grp.getgrnam(group).gr_gid if group else known.pw_gid


def give(name, directory, wanted):
    """What the name leads to now, whatever it is renamed to meanwhile. A link is nobody's data: it is left alone."""
    if stat.S_ISLNK(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
        return False
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
    try:
        now = os.fstat(descriptor)
        is_so = (now.st_uid, now.st_gid, now.st_mode & 0o7777) == wanted
        if not is_so:
            uid, gid, mode = wanted
            os.fchown(descriptor, uid, gid)
            os.fchmod(descriptor, mode)
        return not is_so
    finally:
        os.close(descriptor)


def relabel(module, path):
    restorecon = module.get_bin_path('restorecon')
    if restorecon and module.selinux_enabled():
        module.run_command([restorecon, '-RF', path])


def put_back(_, params):
    """Also where there was no data before: a member with restored data would be of another cluster than those with their old data."""
    changed = False
    for place_ in places(params):
        has_before = os.path.exists(place_['before'])
        if os.path.exists(place_['live']) and (has_before or is_placed(place_, params)):
            must_rest(place_['live'])
            rename(place_['live'], free_name(place_['failed']))
            changed = True
        if has_before:
            rename(place_['before'], place_['live'])
            changed = True
    return changed, 'the old data is in its place' if changed else 'the old data was in its place'


def clear_away(_, params):
    """What holds every Secret of the cluster, the old data and what is in use excepted."""
    had_restored = remove_restored(params)
    left = [os.path.join(params['restore_dir'], name) for name in ('snapshot.db', 'data', 'wal')]
    there = [path for path in left if os.path.exists(path)]
    for path in there:
        try:
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        except FileNotFoundError:
            # Members on one machine share the directory.
            pass
    return had_restored or bool(there), 'cleared away'


def free_name(path):
    names = [path] + ['%s-%d' % (path, number) for number in range(2, 1000)]
    return next(name for name in names if not os.path.exists(name))


def rename(of, to):
    if os.path.exists(to):
        raise Trouble('%s is there already: nothing is written over it' % to)
    os.rename(of, to)


if __name__ == '__main__':
    main()
