import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsonwebtoken from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { peerSchema } from '../../core/peers.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { run } from '../support/run-command.ts';
import { type ListeningService, ServiceProcess } from '../support/service-process.ts';

let folder: string;
let peersFile: string;
let recordedPeersFile: string;
let image: string;
let service: ListeningService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peers-'));
  peersFile = join(folder, 'peers.json');
  [image = ''] = await writeInstanceFiles(folder, { count: 1, rows: 8, columns: 8, firstUid: 1 });
  recordedPeersFile = join(folder, 'recorded.jsonl');
  await list([{ aeTitle: 'CT1', addresses: ['127.0.0.0/8'], maxAssociations: 1, description: 'the CT' }]);
  service = await ServiceProcess.start({
    SCP_FOLDER: folder,
    SCP_PEERS_FILE: peersFile,
    SCP_UNKNOWN_PEERS: 'record',
    SCP_RECORDED_PEERS_FILE: recordedPeersFile,
    SCP_RELOAD_INTERVAL_MS: '100',
  });
});
beforeEach(() => {
  service.log.splice(0);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const list = (peers: readonly object[]) => writeFile(peersFile, JSON.stringify({ peers }));
const echo = (callingAeTitle: string) =>
  run('echoscu', ['-aet', callingAeTitle, '-aec', 'STORESCP', '127.0.0.1', String(service.port)]);
const send = (callingAeTitle: string, ...options: readonly string[]) =>
  run('storescu', ['-aet', callingAeTitle, '-aec', 'STORESCP', ...options, '127.0.0.1', String(service.port), image]);
const NOT_IDENTIFIED = 'Reason: No Reason';
const REFUSED = 'Calling AE Title Not Recognized';

describe('the list of peers', () => {
  it('lets those in that are listed, and records others once', async () => {
    expect((await echo('CT1')).code).toBe(0);
    expect((await echo('MR1')).code).toBe(0);
    expect((await echo('MR1')).code).toBe(0);
    expect(service.log.filter(({ event }) => event === 'peer-recorded')).toMatchObject([
      { callingAeTitle: 'MR1', calledAeTitle: 'STORESCP', peer: '127.0.0.1' },
    ]);
    const lines = (await readFile(recordedPeersFile, 'utf8')).trim().split('\n');
    expect(lines.map((line) => peerSchema.parse(JSON.parse(line)))).toMatchObject([
      { aeTitle: 'MR1', addresses: ['127.0.0.1/32'] },
    ]);
  });

  it('is read again when it changes', async () => {
    await list([{ aeTitle: 'CT1', addresses: ['10.1.0.0/16'] }]);
    await service.logged('peers-loaded');
    expect((await echo('CT1')).output).toContain(REFUSED);
    expect(await service.logged('association-rejected')).toMatchObject({
      reason: 'calling-ae-title-not-recognized',
      because: 'peer-address',
    });
  });

  it('stays as it was when what is written cannot be used', async () => {
    await list([{ aeTitle: 'CT1', addresses: ['127.0.0.0/33'], limit: 1 }]);
    const failure = await service.logged('reload-failed');
    expect(failure).toMatchObject({ what: 'peers', level: 'error' });
    expect(failure.detail).toContain('peers.0.addresses.0: an IPv4 or IPv6 address or network is needed');
    expect(failure.detail).toContain('Unrecognized key: \\"limit\\"'.replaceAll('\\', ''));
    expect((await echo('CT1')).output).toContain(REFUSED);
  });

  it('asks for a user name with a passcode, and acknowledges it', async () => {
    const passcodeSha256 = createHash('sha256').update('secret').digest('hex');
    await list([{ aeTitle: 'CT1', userIdentity: { username: 'ct1', passcodeSha256 } }]);
    await service.logged('peers-loaded');
    expect((await echo('CT1')).output).toContain(NOT_IDENTIFIED);
    expect(await service.logged('association-rejected')).toMatchObject({ because: 'user-identity' });
    expect((await send('CT1', '-usr', 'ct1', '-pwd', 'other')).output).toContain(NOT_IDENTIFIED);
    expect(await send('CT1', '-usr', 'ct1', '-pwd', 'secret', '-rsp')).toMatchObject({ code: 0 });
    expect(await send('MR1', '-usr', 'mr1', '-rsp')).toMatchObject({ code: 0 });
  });

  it('asks for a JSON Web Token', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await list([
      { aeTitle: 'CT1', userIdentity: { jwt: { keys: [publicKey.export({ format: 'jwk' })], audience: 'scp' } } },
    ]);
    await service.logged('peers-loaded');
    const token = join(folder, 'token.jwt');
    const bring = async (audience: string) => {
      await writeFile(token, jsonwebtoken.sign({}, privateKey, { algorithm: 'ES256', audience, expiresIn: '5m' }));
      return send('CT1', '--jwt', token, '-rsp');
    };
    expect(await bring('scp')).toMatchObject({ code: 0 });
    expect((await bring('other')).output).toContain(NOT_IDENTIFIED);
  });

  it('is explained step by step', async () => {
    await list([{ aeTitle: 'CT1', addresses: ['127.0.0.0/8'], asyncWindow: 4, description: 'the CT' }]);
    const explain = (...args: string[]) =>
      run('env', [
        `SCP_FOLDER=${folder}`,
        `SCP_PEERS_FILE=${peersFile}`,
        process.execPath,
        join(import.meta.dirname, '../../service/cli/main.ts'),
        'explain',
        ...args,
      ]);
    const [accepted, refused] = await Promise.all([
      explain('CT1', 'STORESCP', '::ffff:127.0.0.9'),
      explain('CT1', 'STORESCP', '10.9.9.9', '--json'),
    ]);
    expect(accepted.code).toBe(0);
    expect(accepted.output).toContain(
      'A-ASSOCIATE-AC, by the terms of the list of peers (the CT): lenient, an asynchronous window of 4, route default',
    );
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.output)).toMatchObject({
      accepted: false,
      because: 'peer-address',
      rejection: { result: 1, source: 1, reason: 3 },
    });
  });
});
