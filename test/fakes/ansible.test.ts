import { hostOf, restorePlaybookContract } from '../contract/restore-playbook.ts';
import { createFakeAnsible } from './ansible.ts';

restorePlaybookContract('in memory', async (members) => ({
  ansible: createFakeAnsible(members),
  snapshotFile: '/tmp/snapshot.db',
  inventory: {
    groups: {
      etcd: members.map((name) => ({
        ...{ name, address: name, connection: 'local' },
        variables: hostOf({
          ...{ etcd_name: name, etcd_data_dir: `/var/lib/${name}`, etcd_owner: 'etcd:etcd' },
          ...{ etcd_service: { kind: 'systemd', unit: 'etcd' }, restore_argv: ['etcdutl'] },
        }),
      })),
    },
    variables: { restore_cluster: 'prod-1', restore_mark: 'm1', restore_dir: '/tmp/m1', restore_programs: [] },
  },
}));
