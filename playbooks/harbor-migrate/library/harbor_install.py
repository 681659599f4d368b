#!/usr/bin/python
# Changes the install directory of Harbor: sets it aside, puts the next one into its place with a migrated configuration, and goes back. What is
# replaced is renamed, never deleted; what was done already is left as it is.

DOCUMENTATION = """
module: harbor_install
short_description: changes Harbor's install directory
options:
  does: {type: str, choices: [move_aside, unpack, migrate_config, put_back, clear_away]}
"""

import difflib
import os
import re
import shutil

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_harbor import OPTIONS, PARTS, Trouble, compose_files, ending, finish, free_name, masked, numbers, read, remove, rename


def main():
    works = {
        'move_aside': move_aside,
        'unpack': unpack,
        'migrate_config': migrate_config,
        'put_back': put_back,
        'clear_away': clear_away,
    }
    own = {'does': {'type': 'str', 'required': True, 'choices': list(works)}}
    module = AnsibleModule(argument_spec={**OPTIONS, **own})

    def work(upgrade):
        upgrade.hold()
        return works[module.params['does']](upgrade)

    finish(module, work)


def move_aside(upgrade):
    is_aside = os.path.exists(upgrade.before)
    if is_aside and (upgrade.has_placed() or not os.path.exists(upgrade.install)):
        return False, 'set aside already as %s' % upgrade.before
    if is_aside:
        raise Trouble('%s and %s are both there: it was set aside, and then somebody made another' % (upgrade.before, upgrade.install))
    if not os.path.exists(upgrade.install):
        raise Trouble('%s is not there' % upgrade.install)
    if os.path.ismount(upgrade.install):
        raise Trouble('%s is a file system of its own: it cannot be renamed' % upgrade.install)
    upgrade.must_rest()
    rename(upgrade.install, upgrade.before)
    return True, 'set aside as %s' % upgrade.before


