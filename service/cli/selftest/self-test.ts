import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { commandFields } from '../../dicom/dimse/command-elements.ts';
import { type AeTitles, ProbeScu } from './probe-scu.ts';
import { explicitVrLittleEndian, secondaryCapture, testDataSet } from './test-instance.ts';

const verification = '1.2.840.10008.1.1';
const implicitVrLittleEndian = '1.2.840.10008.1.2';
const ECHO_CONTEXT = 1;
const STORE_CONTEXT = 3;
/** PS3.7 E.1: no data set follows the command. */
const NO_DATA_SET = 0x0101;

export interface SelfTestOptions extends AeTitles {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Sends an instance, too; it stays where the service puts it. */
  readonly store: boolean;
  readonly timeoutMs: number;
  readonly newUid: () => string;
  readonly nowMs: number;
}

/**
 * Sends what a modality would: a C-ECHO and, if wanted, a tiny synthetic instance.
 * @returns what was answered with success
 * @throws SelfTestError, or the error of the connection
 */
export async function selfTest(options: SelfTestOptions): Promise<readonly string[]> {
  const { host, port, tls, timeoutMs } = options;
  // The service is asked for by its name in the cluster, which its certificate does not bear.
  const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer from ${host}:${port} in ${timeoutMs} ms`)));
  await once(socket, tls ? 'secureConnect' : 'connect');
  const scu = new ProbeScu(socket);
  await scu.associate(options, [
    { id: ECHO_CONTEXT, abstractSyntaxUid: verification, transferSyntaxUids: [implicitVrLittleEndian] },
    ...(options.store
      ? [{ id: STORE_CONTEXT, abstractSyntaxUid: secondaryCapture, transferSyntaxUids: [explicitVrLittleEndian] }]
      : []),
  ]);
  await scu.request(ECHO_CONTEXT, {
    affectedSopClassUid: verification,
    commandField: commandFields.cEchoRq,
    commandDataSetType: NO_DATA_SET,
  });
  const done = ['C-ECHO'];
  if (options.store) done.push(`C-STORE of ${await store(scu, options)}`);
  await scu.release();
  return done;
}

async function store(scu: ProbeScu, { newUid, nowMs }: SelfTestOptions): Promise<string> {
  const instance = newUid();
  const date = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
  await scu.request(
    STORE_CONTEXT,
    {
      affectedSopClassUid: secondaryCapture,
      commandField: commandFields.cStoreRq,
      priority: 0,
      commandDataSetType: 0,
      affectedSopInstanceUid: instance,
    },
    testDataSet({ study: newUid(), series: newUid(), instance }, date),
  );
  return instance;
}
