import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePeers } from '../../../core/peers.ts';
import { RecordedPeers } from '../../../service/net/recorded-peers.ts';
import { approvePeer, type PeerFiles, recordedPeers } from '../../../service/operator/peer-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let files: PeerFiles;
beforeEach(async () => {
  folder = await temporaryFolder();
  files = { recordedPath: join(folder.path, 'recorded.jsonl'), peersPath: join(folder.path, 'peers.json') };
  const written = Promise.withResolvers<void>();
  const recorded = await RecordedPeers.open({
    path: files.recordedPath,
    clock: new FakeClock(),
    emit: () => undefined,
  });
  recorded.record({ address: '10.0.0.1', certificate: undefined }, { callingAeTitle: 'CT1', calledAeTitle: 'SCP' });
  recorded.record({ address: '10.0.0.2', certificate: undefined }, { callingAeTitle: 'CT1', calledAeTitle: 'SCP' });
  // Lines are written one after the other.
  const look = async (): Promise<void> => {
    const text = await readFile(files.recordedPath, 'utf8').catch(() => '');
    if (text.split('\n').length > 2) written.resolve();
    else setImmediate(look);
  };
  await look();
  await written.promise;
});
afterEach(() => folder.remove());

const listed = async () => parsePeers(await readFile(files.peersPath, 'utf8'), new Set());

describe('approving recorded peers', () => {
  it('writes a file that the service reads', async () => {
    await writeFile(files.peersPath, JSON.stringify({ peers: [{ aeTitle: 'MR1' }] }));
    expect(await approvePeer(files, 'CT1', undefined)).toMatchObject({ outcome: 'approved' });
    expect(await listed()).toMatchObject([
      { aeTitle: 'MR1' },
      { aeTitle: 'CT1', addresses: ['10.0.0.1/32'] },
      { aeTitle: 'CT1', addresses: ['10.0.0.2/32'] },
    ]);
    expect(await approvePeer(files, 'CT1', undefined)).toEqual({ outcome: 'listed-already' });
  });

  it('takes one address where it is told to, and says what waits', async () => {
    await approvePeer(files, 'CT1', '10.0.0.2');
    expect(await listed()).toMatchObject([{ addresses: ['10.0.0.2/32'] }]);
    const waiting = (await recordedPeers(files)).filter(({ isListed }) => !isListed);
    expect(waiting).toMatchObject([{ peer: { aeTitle: 'CT1', addresses: ['10.0.0.1/32'] } }]);
  });

  it('approves nobody that was not recorded', async () => {
    expect(await approvePeer(files, 'MR1', undefined)).toEqual({ outcome: 'not-recorded' });
    expect(await approvePeer(files, 'CT1', '10.0.0.9')).toEqual({ outcome: 'not-recorded' });
  });

  it('passes over lines that were cut off', async () => {
    await appendFile(files.recordedPath, '{"aeTitle":"CU');
    expect(await recordedPeers(files)).toHaveLength(2);
  });

  it('does not touch a peers file that it cannot read', async () => {
    await writeFile(files.peersPath, 'no JSON');
    await expect(approvePeer(files, 'CT1', undefined)).rejects.toThrow('cannot be used: not JSON');
    expect(await readFile(files.peersPath, 'utf8')).toBe('no JSON');
  });
});
