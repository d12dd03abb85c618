import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ctInstances } from '../support/instances.ts';
import { type ListeningService, type LogLine, ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

let folder: string;
let service: ListeningService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  service = await ServiceProcess.start({
    SCP_FOLDER: folder,
    SCP_ARTIM_TIMEOUT_MS: '2000',
    SCP_IDLE_TIMEOUT_MS: '3000',
    SCP_IN_FLIGHT_TIMEOUT_MS: '1500',
    SCP_MAX_ASSOCIATIONS: '4',
    SCP_MAX_ASSOCIATIONS_PER_PEER: '3',
  });
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const [instance] = ctInstances(1);
const associate = (callingAeTitle: string) => StoreScu.associate({ port: service.port, callingAeTitle, ...instance });
const ended = (callingAeTitle: string): Promise<LogLine> =>
  service.logged('association-ended', (line) => line.callingAeTitle === callingAeTitle);

async function dial(): Promise<Socket> {
  const socket = connect(service.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Writes bytes one at a time, each when the one before has left, until the service closes. Resolves to how many. */
async function trickle(socket: Socket, bytes: Uint8Array): Promise<number> {
  let sent = 0;
  const gone = new Promise((resolve) => socket.resume().on('close', resolve));
  const timer = setInterval(() => {
    if (socket.writable && sent < bytes.length) socket.write(bytes.subarray(sent, ++sent));
  }, 20);
  await gone;
  clearInterval(timer);
  return sent;
}

describe('a service that is attacked', () => {
  it('ends a request that trickles in when ARTIM expires, however far it got', async () => {
    const request = Uint8Array.from([0x01, 0, 0, 0, 0x10, 0, ...new Array(4_096).fill(0)]);
    expect(await trickle(await dial(), request)).toBeLessThan(request.length);
    expect(await service.logged('connection-closed-early')).toMatchObject({ how: 'artim-expired' });
  });

  it('ends an association whose data set stops, and one that is idle, each by its own timer', async () => {
    const [stuck, idle] = [await associate('STUCK'), await associate('IDLE')];
    await stuck.sendPartOf(instance);
    await expect(stuck.answer()).rejects.toThrow('abort');
    await expect(idle.answer()).rejects.toThrow('abort');
    stuck.destroy();
    idle.destroy();
    expect(await ended('STUCK')).toMatchObject({ how: 'aborted-by-us', faultCode: 'IN_FLIGHT_TIMEOUT' });
    expect(await ended('IDLE')).toMatchObject({ how: 'aborted-by-us', faultCode: 'IDLE_TIMEOUT' });
  });

  it.each([
    ['garbage', Uint8Array.from({ length: 512 }, (_, at) => (at * 31 + 0x42) & 0xff)],
    ['a request of 4 GiB by its header', Uint8Array.from([0x01, 0, 0xff, 0xff, 0xff, 0xff])],
    ['data before an association', Uint8Array.from([0x04, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 2, 0, 0])],
  ])('answers %s with an A-ABORT at once', async (_, bytes) => {
    const socket = await dial();
    socket.write(bytes);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer[0]).toBe(0x07);
    socket.destroy();
  });

  it('refuses associations beyond its limits as transient, and takes them when there is room', async () => {
    const open = [await associate('A'), await associate('B'), await associate('C')];
    await expect(associate('D')).rejects.toThrow('associate-rj');
    expect(await service.logged('association-rejected', ({ callingAeTitle }) => callingAeTitle === 'D')).toMatchObject({
      reason: 'local-limit-exceeded',
      because: 'associations-of-peer',
    });
    for (const scu of open) await scu.release();
    await Promise.all(['A', 'B', 'C'].map(ended));
    const late = await associate('D');
    expect(await late.store(instance)).toBe(0);
    await late.release();
  });
});