def unpack(upgrade):
    """By way of a directory beside it: the install directory is whole, or not there."""
    if upgrade.has_placed():
        return False, 'unpacked already'
    if os.path.exists(upgrade.install):
        raise Trouble('%s is there, and this upgrade has not put it there' % upgrade.install)
    upgrade.unpack()
    beside = '%s.new-%s' % (upgrade.install, upgrade.mark)
    remove(beside)
    upgrade.must(['cp', '-a', '--reflink=auto', '--', upgrade.unpacked, beside])
    os.close(os.open(upgrade.signed(beside), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    rename(beside, upgrade.install)
    return True, 'unpacked'


def migrate_config(upgrade):
    """On a copy, each time anew: the old configuration stays as it is, and a migration that fails leaves none that Harbor could take."""
    hop = upgrade.hop
    if not upgrade.has_placed():
        raise Trouble('%s is not the one of Harbor %s: it is to be unpacked first' % (upgrade.install, hop['to']))
    to, of = hop['config_file'], hop.get('config_from') or hop['config_file']
    old = os.path.join(upgrade.before, of)
    if not os.path.exists(old):
        raise Trouble('%s is not there: there is no configuration to migrate' % old)
    work = os.path.join(upgrade.work, 'config-%s' % hop['to'])
    remove(work)
    os.makedirs(work, mode=0o700)
    # Where the name changes the tool fills the template in; where it stays the same, it rewrites the file.
    if to != of:
        shutil.copyfile(os.path.join(upgrade.unpacked, to), os.path.join(work, to))
    shutil.copyfile(old, os.path.join(work, of))
    said = upgrade.must(hop['migrate']['argv']) if hop.get('migrate') else ''
    migrated = read(os.path.join(work, to))
    version = version_of(migrated)
    # Before 1.5 a configuration does not say of which version it is, and within a minor none migrates it.
    is_numbered = hop.get('migrate') or version or numbers(hop['to'])[:2] >= [1, 5]
    if is_numbered and (version or '').split('.')[:2] != hop['to'].split('.')[:2]:
        raise Trouble(
            'the migrated %s says version %s and must say %s: %s'
            % (to, version, '.'.join(hop['to'].split('.')[:2]), ending(said.strip(), 1000) or 'the tool said nothing')
        )
    put(os.path.join(work, to), os.path.join(upgrade.install, to), os.stat(old))
    before, after = read(old), migrated
    facts = {
        'config': {
            'from': version_of(before),
            'to': version,
            'diff': diff(before, after, of, to),
            'carried': carried(upgrade, migrated),
            'left_behind': left_behind(upgrade, of),
        }
    }
    return True, 'migrated from %s to %s' % (facts['config']['from'], version), facts


def version_of(text):
    found = re.search(r'^_version\s*[:=]\s*["\']?([\d.]+)', text, re.MULTILINE)
    return found.group(1) if found else None


def put(of, to, info):
    """As the old one was: nobody who might not read it then may do so now."""
    beside = to + '.part'
    remove(beside)
    # From the first byte on: it holds passwords.
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    shutil.copyfile(of, beside)
    os.chown(beside, info.st_uid, info.st_gid)
    os.chmod(beside, info.st_mode & 0o7777)
    os.rename(beside, to)


def diff(before, after, of, to):
    lines = (masked(text).splitlines() for text in (before, after))
    return list(difflib.unified_diff(*lines, of, to, n=3, lineterm=''))


def carried(upgrade, config):
    """Certificates and the like that the configuration names and that lay in the install directory: it would not find them any more."""
    below = [path[len(upgrade.install) + 1 :] for path in re.findall(r'(?:%s)/[^\s"\',]+' % re.escape(upgrade.install), config)]
    found = sorted({path for path in below if '..' not in path.split('/') and os.path.exists(os.path.join(upgrade.before, path))})
    for path in found:
        to = os.path.join(upgrade.install, path)
        if not os.path.exists(to):
            os.makedirs(os.path.dirname(to), exist_ok=True)
            upgrade.must(['cp', '-a', '--', os.path.join(upgrade.before, path), to])
    return found


def left_behind(upgrade, config_file):
    """What people have put into the old install directory themselves: an override of compose, scripts, notes."""
    made = {config_file, 'common', 'harbor.yml', 'harbor.yml.tmpl', 'harbor.cfg', *compose_files(PARTS)}
    return [
        name
        for name in sorted(os.listdir(upgrade.before))
        if name not in made and not name.startswith('.unpacked-by-') and not re.match(r'harbor\.v.*\.tar\.gz$', name) and not os.path.exists(os.path.join(upgrade.install, name))
    ]


def put_back(upgrade):
    if not os.path.exists(upgrade.before):
        if not os.path.exists(upgrade.install):
            raise Trouble('neither %s nor %s is there' % (upgrade.install, upgrade.before))
        return False, 'put back already, or never changed'
    upgrade.must_rest()
    if os.path.exists(upgrade.install):
        rename(upgrade.install, free_name('%s.failed-%s' % (upgrade.install, upgrade.mark)))
    # Whoever goes forward again begins anew: also with the hops behind this one.
    for path in later_hops(upgrade):
        rename(path, free_name('%s.failed-%s' % (upgrade.install, upgrade.mark)))
    for name in os.listdir(upgrade.work):
        if name.startswith('install-began-'):
            remove(os.path.join(upgrade.work, name))
    rename(upgrade.before, upgrade.install)
    return True, 'the install directory of Harbor %s is back' % upgrade.hop['from']


def later_hops(upgrade):
    parent, own = os.path.split(upgrade.install)
    aside = re.compile(r'%s\.before-%s-(\d+\.\d+\.\d+)$' % (re.escape(own), re.escape(upgrade.mark)))
    found = [(aside.match(name), os.path.join(parent, name)) for name in sorted(os.listdir(parent))]
    return [path for match, path in found if match and numbers(match.group(1)) > numbers(upgrade.hop['from'])]


def clear_away(upgrade):
    """What can be made again, and configurations, which hold passwords. Copies of the database and old install directories stay: they are the way back."""
    names = os.listdir(upgrade.work) if os.path.isdir(upgrade.work) else []
    gone = [name for name in names if re.match(r'(config-)?\d+\.\d+\.\d+', name) or name.endswith('.part')]
    for name in gone:
        remove(os.path.join(upgrade.work, name))
    beside = '%s.new-%s' % (upgrade.install, upgrade.mark)
    is_beside = os.path.exists(beside)
    remove(beside)
    return bool(gone) or is_beside, 'cleared away'


if __name__ == '__main__':
    main()
