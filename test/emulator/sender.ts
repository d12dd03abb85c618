import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StudyRecord } from '../../core/ledger.ts';
import type { FaultPlan } from '../../local/healthimaging/faults.ts';
import { askCommitment, COMMITMENT_MS, type Scan, sendScan, writeScan } from './scan.ts';
import type { ServiceHere } from './service-here.ts';

/** What was sent, and what came of it by the ledger. */
export interface SentAccount {
  readonly sent: {
    readonly instances: number;
    readonly studies: number;
    /** Instances that commitment was asked for. */
    readonly asked: number;
  };
  readonly studies: readonly StudyRecord[];
  /** Instances that storage commitment was reported of. */
  readonly committed: number;
}

export interface SenderOptions {
  readonly folder: string;
  readonly service: ServiceHere;
  /** What HealthImaging does wrong. */
  readonly faults: FaultPlan;
  /** @returns what a deployed function answers to an empty event */
  readonly invokeFunction: (name: string) => Promise<string>;
  /** Resolves with the studies of a scan when they have settled, or time is over. */
  readonly settled: (scan: Scan) => Promise<readonly StudyRecord[]>;
  readonly onStep: (text: string) => void;
}

const SWEEP_EVERY_MS = 5_000;

/** Sends a scan at a time, each to another end. */
export function sender({ folder, service, faults, invokeFunction, settled, onStep }: SenderOptions) {
  const scans: Scan[] = [];
  const studies: StudyRecord[] = [];
  let committed = 0;
  let asked = 0;

  const send = async (name: string): Promise<Scan> => {
    const scan = await writeScan(join(folder, name));
    onStep(`storescu sends ${scan.files.length} instances (${name})`);
    await sendScan(scan, service.dicomPort);
    scans.push(scan);
    return scan;
  };

  const sendAndCommit = async (name: string): Promise<void> => {
    const scan = await send(name);
    asked += scan.files.length;
    const [found, reported] = await Promise.all([settled(scan), askCommitment(scan, service.dicomPort, COMMITMENT_MS)]);
    studies.push(...found);
    committed += reported;
  };

  return {
    goesWell: () => sendAndCommit('goes-well'),

    /** HealthImaging fails the job of the whole batch: it is halved. */
    jobFails: () => {
      faults.add({ kind: 'fail-job', message: 'rehearsed', times: 1 });
      return sendAndCommit('job-fails');
    },

    /** The service is killed when it has acknowledged and not sealed: the sweeper has to. */
    serviceDies: async (): Promise<void> => {
      const scan = await send('service-dies');
      await service.kill();
      onStep('the service is killed; the sweeper is called until it has sealed the batch');
      const watched = { isOver: false };
      const found = settled(scan).finally(() => {
        watched.isOver = true;
      });
      while (!watched.isOver) {
        const answer = await invokeFunction('sweep');
        if (!answer.includes('"orphans": []')) onStep(`sweep answers ${answer}`);
        await Promise.race([found, sleep(SWEEP_EVERY_MS)]);
      }
      studies.push(...(await found));
    },

    account: (): SentAccount => ({
      sent: {
        instances: scans.reduce((sum, { files }) => sum + files.length, 0),
        studies: scans.reduce((sum, { studyInstanceUids }) => sum + studyInstanceUids.length, 0),
        asked,
      },
      studies,
      committed,
    }),
  };
}
