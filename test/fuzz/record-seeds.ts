import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import dcmjsDimse from 'dcmjs-dimse';
import { installDebianPackages } from '../support/debian-packages.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { splitPdus } from './seeds.ts';

/** Records what real peers send to the service, into seeds/*.hex. Run again when there are more peers to learn from. */

const run = promisify(execFile);
installDebianPackages({ storescu: 'dcmtk', gdcmscu: 'libgdcm-tools', send_image: 'ctn' });

const folder = await mkdtemp(join(tmpdir(), 'seeds-'));
const service = await ServiceProcess.start({ SCP_FOLDER: join(folder, 'store') });
const files = await writeInstanceFiles(folder, { count: 2, rows: 8, columns: 8 });
const [file = ''] = files;

interface Session {
  readonly name: string;
  readonly peer: string;
  readonly begin: (port: string) => Promise<unknown>;
}

const dcmtk = 'DCMTK 3.6.7';
const commandLine =
  (command: string, args: (port: string) => readonly string[]) =>
  (port: string): Promise<unknown> =>
    run(command, [...args(port)]).catch(() => undefined);
const toUs = ['-aec', 'STORESCP', '127.0.0.1'];

const sessions: readonly Session[] = [
  { name: 'dcmtk-echoscu', peer: dcmtk, begin: commandLine('echoscu', (port) => [...toUs, port, '--repeat', '2']) },
  {
    name: 'dcmtk-storescu-all-contexts',
    peer: dcmtk,
    begin: commandLine('storescu', (port) => [...toUs, port, file]),
  },
  {
    name: 'dcmtk-storescu-required-contexts',
    peer: dcmtk,
    begin: commandLine('storescu', (port) => ['-R', ...toUs, port, ...files]),
  },
  {
    name: 'dcmtk-storescu-small-pdus',
    peer: dcmtk,
    begin: commandLine('storescu', (port) => ['-R', '--max-send-pdu', '4096', '-pdu', '4096', ...toUs, port, file]),
  },
  {
    name: 'dcmtk-storescu-user-identity',
    peer: dcmtk,
    begin: commandLine('storescu', (port) => ['-R', '-usr', 'alice', '-pwd', 'secret', ...toUs, port, file]),
  },
  {
    name: 'dcmtk-storescu-abort',
    peer: dcmtk,
    begin: commandLine('storescu', (port) => ['-R', '--abort', ...toUs, port, file]),
  },
  { name: 'dcmtk-dcmsend', peer: dcmtk, begin: commandLine('dcmsend', (port) => [...toUs, port, ...files]) },
  { name: 'dcmtk-termscu', peer: dcmtk, begin: commandLine('termscu', (port) => [...toUs, port]) },
  {
    name: 'gdcm-gdcmscu-store',
    peer: 'GDCM 3.0.21',
    begin: commandLine('gdcmscu', (port) => ['--store', '--call', 'STORESCP', '127.0.0.1', port, file]),
  },
  {
    name: 'ctn-send-image',
    peer: 'CTN 3.2.0',
    begin: commandLine('send_image', (port) => ['-c', 'STORESCP', '127.0.0.1', port, file]),
  },
  { name: 'dcmjs-dimse-echo-and-store', peer: 'dcmjs-dimse 0.3.3', begin: sendByDcmjs },
];

async function sendByDcmjs(port: string): Promise<void> {
  const { Client, requests } = dcmjsDimse;
  const client = new Client();
  client.addRequest(new requests.CEchoRequest());
  client.addRequest(new requests.CStoreRequest(file));
  const closed = new Promise<void>((resolve) => {
    client.on('closed', resolve);
  });
  client.send('127.0.0.1', Number(port), 'DCMJS', 'STORESCP');
  await closed;
}

/** Stands between a peer and the service, and keeps what the peer sends. */
async function record(session: Session): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const ends: Promise<unknown>[] = [];
  const server = createServer((socket) => {
    const upstream = connect({ port: service.port, host: '127.0.0.1' });
    socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on('error', () => undefined);
    ends.push(once(upstream, 'close'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await session.begin(String(address.port));
  await Promise.all(ends);
  server.close();
  return Buffer.concat(chunks);
}

const hexLines = (bytes: Buffer): string => bytes.toString('hex').replaceAll(/(.{2,96})/g, '$1\n');

for (const session of sessions) {
  const bytes = await record(session);
  if (bytes.length === 0) throw new Error(`${session.name} sent nothing`);
  const title = `# What ${session.peer} sent: ${session.name}`;
  const body = splitPdus(bytes).map((pdu) => `\n# PDU type ${pdu[0]}, ${pdu.length} bytes\n${hexLines(pdu)}`);
  await writeFile(join(import.meta.dirname, 'seeds', `${session.name}.hex`), `${title}\n${body.join('')}`);
}
await service.stop();
await rm(folder, { recursive: true });
