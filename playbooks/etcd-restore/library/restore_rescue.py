#!/usr/bin/python
# Runs etcd on a copy of the data of a host until it has applied its log, and ends it: then its database file is whole.

DOCUMENTATION = """
module: restore_rescue
short_description: lets etcd apply its log on a copy of its data
options:
  argv: {type: list}
  health: {type: str, description: the URL that answers once it has}
  seconds: {type: int}
"""

import json
import signal
import subprocess
import tempfile
import time
import urllib.request

from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule(
        argument_spec={
            'argv': {'type': 'list', 'elements': 'str', 'required': True},
            'health': {'type': 'str', 'required': True},
            'seconds': {'type': 'int', 'default': 120},
        }
    )
    params = module.params
    with tempfile.TemporaryFile() as log:
        etcd = subprocess.Popen(params['argv'], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            trouble = wait(etcd, params['health'], params['seconds'])
        finally:
            etcd.send_signal(signal.SIGTERM)
            try:
                etcd.wait(30)
            except subprocess.TimeoutExpired:
                etcd.kill()
                etcd.wait()
        log.seek(0)
        said = log.read()[-2000:].decode('utf-8', 'replace')
    if trouble:
        module.fail_json(msg='%s: %s' % (trouble, said))
    module.exit_json(changed=True)


def wait(etcd, health, seconds):
    until = time.time() + seconds
    while time.time() < until:
        if etcd.poll() is not None:
            return 'etcd ended with %d on the copy' % etcd.returncode
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                if json.load(answer).get('health') == 'true':
                    return None
        except (OSError, ValueError):
            pass
        time.sleep(0.2)
    return 'etcd was not well on the copy after %d s' % seconds


if __name__ == '__main__':
    main()
