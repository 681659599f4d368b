# What happens in a playbook, for the worker of Salvor that runs it: one JSON object a line. By hand nobody needs this: a run without
# Salvor prints what Ansible always prints.
#
# SALVOR_EVENTS_FD     a descriptor to write to.
# SALVOR_LIFELINE_FD   a descriptor on which the worker says every few seconds that it is there.
# SALVOR_SILENCE_SECONDS   without a word for so long, the playbook ends at once with all that it started here: a worker that was killed, or
#                          frozen until another one may have taken over, must not go on changing hosts.

import json
import os
import select
import signal
import threading
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: salvor_events
    type: stdout
    short_description: events for a worker of Salvor
    description: Writes one JSON object a line to a descriptor that the worker holds.
"""

KEPT_CHARACTERS = 4000

# A host may tell anything, and a worker has other work: what is longer than what any of our playbooks tells is not passed on.
MOST_FACTS_CHARACTERS = 8 << 20


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'salvor_events'

    def __init__(self):
        super().__init__()
        self.events = int(os.environ['SALVOR_EVENTS_FD'])
        lifeline = int(os.environ['SALVOR_LIFELINE_FD'])
        silence = float(os.environ['SALVOR_SILENCE_SECONDS'])
        self.line = Lifeline(lifeline, silence)
        threading.Thread(target=self.line.hold, daemon=True).start()

    def tell(self, kind, **facts):
        line = json.dumps({'kind': kind, 'at': time.time(), **facts}, default=str, skipkeys=True) + '\n'
        rest = line.encode('utf-8')
        try:
            while rest:
                rest = rest[os.write(self.events, rest):]
        except OSError:
            end_everything()

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.line.must_be_fresh()
        self.tell('started', task=task.get_name())

    def v2_playbook_on_handler_task_start(self, task):
        self.tell('started', task=task.get_name())

    def v2_runner_on_ok(self, result):
        said = said_by(result)
        facts = (said.get('ansible_facts') or {}).get('salvor_facts')
        message = text(said.get('msg')) if action_of(result) in ('debug', 'ansible.builtin.debug') else ''
        kind = 'changed' if said.get('changed') else 'ok'
        self.tell(kind, **about(result), **bounded(facts, message))

    def v2_runner_on_skipped(self, result):
        self.tell('skipped', **about(result))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.tell('ok' if ignore_errors else 'failed', **about(result), **failure(said_by(result)))

    def v2_runner_on_unreachable(self, result):
        self.tell('unreachable', **about(result), **failure(said_by(result)))

    def v2_playbook_on_stats(self, stats):
        self.tell('ended', hosts={host: stats.summarize(host) for host in stats.processed})


def bounded(facts, message):
    facts = facts if isinstance(facts, dict) else {}
    if len(json.dumps(facts, default=str, skipkeys=True)) > MOST_FACTS_CHARACTERS:
        return {'message': 'what this host tells of itself is too long, and was left out', 'facts': {}}
    return {'message': message, 'facts': facts}


# Ansible 2.19 gives public names to what was private before.
def said_by(result):
    said = getattr(result, 'result', None) or result._result
    return said if isinstance(said, dict) else {}


def about(result):
    host = getattr(result, 'host', None) or result._host
    return {'task': text(result.task_name), 'host': host.get_name()}


def action_of(result):
    return (getattr(result, 'task', None) or result._task).action


def failure(said):
    # Of a loop the whole says nothing but that something in it failed.
    for item in said.get('results') or []:
        if isinstance(item, dict) and item.get('failed'):
            said = item
            break
    return {
        'message': text(said.get('msg')),
        'code': said.get('rc') if isinstance(said.get('rc'), int) else None,
        'errors': text(said.get('stderr') or said.get('module_stderr')),
        'output': text(said.get('stdout') or said.get('module_stdout')),
    }


def text(value):
    if value is None:
        return ''
    return (value if isinstance(value, str) else json.dumps(value, default=str))[-KEPT_CHARACTERS:]


class Lifeline:
    def __init__(self, descriptor, silence):
        self.descriptor = descriptor
        self.silence = silence
        self.heard_at = since_boot()

    # By a clock that goes on while everything stands still: worker and playbook may have been frozen together, and a word lie ready.
    def must_be_fresh(self):
        if since_boot() - self.heard_at > self.silence:
            end_everything()

    def hold(self):
        while True:
            ready, _, _ = select.select([self.descriptor], [], [], self.silence)
            self.must_be_fresh()
            if not ready or not os.read(self.descriptor, 4096):
                end_everything()
            self.heard_at = since_boot()


def since_boot():
    return time.clock_gettime(getattr(time, 'CLOCK_BOOTTIME', time.CLOCK_MONOTONIC))


def end_everything():
    for pid in descendants_of(os.getpid()):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    os.kill(os.getpid(), signal.SIGKILL)


def descendants_of(root):
    parents = {}
    for name in os.listdir('/proc') if os.path.isdir('/proc') else []:
        try:
            with open('/proc/%s/stat' % int(name)) as stat:
                parents[int(name)] = int(stat.read().rpartition(')')[2].split()[1])
        except (OSError, ValueError):
            pass
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]
