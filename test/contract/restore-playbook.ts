import { beforeEach, describe, expect, it } from 'vitest';
import { HostFacts } from '../../src/ops/etcd/restore/host-facts.ts';
import { playbook, type RestoreTag } from '../../src/ops/etcd/restore/steps.ts';
import type { Ansible, Inventory, PlaybookResult } from '../../src/ports/ansible.ts';

export interface HostsUnderTest {
  readonly ansible: Ansible;
  /** Hosts with old data, on which etcd runs; the mark is m1. */
  readonly inventory: Inventory;
  /** A file that can be fetched. */
  readonly snapshotFile: string;
}

/**
 * What the playbook does on hosts, whoever plays it: what plans and their runs rely on. `setUp` answers new hosts of these names: as few as will do,
 * since each takes real Ansible half a second a task.
 */
export function restorePlaybookContract(
  name: string,
  setUp: (names: readonly string[]) => Promise<HostsUnderTest>,
): void {
  describe(`the restore playbook: ${name}`, () => {
    let on: HostsUnderTest;
    beforeEach(async () => {
      on = await setUp(['etcd-1']);
    });

    const run = ({ ansible, inventory, snapshotFile }: HostsUnderTest, tags: readonly RestoreTag[], more = {}) =>
      ansible.run({
        ...{ target: 'prod-1', playbook, tags, timeLimitMs: 110_000 },
        inventory: { ...inventory, variables: { ...inventory.variables, snapshot_file: snapshotFile } },
        ...more,
      });
    const statesOf = (hosts: PlaybookResult['hosts']) =>
      Object.fromEntries(Object.entries(hosts).map(([host, { state }]) => [host, state]));
    const states = async (tags: readonly RestoreTag[], more = {}) => statesOf((await run(on, tags, more)).hosts);
    /** What the hosts tell of themselves, before other steps are done in the same run. */
    const look = async (...tags: readonly RestoreTag[]) => {
      const { hosts } = await run(on, ['look', ...tags]);
      return { facts: Object.values(hosts).map(({ facts }) => HostFacts.parse(facts)), states: statesOf(hosts) };
    };
    const ok = { 'etcd-1': 'ok' };
    const failed = { 'etcd-1': 'failed' };

    it('tells what is there, and moves no data while etcd runs', async () => {
      const untouched = { etcd_runs: true, data_dir: { has_data: true, leftovers: [] } };
      expect(await look('move-aside')).toMatchObject({ facts: [untouched], states: failed });
      expect(await look()).toMatchObject({ facts: [untouched], states: ok });
    });

    it('puts the backup into the place of the old data, which it keeps; again is no harm; and puts it back', async () => {
      expect(await states(['fetch', 'stop-etcd', 'move-aside', 'restore'])).toEqual(ok);
      expect(await states(['move-aside', 'restore', 'own', 'start-etcd'])).toEqual(ok);
      expect(await look('stop-etcd', 'put-back')).toMatchObject({
        facts: [{ etcd_runs: true, data_dir: { has_data: true, leftovers: ['before-m1'] } }],
        states: ok,
      });
      expect((await look()).facts).toMatchObject([
        { etcd_runs: false, data_dir: { has_data: true, leftovers: ['failed-m1'] } },
      ]);
    });

    it('restores beside the old data while etcd runs, so that in its place it comes by renaming alone', async () => {
      expect(await states(['fetch', 'prepare'])).toEqual(ok);
      const prepared = { etcd_runs: true, data_dir: { has_data: true, leftovers: ['restored-m1'] } };
      const swap: readonly RestoreTag[] = ['stop-etcd', 'move-aside', 'restore', 'own', 'clear-away', 'start-etcd'];
      expect(await look('prepare', ...swap)).toMatchObject({ facts: [prepared], states: ok });
      expect((await look()).facts).toMatchObject([{ etcd_runs: true, data_dir: { leftovers: ['before-m1'] } }]);
    });

    it('leaves nothing of what was restored beside and is not wanted after all', async () => {
      expect(await states(['fetch', 'prepare'])).toEqual(ok);
      expect(await states(['clear-away'])).toEqual(ok);
      expect(await look('stop-etcd', 'move-aside', 'restore')).toMatchObject({
        facts: [{ etcd_runs: true, data_dir: { has_data: true, leftovers: [] } }],
        states: failed,
      });
    });

    it('restores nothing that was not fetched, and nothing over data that is there', async () => {
      expect(await states(['stop-etcd', 'restore'])).toEqual(failed);
      expect(await states(['move-aside', 'restore'])).toEqual(failed);
      expect((await look()).facts).toMatchObject([{ etcd_runs: false, data_dir: { has_data: false } }]);
    });

    it('touches the hosts that are named and no others, and none once it is to stop', async () => {
      on = await setUp(['etcd-1', 'etcd-2', 'etcd-3']);
      const reason = new Error('cancelled');
      await expect(run(on, ['stop-etcd'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(await states(['stop-etcd'], { hosts: ['etcd-2'] })).toEqual({ 'etcd-2': 'ok' });
      expect((await look()).facts.map(({ etcd_runs }) => etcd_runs)).toEqual([true, false, true]);
    });
  });
}

/** The hosts' own variables, whatever lies behind them. */
export const hostOf = (variables: object) => ({
  ...{ etcd_peer_url: '', etcd_client_url: '', etcd_wal_dir: '', restore_bytes: 1 },
  ...{ apiserver_service: null, afterwards_services: [], join_flags: [], rescue_argv: [] },
  ...variables,
});
