import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peerSchema } from '../../../core/peers.ts';
import { RecordedPeers } from '../../../service/net/recorded-peers.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

let folder: string;
let path: string;
let events: TelemetryEvent[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorded-'));
  path = join(folder, 'recorded.jsonl');
  events = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = (file: string | undefined = path) =>
  RecordedPeers.open({ path: file, clock: new FakeClock(), emit: (event) => events.push(event) });
const titles = (callingAeTitle: string) => ({ callingAeTitle, calledAeTitle: 'STORESCP' });

async function lines(count: number) {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const found = text.split('\n').slice(0, -1);
    if (found.length >= count) return found.map((line) => peerSchema.parse(JSON.parse(line)));
    await settled();
  }
}

describe('RecordedPeers', () => {
  it('writes each title and address once, ready for the list of peers', async () => {
    const recorded = await open();
    const sha256 = 'ab'.repeat(32);
    recorded.record({ address: '10.1.2.3' }, titles('CT1'));
    recorded.record({ address: '10.1.2.3' }, titles('CT1'));
    recorded.record({ address: '2001:db8::1', certificate: { commonName: 'x', dnsNames: [], sha256 } }, titles('CT1'));
    const description = 'called STORESCP on 2026-01-02T03:04:05.000Z';
    expect(await lines(2)).toEqual([
      { aeTitle: 'CT1', addresses: ['10.1.2.3/32'], description },
      { aeTitle: 'CT1', addresses: ['2001:db8::1/128'], certificate: { sha256: [sha256] }, description },
    ]);
    expect(events).toMatchObject([
      { event: 'peer-recorded', callingAeTitle: 'CT1', peer: '10.1.2.3' },
      { event: 'peer-recorded', certificateSha256: sha256 },
    ]);
  });

  it('knows after a restart what it recorded before, whatever else is in the file', async () => {
    (await open()).record({ address: '10.1.2.3' }, titles('CT1'));
    await lines(1);
    await writeFile(path, `${await readFile(path, 'utf8')}{"aeTitle":"CU`);
    const again = await open();
    again.record({ address: '10.1.2.3' }, titles('CT1'));
    expect(events).toHaveLength(1);
  });

  it('stops at a thousand', async () => {
    const recorded = await RecordedPeers.open({
      path: undefined,
      clock: new FakeClock(),
      emit: (event) => events.push(event),
    });
    for (let title = 0; title < 1_100; title++) recorded.record({ address: '10.1.2.3' }, titles(`CT${title}`));
    expect(events).toHaveLength(1_000);
  });

  it('tells when it cannot write', async () => {
    const recorded = await open(folder);
    recorded.record({ address: '10.1.2.3' }, titles('CT1'));
    while (events.length < 2) await settled();
    expect(events[1]).toMatchObject({ event: 'recording-failed', detail: expect.stringContaining('EISDIR') });
  });
});
