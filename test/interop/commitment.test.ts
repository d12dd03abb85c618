import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import dcmjsDimse from 'dcmjs-dimse';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { CommitmentPeer, commitmentRequest, converse, type Reference } from '../support/commitment-peer.ts';
import { freePort } from '../support/free-port.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { readPart10 } from '../support/receiving-service.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { requests, log } = dcmjsDimse;
log.setLevel('silent');

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** What a folder holds before the service starts on it. */
async function prepare(peers: readonly object[]) {
  const folder = await temporaryFolder();
  ends.push(folder.remove);
  const peersFile = join(folder.path, 'peers.json');
  await writeFile(peersFile, JSON.stringify({ peers }));
  const settings = {
    SCP_FOLDER: join(folder.path, 'store'),
    SCP_PEERS_FILE: peersFile,
    SCP_COMMITMENT: 'stored',
    SCP_COMMITMENT_FOLDER: join(folder.path, 'commitment'),
    SCP_COMMITMENT_POLL_MS: '100',
    SCP_COMMITMENT_LEASE_TTL_MS: '6000',
    SCP_COMMITMENT_ABSENT_AFTER_MS: '0',
  };
  return { path: folder.path, settings };
}

async function start(settings: Readonly<Record<string, string>>) {
  const service = await ServiceProcess.start(settings);
  ends.push(() => service.stop('SIGKILL'));
  return service;
}

async function listen(...tls: Parameters<typeof CommitmentPeer.listen>): Promise<CommitmentPeer> {
  const peer = await CommitmentPeer.listen(...tls);
  ends.push(() => peer.close());
  return peer;
}

/** Instances as files, and the references to them. */
async function instances(folder: string, count: number) {
  const files = await writeInstanceFiles(folder, { count, rows: 16, columns: 16 });
  const references = await Promise.all(
    files.map(async (file): Promise<Reference> => {
      const { sopInstanceUid } = await readPart10(file);
      return { sopClassUid: ctImageStorage, sopInstanceUid };
    }),
  );
  return { stores: files.map((file) => new requests.CStoreRequest(file)), references };
}

const uids = (references: readonly Reference[]) => references.map(({ sopInstanceUid }) => sopInstanceUid);

