import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import dcmjsDimse from 'dcmjs-dimse';
import { afterEach, describe, expect, it } from 'vitest';
import { startEdition } from '../../local/edition.ts';
import { CommitmentPeer, commitmentRequest, converse } from '../support/commitment-peer.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { readPart10 } from '../support/receiving-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { log, requests } = dcmjsDimse;
log.setLevel('silent');
const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The whole product, and a peer of it that has three CT images and listens for reports. */
async function start(environment: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  ends.push(folder.remove);
  const peer = await CommitmentPeer.listen();
  ends.push(() => peer.close());
  const peersFile = join(folder.path, 'peers.json');
  const commitment = { host: '127.0.0.1', port: peer.port };
  await writeFile(peersFile, JSON.stringify({ peers: [{ aeTitle: 'DCMJS', commitment }] }));
  const events: string[] = [];
  const edition = await startEdition({
    dataFolder: join(folder.path, 'data'),
    dicomPort: 0,
    adminPort: 0,
    environment: { SCP_PEERS_FILE: peersFile, SCP_COMMITMENT_POLL_MS: '100', ...environment },
    onServiceLog: ({ event }) => events.push(String(event)),
    onProgress: ({ type }) => events.push(type),
    onFunctionLog: () => undefined,
  });
  ends.push(edition.stop);
  const files = await writeInstanceFiles(folder.path, { count: 3, rows: 16, columns: 16 });
  const read = await Promise.all(files.map(readPart10));
  const references = read.map(({ sopInstanceUid }) => ({ sopClassUid: ctImageStorage, sopInstanceUid }));
  return { edition, peer, events, stores: files.map((file) => new requests.CStoreRequest(file)), references };
}

describe('storage commitment in the local edition', () => {
  it('is there from the start: what is acknowledged is committed on the spot', async () => {
    const { edition, stores, references } = await start({});
    const request = commitmentRequest('2.25.71', references);
    const { report } = await converse(edition.dicomPort, [...stores, request], { waitsForReportMs: 20_000 });
    expect(report).toMatchObject({ eventTypeId: 1, failed: [] });
    expect(report?.committed).toHaveLength(3);
  }, 180_000);

  it('of what is imported is reported once the pipeline has compared it', async () => {
    const { edition, peer, stores, references, events } = await start({
      SCP_COMMITMENT: 'imported',
      SCP_BATCH_QUIET_MS: '500',
    });
    const { statuses } = await converse(edition.dicomPort, [...stores, commitmentRequest('2.25.72', references)]);
    expect(statuses).toEqual([0, 0, 0, 0]);
    expect(await peer.reported('2.25.72')).toMatchObject({
      eventTypeId: 1,
      committed: references.map(({ sopInstanceUid }) => sopInstanceUid),
    });
    const decidedAt = events.indexOf('commitment-decided');
    expect(decidedAt).toBeGreaterThan(events.indexOf('batch-sealed'));
    expect(decidedAt).toBeGreaterThan(-1);
  }, 180_000);
});
