#!/usr/bin/python
# Stops or starts a service of a host, or both, and waits until it is so. What is so already is left alone.

DOCUMENTATION = """
module: restore_service
short_description: stops and starts a service, however it is run
options:
  service: {type: dict, description: "{kind: systemd, unit}, {kind: staticPod, manifest} or {kind: commands, start, stop, isRunning}"}
  state: {type: str, choices: [stopped, started, restarted, as_before]}
  restore_dir: {type: str, description: where manifests are kept while their pods are stopped}
  flags: {type: list, description: flags besides its own, for a start}
  mark: {type: str, description: names what was changed for the flags}
  seconds: {type: int, description: how long to wait}
  data_dir: {type: str, description: "of the member on this host: what works on it goes one at a time"}
"""

import os
import re
import shutil

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.salvor_lock import hold
from ansible.module_utils.salvor_service import Service, ServiceTrouble


def main():
    module = AnsibleModule(
        argument_spec={
            'service': {'type': 'dict', 'required': True},
            'state': {'type': 'str', 'choices': ['stopped', 'started', 'restarted', 'as_before'], 'required': True},
            'restore_dir': {'type': 'str', 'required': True},
            'flags': {'type': 'list', 'elements': 'str', 'default': []},
            'mark': {'type': 'str', 'default': ''},
            'seconds': {'type': 'int', 'default': 120},
            'data_dir': {'type': 'str', 'default': ''},
        }
    )
    params = module.params
    service = Service(module, params['service'], params['restore_dir'])
    hold(module, params['data_dir'])
    try:
        changed = False
        service.adopt()
        if params['state'] in ('stopped', 'restarted') and service.is_to_run():
            service.stop()
            changed = True
        if params['state'] in ('stopped', 'restarted'):
            service.wait(False, params['seconds'])
        if params['state'] in ('started', 'restarted') and not service.is_to_run():
            if params['flags']:
                add_flags(module, service, params['flags'], params['mark'])
            service.start(params['flags'])
            changed = True
        if params['state'] in ('started', 'restarted'):
            service.wait(True, params['seconds'])
        if params['state'] == 'as_before':
            changed = take_flags_back(service, params['mark'])
        module.exit_json(changed=changed)
    except (ServiceTrouble, OSError) as trouble:
        module.fail_json(msg=str(trouble))


# Flags that a service needs for one start: those of a systemd unit until the next boot, those of a manifest beside the one as it was.
def add_flags(module, service, flags, mark):
    if service.kind == 'systemd':
        drop_in = drop_in_of(service, mark)
        os.makedirs(os.path.dirname(drop_in), exist_ok=True)
        argv = argv_of(service.must(['systemctl', 'show', '--property=ExecStart', service.service['unit']]))
        with open(drop_in, 'w') as file:
            file.write('[Service]\nExecStart=\nExecStart=%s %s\n' % (argv, ' '.join(flags)))
        service.must(['systemctl', 'daemon-reload'])
    elif service.kind == 'staticPod':
        manifest = service.kept()
        before = '%s.before-%s' % (manifest, mark)
        if not os.path.exists(before):
            shutil.copy2(manifest, before)
        with open(manifest) as file:
            text = file.read()
        for flag in flags:
            text = with_flag(text, flag)
        with open(manifest, 'w') as file:
            file.write(text)


def take_flags_back(service, mark):
    if service.kind == 'systemd' and os.path.exists(drop_in_of(service, mark)):
        os.unlink(drop_in_of(service, mark))
        service.must(['systemctl', 'daemon-reload'])
        return True
    before = '%s.before-%s' % (service.kept(), mark) if service.kind == 'staticPod' else ''
    if os.path.exists(before) and os.path.exists(service.kept()):
        os.replace(before, service.kept())
        return True
    return False


def drop_in_of(service, mark):
    unit = service.service['unit']
    return '/run/systemd/system/%s.d/salvor-%s.conf' % (unit if '.' in unit else unit + '.service', mark)


def argv_of(shown):
    found = re.search(r'argv\[\]=(.*?) ; ignore_errors=', shown)
    if not found:
        raise ServiceTrouble('systemd does not tell how it starts the unit: %s' % shown.strip())
    return found.group(1)


# As kubeadm writes it: one argument a line. One that is there gets its new value; a new one goes behind the program.
def with_flag(text, flag):
    name = flag.split('=')[0]
    line = re.compile(r'^(\s*- )%s(=.*)?$' % re.escape(name), re.MULTILINE)
    if line.search(text):
        return line.sub(lambda found: found.group(1) + flag, text)
    program = re.compile(r'^(\s*- )etcd$', re.MULTILINE)
    if not program.search(text):
        raise ServiceTrouble('the manifest does not start etcd as an argument on a line of its own')
    return program.sub(lambda found: '%s\n%s%s' % (found.group(0), found.group(1), flag), text, count=1)


if __name__ == '__main__':
    main()