describe('storage commitment with dcmjs-dimse', { timeout: 120_000 }, () => {
  it('is reported on the association of the request while that is open', async () => {
    const { path, settings } = await prepare([{ aeTitle: 'DCMJS' }]);
    const service = await start(settings);
    const { stores, references } = await instances(path, 3);
    const { statuses, report } = await converse(service.port, [...stores, commitmentRequest('2.25.71', references)], {
      waitsForReportMs: 20_000,
    });
    expect(statuses).toEqual([0, 0, 0, 0]);
    expect(report).toEqual({ eventTypeId: 1, transactionUid: '2.25.71', committed: uids(references), failed: [] });
    expect(await service.logged('commitment-reported')).toMatchObject({ via: 'same-association', tries: 1 });
  });

  it('is reported on a new association otherwise, with what is not here as failed', async () => {
    const peer = await listen();
    const { path, settings } = await prepare([
      { aeTitle: 'DCMJS', commitment: { host: '127.0.0.1', port: peer.port } },
    ]);
    const service = await start(settings);
    const { stores, references } = await instances(path, 2);
    expect((await converse(service.port, stores)).statuses).toEqual([0, 0]);
    const lost = { sopClassUid: ctImageStorage, sopInstanceUid: '2.25.404' };
    const confused = { sopClassUid: '1.2.840.10008.5.1.4.1.1.4', sopInstanceUid: uids(references)[0] ?? '' };
    const asked = [...references.slice(1), lost, confused];
    await converse(service.port, [commitmentRequest('2.25.72', asked)]);
    expect(await peer.reported('2.25.72')).toEqual({
      eventTypeId: 2,
      transactionUid: '2.25.72',
      committed: uids(references.slice(1)),
      failed: [
        ['2.25.404', 0x0112],
        [confused.sopInstanceUid, 0x0119],
      ],
    });
    expect(peer.associations).toEqual([['DCMJS', 'STORESCP']]);
    await service.logged('commitment-reported');
  });

  it('outlives a service that is killed and a peer that is away', async () => {
    const port = await freePort();
    const { path, settings } = await prepare([{ aeTitle: 'DCMJS', commitment: { host: '127.0.0.1', port } }]);
    const first = await start({ ...settings, SCP_COMMITMENT_LEASE_TTL_MS: '1500' });
    const { stores, references } = await instances(path, 1);
    await converse(first.port, [...stores, commitmentRequest('2.25.73', references)]);
    await first.logged('commitment-report-failed', ({ code }) => code === 'PEER_UNREACHABLE');
    await first.stop('SIGKILL');
    const peer = await listen(undefined, port);
    await start({ ...settings, SCP_COMMITMENT_LEASE_TTL_MS: '1500' });
    expect(await peer.reported('2.25.73')).toMatchObject({ eventTypeId: 1, committed: uids(references) });
  });

  it('is answered with a status that says what is wrong', async () => {
    const { settings } = await prepare([{ aeTitle: 'DCMJS' }]);
    const service = await start({ ...settings, SCP_COMMITMENT_MAX_INSTANCES: '2' });
    const reference = (n: number) => ({ sopClassUid: ctImageStorage, sopInstanceUid: `2.25.${n}` });
    const ask = async (...request: Parameters<typeof commitmentRequest>) =>
      (await converse(service.port, [commitmentRequest(...request)])).statuses[0];
    expect(await ask('2.25.1', [reference(1)])).toBe(0);
    expect(await ask('2.25.1', [reference(1)])).toBe(0);
    expect(await ask('2.25.1', [reference(2)])).toBe(0x0131);
    expect(await ask('2.25.2', [reference(1)], 2)).toBe(0x0123);
    expect(await ask('', [reference(1)])).toBe(0x0115);
    expect(await ask('2.25.3', [])).toBe(0x0115);
    expect(await ask('2.25.4', [1, 2, 3].map(reference))).toBe(0x0213);
  });

  it('is refused to peers that are not listed', async () => {
    const { settings } = await prepare([{ aeTitle: 'CT1' }]);
    const service = await start(settings);
    const request = commitmentRequest('2.25.1', [{ sopClassUid: ctImageStorage, sopInstanceUid: '2.25.2' }]);
    expect((await converse(service.port, [request])).statuses).toEqual([]);
    expect(await service.logged('association-accepted')).toMatchObject({ acceptedContexts: 0, refusedContexts: 1 });
  });

  it('is reported with TLS to a peer that asks for a certificate', async () => {
    const { path, settings } = await prepare([]);
    const authority = await makeCertificate(path, 'ca', { commonName: 'Hospital CA' });
    const ours = await makeCertificate(path, 'scp', { commonName: 'scp', issuer: authority });
    const theirs = await makeCertificate(path, 'ct', { commonName: 'ct', issuer: authority });
    const peer = await listen({ certificate: theirs, clientCaFile: authority.certificateFile });
    const commitment = { host: '127.0.0.1', port: peer.port, tls: true };
    await writeFile(settings.SCP_PEERS_FILE, JSON.stringify({ peers: [{ aeTitle: 'DCMJS', commitment }] }));
    const service = await start({
      ...settings,
      SCP_TLS_PORT: '0',
      SCP_TLS_KEY_FILE: ours.keyFile,
      SCP_TLS_CERTIFICATE_FILE: ours.certificateFile,
      SCP_TLS_CLIENT_CA_FILE: authority.certificateFile,
    });
    const { stores, references } = await instances(path, 1);
    await converse(service.port, [...stores, commitmentRequest('2.25.74', references)]);
    expect(await peer.reported('2.25.74')).toMatchObject({ eventTypeId: 1, committed: uids(references) });
  });

  it('is asked for and reported over TLS alone, on one association, by a peer with a certificate', async () => {
    const { path, settings } = await prepare([{ aeTitle: 'DCMJS' }]);
    const authority = await makeCertificate(path, 'ca', { commonName: 'Hospital CA' });
    const ours = await makeCertificate(path, 'scp', { commonName: 'scp', issuer: authority });
    const theirs = await makeCertificate(path, 'ct', { commonName: 'ct', issuer: authority });
    const service = await start({
      ...settings,
      SCP_PLAIN: 'false',
      SCP_TLS_PORT: '0',
      SCP_TLS_KEY_FILE: ours.keyFile,
      SCP_TLS_CERTIFICATE_FILE: ours.certificateFile,
      SCP_TLS_CLIENT_CA_FILE: authority.certificateFile,
    });
    const { tlsPort } = await service.logged('service-listening');
    const { stores, references } = await instances(path, 2);
    const { statuses, report } = await converse(
      Number(tlsPort),
      [...stores, commitmentRequest('2.25.75', references)],
      { tls: { certificate: theirs, caFile: authority.certificateFile }, waitsForReportMs: 20_000 },
    );
    expect(statuses).toEqual([0, 0, 0]);
    expect(report).toEqual({ eventTypeId: 1, transactionUid: '2.25.75', committed: uids(references), failed: [] });
    expect(await service.logged('association-accepted')).toMatchObject({ tls: expect.stringMatching(/^TLSv1\.[23]$/) });
    expect(await service.logged('commitment-reported')).toMatchObject({ via: 'same-association' });
  });
});
