import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemSchedule } from '../../../../core/system-clock.ts';
import { auditCodes } from '../../../../service/telemetry/audit/audit-message.ts';
import { syslogFrame } from '../../../../service/telemetry/audit/syslog-message.ts';
import { SyslogSender, type SyslogSenderOptions } from '../../../../service/telemetry/audit/syslog-sender.ts';
import { makeCertificate, type TestCertificate } from '../../../support/certificates.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { freePort } from '../../../support/free-port.ts';
import { SyslogRepository } from '../../../support/syslog-repository.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let certificate: TestCertificate;
let client: TestCertificate;
let remove: () => Promise<void>;
beforeAll(async () => {
  const folder = await temporaryFolder();
  remove = folder.remove;
  certificate = await makeCertificate(folder.path, 'server', { commonName: 'repository' });
  client = await makeCertificate(folder.path, 'client', { commonName: 'scp' });
});
afterAll(() => remove());

const pem = (path: string) => readFileSync(path, 'utf8');
const frame = (text: string) => Buffer.from(`${Buffer.byteLength(text)} ${text}`);
const never = new Promise<void>(() => undefined);
describe('the sender to a syslog repository', () => {
  const open: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  const repositoryOn = async (port = 0, from?: TestCertificate) => {
    const repository = await SyslogRepository.start(certificate, port, from);
    open.push(repository);
    return repository;
  };

  /** A sender, what it told, and promises of the next failure and resumption. */
  function senderTo(port: number, options: Partial<SyslogSenderOptions> = {}) {
    const told = { sent: 0, dropped: 0, failed: [] as string[], resumed: [] as number[] };
    const failed = Promise.withResolvers<string>();
    const resumed = Promise.withResolvers<number>();
    const sender = new SyslogSender({
      tls: { host: '127.0.0.1', port, ca: pem(certificate.certificateFile) },
      maxMessages: 100,
      schedule: systemSchedule,
      onSent: () => {
        told.sent += 1;
      },
      onDropped: () => {
        told.dropped += 1;
      },
      onFailed: (code) => {
        told.failed.push(code);
        failed.resolve(code);
      },
      onResumed: (dropped) => {
        told.resumed.push(dropped);
        resumed.resolve(dropped);
      },
      ...options,
    });
    open.push({ close: () => sender.close(Promise.resolve()) });
    return { sender, told, failed: failed.promise, resumed: resumed.promise };
  }

  it('sends frames in their order, and all before it closes', async () => {
    const repository = await repositoryOn();
    const { sender, told } = senderTo(repository.port);
    const texts = Array.from({ length: 50 }, (_, index) => `message ${index} é`);
    for (const text of texts) sender.send(frame(text));
    await sender.close(never);
    expect(await repository.received(50)).toEqual(texts);
    expect(told).toEqual({ sent: 50, dropped: 0, failed: [], resumed: [] });
    expect(sender.waiting).toBe(0);
  });

  it('shows its certificate to a repository that asks for one', async () => {
    const repository = await repositoryOn(0, client);
    const tls = { host: '127.0.0.1', port: repository.port, ca: pem(certificate.certificateFile) };
    const { sender } = senderTo(repository.port, {
      tls: { ...tls, key: pem(client.keyFile), cert: pem(client.certificateFile) },
    });
    sender.send(frame('hello'));
    expect(await repository.received(1)).toEqual(['hello']);
  });

  it('sends nothing to a repository whose certificate it does not know', async () => {
    const repository = await repositoryOn();
    const { sender, failed } = senderTo(repository.port, {
      tls: { host: '127.0.0.1', port: repository.port, ca: pem(client.certificateFile) },
    });
    sender.send(frame('secret'));
    expect(await failed).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(repository.messages).toEqual([]);
  });

  it('keeps what it cannot send, drops what is too much, and says so when it can again', async () => {
    const port = await freePort();
    const clock = new FakeClock();
    const { sender, told, failed, resumed } = senderTo(port, { maxMessages: 3, schedule: clock.schedule });
    for (const text of ['1', '2', '3', '4', '5']) sender.send(frame(text));
    expect(await failed).toBe('ECONNREFUSED');
    expect(told).toMatchObject({ sent: 0, dropped: 2 });
    const repository = await repositoryOn(port);
    await clock.advance(1_000);
    expect(await resumed).toBe(2);
    expect(await repository.received(3)).toEqual(['1', '2', '3']);
    await sender.close(never);
    expect(told).toMatchObject({ sent: 3, dropped: 2, failed: ['ECONNREFUSED'] });
  });

  it('does not wait for a repository that is not there longer than it may', async () => {
    const { sender, failed } = senderTo(await freePort());
    sender.send(frame('1'));
    await failed;
    await sender.close(Promise.resolve());
    expect(sender.waiting).toBe(1);
  });
});

describe('a frame', () => {
  const message = {
    event: auditCodes.applicationActivity,
    action: 'E',
    at: '2026-01-02T03:04:05.678Z',
    outcome: 0,
    participants: [{ userId: 'é', isRequestor: false }],
    sourceId: 's',
    objects: [],
  } as const;
  const origin = { hostName: 'host name', appName: 'app', processId: 42 };

  it('has its length in bytes, the header of RFC 5424, a byte order mark and the XML', () => {
    const bytes = Buffer.from(syslogFrame(message, origin));
    const [length = ''] = bytes.toString('latin1').split(' ', 1);
    const text = bytes.toString('utf8', length.length + 1);
    expect(Number(length)).toBe(Buffer.byteLength(text));
    expect(text).toMatch(/^<85>1 2026-01-02T03:04:05\.678Z hostname app 42 DICOM\+RFC3881 - \ufeff<\?xml /);
  });

  it.each([
    [0, 85],
    [4, 84],
    [8, 83],
    [12, 82],
  ] as const)('has for outcome %d the priority %d', (outcome, priority) => {
    expect(Buffer.from(syslogFrame({ ...message, outcome }, origin)).toString()).toContain(` <${priority}>1 `);
  });
});
