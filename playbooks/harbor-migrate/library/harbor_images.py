#!/usr/bin/python
# Harbor's images on a host: which there are and what needs them; and removes those that it is told, one by one. Never forces Docker.

DOCUMENTATION = """
module: harbor_images
short_description: tells of Harbor's images, and removes old ones
options:
  does: {type: str, choices: [look, remove]}
  images: {type: list, description: "what is removed, each with the id that it must still have"}
"""

import os
import re

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_harbor import OPTIONS, Trouble, finish, masked

# 'goharbor/clair-photon:v2.0.8-v1.8.1' is of Harbor 1.8.1. Images under other names are other people's.
OF_HARBOR = re.compile(r'(?:goharbor|vmware)/[^:/]+:(?:\S+-)?v(\d+\.\d+\.\d+)$')


def main():
    works = {'look': look, 'remove': remove_all}
    image = {'name': {'type': 'str', 'required': True}, 'id': {'type': 'str', 'required': True}}
    own = {
        'does': {'type': 'str', 'required': True, 'choices': list(works)},
        'images': {'type': 'list', 'elements': 'dict', 'options': image, 'default': []},
    }
    module = AnsibleModule(argument_spec={**OPTIONS, **own})
    finish(module, works[module.params['does']])


def look(upgrade):
    return False, 'looked', {'images': images(upgrade), 'ways_back': ways_back(upgrade)}


def images(upgrade):
    lines = upgrade.must(upgrade.docker + ['images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}}\t{{.ID}}']).splitlines()
    rows = [line.split('\t') for line in lines if OF_HARBOR.match(line.split('\t')[0])]
    sizes = sizes_of(upgrade, sorted({image for _, image in rows}))
    users = users_by_image(upgrade)
    return [
        {
            'name': name,
            'id': image,
            'version': OF_HARBOR.match(name).group(1),
            'bytes': sizes.get(image, 0),
            'used_by': sorted(users.get(name, []) + users.get(image, [])),
        }
        for name, image in sorted(rows)
    ]


def sizes_of(upgrade, ids):
    if not ids:
        return {}
    lines = upgrade.must(upgrade.docker + ['image', 'inspect', '--format', '{{.Id}}\t{{.Size}}'] + ids).splitlines()
    return {image: int(size) for image, size in (line.split('\t') for line in lines if line)}


def users_by_image(upgrade):
    """Containers by what they were made of, also those that do not run: `docker ps` names the image, or its id once another one has the name."""
    users = {}
    for line in upgrade.must(upgrade.docker + ['ps', '-a', '--no-trunc', '--format', '{{.Names}}\t{{.Image}}']).splitlines():
        name, _, image = line.partition('\t')
        users.setdefault(image, []).append(name)
    return users


def ways_back(upgrade):
    """Old install directories that upgrades have set aside. An upgrade clears its unpacked packages away at its end: until then it is open."""
    parent, own = os.path.split(upgrade.install)
    found = [re.match(re.escape(own) + r'\.before-([a-z0-9]+)-(\d+\.\d+\.\d+)$', name) for name in listed(parent)]
    return [way_back(upgrade, os.path.join(parent, match.group(0)), *match.groups()) for match in found if match]


def way_back(upgrade, directory, mark, version):
    work = os.path.join(os.path.dirname(upgrade.work), mark)
    return {
        'directory': directory,
        'mark': mark,
        'version': version,
        'is_whole': os.path.exists(os.path.join(work, 'before-%s' % version, 'whole.json')),
        'is_open': any(re.match(r'\d+\.\d+\.\d+$', name) for name in listed(work)),
    }


def listed(directory):
    return sorted(os.listdir(directory)) if os.path.isdir(directory) else []


def remove_all(upgrade):
    upgrade.hold()
    there = {image['name']: image for image in images(upgrade)}
    removed, stayed = [], []
    for wanted in upgrade.module.params['images']:
        why = whats_against(upgrade, wanted, there.get(wanted['name']))
        if why is None:
            removed.append(wanted['name'])
        else:
            stayed.append({'name': wanted['name'], 'why': why})
    return bool(removed), 'removed %d images' % len(removed), {'removed': removed, 'stayed': stayed}


def whats_against(upgrade, wanted, found):
    """Removes it, or tells why it stays. Of what a former attempt has removed there is nothing against."""
    if not OF_HARBOR.match(wanted['name']):
        raise Trouble('%s is no image of Harbor' % wanted['name'])
    if found is None:
        return None
    if found['id'] != wanted['id']:
        return 'it is another image by now'
    if found['used_by']:
        return '%s uses it' % ', '.join(found['used_by'])
    # Not by force: Docker looks once more whether a container uses it.
    rc, out, errors = upgrade.run(upgrade.docker + ['image', 'rm', wanted['name']])
    return None if rc == 0 else masked((errors.strip() or out.strip())[-500:])


if __name__ == '__main__':
    main()
