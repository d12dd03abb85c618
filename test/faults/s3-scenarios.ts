import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultRule } from '../../local/s3/fault.ts';
import { calm, type S3Site } from './s3-site.ts';
import type { Trial } from './trial.ts';

/** How long and how often: a few times in the suite, many in the long run. */
export interface Extent {
  readonly kills: number;
  readonly outageMs: number;
  /** Instances to acknowledge in and after a disturbance. */
  readonly instances: number;
}

export interface Scenario {
  readonly name: string;
  /** Leaves every replica that it does not kill running. */
  readonly run: (trial: Trial, site: S3Site, extent: Extent) => Promise<void>;
}

/** Only keys of instances, leases and manifests that the service writes: reads and deletes succeed in the end anyway. */
const ofRequests = (share: number, trial: Trial, fault: Fault): FaultRule => {
  return ({ operation }) => (operation.startsWith('List') || !trial.random.chance(share) ? undefined : fault);
};

const underFault =
  (share: number, fault: Fault): Scenario['run'] =>
  async (trial, site, { instances }) => {
    await trial.startReplica();
    site.disturb(ofRequests(share, trial, fault));
    await trial.untilAcknowledged(instances);
    site.disturb(calm);
    await trial.untilAcknowledged(instances);
  };

export const s3Scenarios: readonly Scenario[] = [
  {
    name: 'kill -9 at random moments',
    run: async (trial, _site, { kills, instances }) => {
      for (let kill = 0; kill < kills; kill++) {
        const replica = await trial.startReplica();
        await trial.untilAcknowledged(1);
        await sleep(trial.random.between(0, 400));
        await trial.kill(replica);
      }
      await trial.startReplica();
      await trial.untilAcknowledged(instances);
    },
  },
  {
    name: 'two replicas, one dying and coming again',
    run: async (trial, _site, { kills, instances }) => {
      await trial.startReplica();
      for (let kill = 0; kill < Math.ceil(kills / 10); kill++) {
        const dying = await trial.startReplica();
        await trial.untilAcknowledged(instances);
        await trial.kill(dying);
        await trial.untilAcknowledged(instances);
      }
    },
  },
  {
    name: 'SIGTERM under load',
    run: async (trial, _site, { kills, instances }) => {
      for (let time = 0; time < Math.ceil(kills / 10); time++) {
        const leaving = await trial.startReplica();
        await trial.untilAcknowledged(instances);
        const code = await trial.terminate(leaving);
        if (code !== 0) throw new Error(`SIGTERM under load ended with ${code}`);
      }
      await trial.startReplica();
      await trial.untilAcknowledged(instances);
    },
  },
  {
    name: 'S3 down',
    run: async (trial, { proxy }, { outageMs, instances }) => {
      await trial.startReplica();
      await trial.untilAcknowledged(instances);
      proxy.change({ type: 'down' });
      await sleep(outageMs);
      proxy.change({ type: 'clear' });
      await trial.untilAcknowledged(instances);
    },
  },
  {
    name: 'S3 silent: connections stand still',
    run: async (trial, { proxy }, { outageMs, instances }) => {
      await trial.startReplica();
      await trial.untilAcknowledged(instances);
      proxy.change({ type: 'stalled' });
      await sleep(outageMs);
      proxy.change({ type: 'clear' });
      await trial.untilAcknowledged(instances);
    },
  },
  {
    name: 'connections reset after random bytes',
    run: async (trial, { proxy }, { instances }) => {
      await trial.startReplica();
      proxy.change({ type: 'cut', afterBytes: () => trial.random.between(1_000, 300_000) });
      await trial.untilAcknowledged(instances);
      proxy.change({ type: 'clear' });
      await trial.untilAcknowledged(instances);
    },
  },
  { name: 'a storm of 503 SlowDown', run: underFault(0.4, { kind: 'error', code: 'SlowDown', when: 'before' }) },
  {
    name: 'a storm of 500 after the deed',
    run: underFault(0.3, { kind: 'error', code: 'InternalError', when: 'after' }),
  },
  { name: 'answers that are lost', run: underFault(0.2, { kind: 'lose-answer' }) },
  { name: 'bodies that stall in the middle', run: underFault(0.1, { kind: 'stall-request', afterBytes: 4_096 }) },
  { name: 'answers that are cut off', run: underFault(0.2, { kind: 'truncate-answer', afterBytes: 40 }) },
];
