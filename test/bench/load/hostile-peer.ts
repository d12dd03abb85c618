import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ctInstances } from '../../support/instances.ts';
import { StoreScu } from '../../support/store-scu.ts';

/**
 * Attacks a receiver until it is told to stop, from an address of its own (127.0.0.2): headers that promise 4 GiB, bytes
 * that mean nothing, silence, images that break off, each as fast as they are taken, and one image that trickles. Says
 * when it has begun; writes how many connections it made when it is stopped by SIGTERM.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
const [sample] = ctInstances(1);
if (sample === undefined) throw new Error('no instance');

const FLOOD_BYTES = 65_536;
const FLOOD_CHUNKS = 4;
const TRICKLE_MS = 10;
const MAX_WAIT_MS = 250;
let connections = 0;

async function dial() {
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2', noDelay: true });
  socket.on('error', () => undefined);
  connections += 1;
  const closed = new Promise<false>((resolve) => socket.once('close', () => resolve(false)));
  const isOpen = await Promise.race([
    once(socket, 'connect')
      .then(() => true)
      .catch(() => false),
    closed,
  ]);
  return { socket, isOpen, closed };
}

/** Sends `first` and a flood behind it, then waits until it is thrown out, but not for long. */
async function flood(first: Uint8Array): Promise<void> {
  const { socket, isOpen, closed } = await dial();
  socket.resume();
  if (isOpen) {
    socket.write(first);
    for (let chunks = 0; chunks < FLOOD_CHUNKS && socket.writable; chunks++)
      socket.write(Buffer.alloc(FLOOD_BYTES, 0x41));
  }
  await Promise.race([closed, pause(MAX_WAIT_MS)]);
  socket.destroy();
}

/** An association that is accepted, begins an image and is gone. */
async function breakOff(): Promise<void> {
  const { socket, isOpen } = await dial();
  if (isOpen) {
    const scu = await StoreScu.associate({ port, socket, ...sample }).catch(() => undefined);
    await scu?.sendPartOf(sample).catch(() => undefined);
  }
  socket.destroy();
}

async function trickle(): Promise<void> {
  const { socket } = await dial();
  socket.resume();
  while (socket.writable) {
    socket.write(Uint8Array.of(0x01));
    await pause(TRICKLE_MS);
  }
}

const attacks = [
  () => flood(Uint8Array.of(0x01, 0, 0xff, 0xff, 0xff, 0xff)),
  () => flood(Uint8Array.of(0x04, 0, 0, 0, 0, 0)),
  () => flood(Uint8Array.from({ length: 1_024 }, (_, at) => (at * 31 + 0x42) & 0xff)),
  breakOff,
];
for (const attack of [...attacks, trickle]) {
  const over = async (): Promise<never> => {
    for (;;) await attack();
  };
  over();
}
process.on('SIGTERM', () => {
  process.stdout.write(`${connections}\n`);
  process.exit(0);
});
process.stdout.write('attacking\n');
