import { verificationSopClassUid } from '../../dicom/uids.ts';
import { type AeTitles, Association } from '../scu/association.ts';
import type { PeerAddress } from '../scu/connect-peer.ts';
import { dataSetInMemory } from '../scu/outgoing.ts';
import { ScuError } from '../scu/scu-error.ts';
import { explicitVrLittleEndian, secondaryCapture, testDataSet } from './test-instance.ts';

const implicitVrLittleEndian = '1.2.840.10008.1.2';
const ECHO_CONTEXT = 1;
const STORE_CONTEXT = 3;

export interface SelfTestOptions {
  readonly address: PeerAddress;
  readonly titles: AeTitles;
  /** Sends an instance, too; it stays where the service puts it. */
  readonly store: boolean;
  readonly newUid: () => string;
  readonly nowMs: number;
}

/**
 * Sends what a modality would: a C-ECHO and, if wanted, a tiny synthetic instance.
 * @returns what was answered with success
 * @throws ScuError
 */
export async function selfTest({ address, titles, store, newUid, nowMs }: SelfTestOptions): Promise<readonly string[]> {
  const contexts = [
    { id: ECHO_CONTEXT, abstractSyntaxUid: verificationSopClassUid, transferSyntaxUids: [implicitVrLittleEndian] },
    ...(store
      ? [{ id: STORE_CONTEXT, abstractSyntaxUid: secondaryCapture, transferSyntaxUids: [explicitVrLittleEndian] }]
      : []),
  ];
  const association = await Association.open(address, titles, contexts);
  try {
    const refused = contexts.filter(({ id }) => !association.accepted.has(id));
    if (refused.length > 0) throw refusal(`contexts refused: ${refused.map(({ id }) => id).join(', ')}`);
    expectSuccess('C-ECHO', await association.echo(ECHO_CONTEXT));
    const done = ['C-ECHO'];
    if (store) {
      const sopInstanceUid = newUid();
      const date = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
      const uids = { study: newUid(), series: newUid(), instance: sopInstanceUid };
      const dataSet = dataSetInMemory(testDataSet(uids, date));
      const request = { contextId: STORE_CONTEXT, sopClassUid: secondaryCapture, sopInstanceUid, dataSet };
      expectSuccess('C-STORE', await association.store(request));
      done.push(`C-STORE of ${sopInstanceUid}`);
    }
    await association.release();
    return done;
  } finally {
    association.close();
  }
}

function expectSuccess(what: string, status: number): void {
  if (status !== 0) throw refusal(`${what}: status 0x${status.toString(16)}`);
}

const refusal = (message: string): ScuError => new ScuError('REFUSED', message, { retryable: false });
