import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate, type TestCertificate } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { run } from '../support/run-command.ts';
import { type ListeningService, ServiceProcess } from '../support/service-process.ts';
import { SyslogRepository } from '../support/syslog-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hasRsyslog = (await run('sh', ['-c', 'command -v rsyslogd && ls /usr/lib/*/rsyslog/lmnsd_ossl.so'])).code === 0;

let folder: string;
let certificate: TestCertificate;
let remove: () => Promise<void>;
const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
  certificate = await makeCertificate(folder, 'repository', { commonName: 'localhost', dnsNames: ['localhost'] });
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
  await remove();
});

async function serviceWith(settings: Readonly<Record<string, string>>): Promise<ListeningService> {
  const service = await ServiceProcess.start({
    SCP_ADMIN_HOST: '127.0.0.1',
    SCP_FOLDER: join(folder, 'store'),
    SCP_FOLDER_FSYNC: 'false',
    SCP_AUDIT_SOURCE_ID: 'scp-under-test',
    ...settings,
  });
  cleanUp.push(() => service.stop('SIGKILL'));
  return service;
}

async function sendTwo(service: ListeningService): Promise<void> {
  const images = join(folder, 'images');
  await mkdir(images);
  const files = await writeInstanceFiles(images, { count: 2, rows: 16, columns: 16 });
  const scu = ['-aet', 'CT1', '-aec', 'STORESCP', '127.0.0.1', String(service.port)];
  expect(await run('storescu', [...scu, ...files])).toEqual({ code: 0, output: '' });
}

const toSyslog = (port: number) => ({
  SCP_AUDIT: 'syslog',
  SCP_AUDIT_SYSLOG_URL: `tls://localhost:${port}`,
  SCP_AUDIT_SYSLOG_CA_FILE: certificate.certificateFile,
});

async function auditMetric(service: ListeningService, result: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text();
  return Number(
    new RegExp(`^dicom_store_scp_audit_messages_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1],
  );
}

describe('the audit trail of a real service', { timeout: 60_000 }, () => {
  it('goes to standard output as JSON, beside the log', async () => {
    const service = await serviceWith({ SCP_AUDIT: 'json' });
    await service.stop();
    const lines = service.log.filter(({ channel }) => channel === 'audit');
    expect(lines.map(({ message }) => message)).toEqual(['Application Activity', 'Application Activity']);
  });

  it('reaches a syslog repository over TLS: start, instances, stop', async () => {
    const repository = await SyslogRepository.start(certificate);
    cleanUp.push(() => repository.close());
    const service = await serviceWith(toSyslog(repository.port));
    await sendTwo(service);
    await repository.received(2);
    await service.stop();
    const messages = await repository.received(3);
    const codes = messages.map((text) => /<EventID csd-code="(\d+)"/.exec(text)?.[1]);
    expect(codes).toEqual(['110100', '110104', '110100']);
    expect(messages[1]).toMatch(
      /<ActiveParticipant UserID="CT1" .*UserIsRequestor="true" NetworkAccessPointID="127.0.0.1"/,
    );
    expect(messages[1]).toContain('NumberOfInstances="2"');
    expect(messages[1]).toContain('AuditSourceID="scp-under-test"');
    expect(messages.join()).not.toContain('SYNTHETIC');
  });

  it('holds up nobody while its repository is away, and is delivered when it comes back', async () => {
    const port = await freePort();
    const service = await serviceWith(toSyslog(port));
    const { code } = await service.logged('audit-failed');
    expect(code).toBe('ECONNREFUSED');
    await sendTwo(service);
    expect(await auditMetric(service, 'sent')).toBe(0);
    const repository = await SyslogRepository.start(certificate, port);
    cleanUp.push(() => repository.close());
    await service.logged('audit-resumed');
    const codes = (await repository.received(3)).map((text) => /<EventTypeCode csd-code="(\d+)"/.exec(text)?.[1]);
    expect(codes).toEqual(['110120', undefined, '110134']);
  });

  it.skipIf(!hasRsyslog)('is understood by rsyslog', async () => {
    const { port, lines } = await startRsyslog();
    const service = await serviceWith(toSyslog(port));
    await sendTwo(service);
    await service.stop();
    const [start, transferred] = await lines(3);
    expect(start).toMatch(/^10\|5\|dicom-store-scp\|DICOM\+RFC3881\|.*<AuditMessage>.*110120.*<\/AuditMessage>$/);
    expect(transferred).toMatch(/^10\|5\|dicom-store-scp\|DICOM\+RFC3881\|.*110104.*<\/AuditMessage>$/);
  });
});

/** A real rsyslog that takes messages over TLS and writes what it understood of each. */
async function startRsyslog() {
  const port = await freePort();
  const [configuration, output] = [join(folder, 'rsyslog.conf'), join(folder, 'messages')];
  await writeFile(output, '');
  await writeFile(
    configuration,
    `global(workDirectory="${folder}" maxMessageSize="64k" defaultNetstreamDriver="ossl"
  defaultNetstreamDriverCAFile="${certificate.certificateFile}"
  defaultNetstreamDriverCertFile="${certificate.certificateFile}"
  defaultNetstreamDriverKeyFile="${certificate.keyFile}")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" port="${port}" address="127.0.0.1")
template(name="understood" type="string" string="%syslogfacility%|%syslogseverity%|%app-name%|%msgid%|%msg%\\n")
*.* action(type="omfile" file="${output}" template="understood")
`,
  );
  const daemon = spawn('rsyslogd', ['-n', '-f', configuration, '-i', join(folder, 'rsyslog.pid')], { stdio: 'ignore' });
  const exited = once(daemon, 'exit');
  cleanUp.push(async () => {
    daemon.kill();
    await exited;
  });
  while (!(await answers(port))) await pause(50);
  const listeners = new Set<() => void>();
  const watcher = watch(output, () => {
    for (const wake of [...listeners]) wake();
  });
  cleanUp.push(async () => watcher.close());
  return {
    port,
    lines: (count: number) =>
      eventually(listeners, () => {
        const found = readFileSync(output, 'utf8')
          .split('\n')
          .filter((line) => line.includes('</AuditMessage>'));
        return found.length >= count ? found : undefined;
      }),
  };
}

function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
