# How a service is run on a host, and so how it is asked, stopped and started: by systemd, by kubelet from a manifest, or by programs that
# salvor.yaml names. Programs get lists of arguments, never a line for a shell.

import glob
import os
import shutil
import time


class ServiceTrouble(Exception):
    pass


class Service:
    def __init__(self, module, service, restore_dir):
        self.module = module
        self.kind = service['kind']
        self.service = service
        self.restore_dir = restore_dir

    def name(self):
        if self.kind == 'systemd':
            return self.service['unit']
        return self.service['manifest'] if self.kind == 'staticPod' else self.service['start'][0]

    def runs(self):
        if self.kind == 'systemd':
            # 'activating' is etcd that waits for the others: it runs.
            state = self.run(['systemctl', 'is-active', self.service['unit']])[1].strip()
            return state in ('active', 'activating', 'reloading', 'deactivating')
        if self.kind == 'staticPod':
            rc, containers, errors = self.run(['crictl', 'ps', '--quiet', '--name', '^' + self.component() + '$'])
            if rc != 0:
                raise ServiceTrouble('crictl does not tell whether %s runs: %s' % (self.component(), errors.strip()))
            return containers.strip() != ''
        return self.run(self.service['isRunning'])[0] == 0

    def is_to_run(self):
        return os.path.exists(self.service['manifest']) if self.kind == 'staticPod' else self.runs()

    def stop(self):
        if self.kind == 'systemd':
            self.must(['systemctl', 'stop', self.service['unit']])
        elif self.kind == 'staticPod':
            self.move(self.service['manifest'], self.kept())
        else:
            self.must(self.service['stop'])

    def start(self, flags=()):
        if self.kind == 'systemd':
            # With --no-block: etcd is 'active' only once it has found the others, and they are started at the same time.
            self.must(['systemctl', 'start', '--no-block', self.service['unit']])
        elif self.kind == 'staticPod':
            self.move(self.kept(), self.service['manifest'])
        else:
            self.must(list(self.service['start']) + list(flags))

    def wait(self, wanted, seconds):
        until = time.time() + seconds
        while self.runs() != wanted:
            if time.time() > until:
                raise ServiceTrouble('%s %s after %d s' % (self.name(), 'does not run' if wanted else 'still runs', seconds))
            time.sleep(0.2)

    def component(self):
        return os.path.splitext(os.path.basename(self.service['manifest']))[0]

    # Out of kubelet's directory: it runs whatever lies in it, whatever its name.
    def kept(self):
        return self.kept_in(self.restore_dir)

    def kept_in(self, restore_dir):
        return os.path.join(restore_dir, 'manifests', os.path.basename(self.service['manifest']))

    # A restore before this one that was taken back has kept the manifest of a host without data.
    def adopt(self):
        if self.kind != 'staticPod' or os.path.exists(self.service['manifest']) or os.path.exists(self.kept()):
            return
        others = glob.glob(self.kept_in(os.path.join(glob.escape(os.path.dirname(self.restore_dir)), '*')))
        if others:
            self.move(max(others, key=os.path.getmtime), self.kept())

    def move(self, of, to):
        if not os.path.exists(of):
            if os.path.exists(to):
                return
            raise ServiceTrouble('neither %s nor %s is there' % (of, to))
        os.makedirs(os.path.dirname(to), mode=0o700, exist_ok=True)
        # By way of a copy where they lie on different file systems; whole before kubelet sees it.
        beside = os.path.join(os.path.dirname(to), '.' + os.path.basename(to) + '.new')
        shutil.copy2(of, beside)
        os.rename(beside, to)
        os.unlink(of)

    def run(self, argv):
        return self.module.run_command(list(argv), handle_exceptions=True)

    def must(self, argv):
        rc, out, errors = self.run(argv)
        if rc != 0:
            raise ServiceTrouble('%s ended with %d: %s' % (' '.join(argv), rc, (errors or out).strip()[-2000:]))
        return out
