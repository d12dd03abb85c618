import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import dcmjsDimse from 'dcmjs-dimse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../local/dynamodb/start-dynamodb.ts';
import { localAccount } from '../../local/local-account.ts';
import { startLocal } from '../local/s3/local-server.ts';
import { CommitmentPeer, commitmentRequest, converse, type Reference } from '../support/commitment-peer.ts';
import { freePort } from '../support/free-port.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { readPart10 } from '../support/receiving-service.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { requests, log } = dcmjsDimse;
log.setLevel('silent');

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let folder: string;
let peerPort: number;
let settings: Readonly<Record<string, string>>;

/** A bucket and a table of transactions that processes share, as replicas on AWS do. */
beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.path;
  ends.push(temporary.remove);
  const s3 = await startLocal(join(folder, 's3'), { credentials: 'any' });
  ends.push(() => s3.close());
  const dynamodb = await startDynamoDb({});
  ends.push(() => dynamodb.close());
  peerPort = await freePort();
  const peersFile = join(folder, 'peers.json');
  const peers = [{ aeTitle: 'DCMJS', commitment: { host: '127.0.0.1', port: peerPort } }];
  await writeFile(peersFile, JSON.stringify({ peers }));
  settings = {
    SCP_STORE: 's3',
    SCP_BUCKET: 'ingest',
    SCP_PEERS_FILE: peersFile,
    SCP_BATCH_QUIET_MS: '500',
    SCP_COMMITMENT: 'stored',
    SCP_COMMITMENTS_TABLE: 'commitments',
    SCP_COMMITMENT_POLL_MS: '100',
    SCP_COMMITMENT_LEASE_TTL_MS: '1500',
    AWS_REGION: localAccount.region,
    AWS_ACCESS_KEY_ID: 'service',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
  };
});

async function twoReplicas() {
  const replicas = await Promise.all([ServiceProcess.start(settings), ServiceProcess.start(settings)] as const);
  for (const replica of replicas) ends.push(() => replica.stop('SIGKILL'));
  return replicas;
}

async function instances(count: number) {
  const files = await writeInstanceFiles(folder, { count, rows: 16, columns: 16 });
  const references = await Promise.all(
    files.map(async (file): Promise<Reference> => {
      const { sopInstanceUid } = await readPart10(file);
      return { sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid };
    }),
  );
  return { stores: files.map((file) => new requests.CStoreRequest(file)), references };
}

async function listen(): Promise<CommitmentPeer> {
  const peer = await CommitmentPeer.listen(undefined, peerPort);
  ends.push(() => peer.close());
  return peer;
}

const uids = (references: readonly Reference[]) => references.map(({ sopInstanceUid }) => sopInstanceUid);

describe('storage commitment with two processes side by side', { timeout: 120_000 }, () => {
  it('is asked of the one for what the other received, waits for its batch, and is reported once', async () => {
    const peer = await listen();
    const [receiving, asked] = await twoReplicas();
    const { stores, references } = await instances(2);
    const [first, second] = references;
    if (first === undefined || second === undefined) throw new Error('two instances are needed');
    expect((await converse(receiving.port, stores)).statuses).toEqual([0, 0]);
    expect((await converse(asked.port, [commitmentRequest('2.25.81', references)])).statuses).toEqual([0]);
    const report = { eventTypeId: 1, transactionUid: '2.25.81', committed: uids(references), failed: [] };
    expect(await peer.reported('2.25.81')).toEqual(report);
    // The one that was asked knows nothing of the other's open batch, and could not say so before it was sealed.
    await receiving.logged('batch-sealed');
    expect(asked.log.map(({ event }) => event)).not.toContain('batch-opened');

    // Both look for what is due: by the time that these are reported, the first would have been again.
    const more = ['2.25.82', '2.25.83', '2.25.84'];
    for (const [index, uid] of more.entries()) {
      const { port } = index % 2 === 0 ? receiving : asked;
      await converse(port, [commitmentRequest(uid, [index % 2 === 0 ? first : second])]);
      await peer.reported(uid);
    }
    expect(peer.reports.map(({ transactionUid }) => transactionUid)).toEqual(['2.25.81', ...more]);
  });

  it('is reported by the one when the other is killed that took the request', async () => {
    const [surviving, killed] = await twoReplicas();
    const { stores, references } = await instances(1);
    expect((await converse(killed.port, [...stores, commitmentRequest('2.25.91', references)])).statuses).toEqual([
      0, 0,
    ]);
    await Promise.race(
      [surviving, killed].map((replica) =>
        replica.logged('commitment-report-failed', ({ code }) => code === 'PEER_UNREACHABLE'),
      ),
    );
    await killed.stop('SIGKILL');
    const peer = await listen();
    expect(await peer.reported('2.25.91')).toMatchObject({ eventTypeId: 1, committed: uids(references) });
    expect(await surviving.logged('commitment-reported')).toMatchObject({ via: 'new-association' });
    expect(peer.reports).toHaveLength(1);
  });
});
