import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import { free } from '../../../core/spent-memory.ts';
import { uidDigits } from './load-script.ts';

/** What `replay.c` does, slower: for machines without a C compiler. The same arguments, the same output. */

const headerWords = 6;
const release = Uint8Array.of(5, 0, 0, 0, 0, 4, 0, 0, 0, 0);

/** PDUs of the receiver, one after the other. */
async function* pdusOf(socket: Socket): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 6 && held.length >= 6 + held.readUInt32BE(2)) {
      const length = 6 + held.readUInt32BE(2);
      yield held.subarray(0, length);
      held = held.subarray(length);
    }
  }
  throw new Error('the receiver closed the connection');
}

/** The Status (0000,0900) of a response in one PDU and one PDV. */
function statusOf(pdu: Buffer): number | undefined {
  for (let at = 12; at + 10 <= pdu.length; at += 8 + pdu.readUInt32LE(at + 4)) {
    if (pdu.readUInt32LE(at) === 0x09000000) return pdu.readUInt16LE(at + 8);
  }
  return undefined;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (bytes.length > 0 && !socket.write(bytes)) await once(socket, 'drain');
}

function readScript(path: string) {
  const file = readFileSync(path);
  const word = (index: number) => file.readUInt32LE(4 * index);
  const uidAt = Array.from({ length: word(headerWords) }, (_, index) => word(headerWords + 1 + index));
  let at = 4 * (headerWords + 1 + uidAt.length);
  const piece = (length: number) => {
    at += length;
    return file.subarray(at - length, at);
  };
  const [request, head, block] = [piece(word(0)), piece(word(1)), piece(word(2))];
  return { request, head, block, blockCount: word(3), tail: piece(word(4)), messageIdAt: word(5), uidAt };
}

type Script = ReturnType<typeof readScript>;

async function associate(script: Script, port: number) {
  const socket = await dial(port);
  const answers = pdusOf(socket);
  await write(socket, script.request);
  await answers.next();
  return { socket, answers, head: Buffer.from(script.head) };
}

async function store(
  { socket, answers, head }: Awaited<ReturnType<typeof associate>>,
  script: Script,
  number: number,
  messageId: number,
): Promise<boolean> {
  for (const at of script.uidAt) head.write(String(number).padStart(uidDigits, '0'), at, 'latin1');
  head.writeUInt16LE(messageId, script.messageIdAt);
  await write(socket, head);
  for (let block = 0; block < script.blockCount; block++) await write(socket, script.block);
  await write(socket, script.tail);
  const { value } = await answers.next();
  return value !== undefined && statusOf(value) === 0;
}

async function send([path = '', port, count, each, first]: readonly string[]): Promise<void> {
  const script = readScript(path);
  const instances = Number(each);
  const associations = await Promise.all(Array.from({ length: Number(count) }, () => associate(script, Number(port))));
  const latenciesMs: number[] = [];
  let failed = 0;
  const begun = performance.now();
  await Promise.all(
    associations.map(async (association, index) => {
      for (let instance = 0; instance < instances; instance++) {
        const sent = performance.now();
        const number = Number(first) + index * instances + instance;
        if (!(await store(association, script, number, 1 + (instance % 0xffff)))) failed++;
        latenciesMs.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  for (const { socket, answers } of associations) {
    socket.write(release);
    await answers.next();
    socket.destroy();
  }
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)];
  print({ seconds, failed, p50Ms: percentile(0.5), p99Ms: percentile(0.99) });
}

async function pump([port, bytes]: readonly string[]): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  const socket = await dial(Number(port));
  const begun = performance.now();
  for (let left = Number(bytes); left > 0; left -= buffer.length) {
    await write(socket, buffer.subarray(0, Math.min(left, buffer.length)));
  }
  socket.resume().end();
  await once(socket, 'close');
  print({ seconds: (performance.now() - begun) / 1000, failed: 0, p50Ms: 0, p99Ms: 0 });
}

/** Reads and forgets, or writes into a file, and makes a CRC-32 of it where it is to. */
function drain([path, isChecked]: readonly string[]): void {
  const server = createServer((socket) => {
    const file = path === undefined ? undefined : openSync(path, 'w');
    let checksum = 0;
    socket.on('data', (chunk) => {
      if (isChecked !== undefined) checksum = crc32(chunk, checksum);
      if (file !== undefined) writeSync(file, chunk);
      free(chunk);
    });
    socket.on('close', () => {
      if (file !== undefined) closeSync(file);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
  });
}

const print = (result: object): boolean => process.stdout.write(`${JSON.stringify(result)}\n`);

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'send') await send(rest);
else if (mode === 'pump') await pump(rest);
else if (mode === 'drain') drain(rest);
