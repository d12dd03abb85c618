import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, systemSchedule } from '../../core/system-clock.ts';
import type { RuleGroup } from '../../dashboards/rules/rule.ts';
import { type Edition, startEdition } from '../../local/edition.ts';
import { FaultPlan } from '../../local/healthimaging/faults.ts';
import { localAccount } from '../../local/local-account.ts';
import type { FaultRule } from '../../local/s3/fault.ts';
import { startS3 } from '../../local/s3/start-s3.ts';
import { startService } from '../../local/service-process.ts';
import { makeCertificate, type TestCertificate } from '../support/certificates.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { RealPrometheus } from './prometheus.ts';

export const calm: FaultRule = () => undefined;
export const MAX_ASSOCIATIONS = 12;

/** The local edition with TLS, a service with a spool beside it, and Prometheus over both. */
export interface Site {
  readonly edition: Edition;
  readonly spooledPort: number;
  readonly prometheus: RealPrometheus;
  readonly startedAtMs: number;
  readonly files: readonly string[];
  readonly folder: string;
  readonly certificate: TestCertificate;
  /** From now on requests to S3 go wrong as the rules say: those of the edition, and those of the spooled service. */
  readonly disturb: (rule: FaultRule) => void;
  readonly disturbSpooled: (rule: FaultRule) => void;
  readonly healthImaging: FaultPlan;
  readonly tlsPort: () => number;
  readonly close: () => Promise<void>;
}

/** @param edge rows and columns of the images that are sent */
export async function openSite(groups: readonly RuleGroup[], edge = 128): Promise<Site> {
  const { path: folder, remove } = await temporaryFolder();
  const certificate = await makeCertificate(folder, 'server', { commonName: 'scp.example' });
  await mkdir(join(folder, 'files'));
  const files = await writeInstanceFiles(join(folder, 'files'), { count: 4, rows: edge, columns: edge });
  const rules = { edition: calm, spooled: calm };
  const healthImaging = new FaultPlan();
  let tlsPort = 0;

  const edition = await startEdition({
    dataFolder: join(folder, 'edition'),
    dicomPort: 0,
    adminPort: 0,
    environment: {
      SCP_MAX_ASSOCIATIONS: String(MAX_ASSOCIATIONS),
      SCP_BATCH_QUIET_MS: '500',
      SCP_BATCH_MAX_AGE_MS: '2000',
      SCP_BATCH_HARD_AGE_MS: '4000',
      SCP_STORE_DEADLINE_MS: '25000',
      SCP_LEDGER_INTERVAL_MS: '500',
      SCP_TLS_PORT: '0',
      SCP_TLS_KEY_FILE: certificate.keyFile,
      SCP_TLS_CERTIFICATE_FILE: certificate.certificateFile,
      SCP_RELOAD_INTERVAL_MS: '500',
    },
    faults: { s3: (subject) => rules.edition(subject), healthImaging },
    onServiceLog: (line) => {
      if (line.event === 'service-listening') tlsPort = Number(line.tlsPort);
    },
    onProgress: () => undefined,
    onFunctionLog: () => undefined,
  });
  const spooled = await startSpooled(folder, (subject) => rules.spooled(subject));
  const prometheus = await RealPrometheus.start({
    folder: join(folder, 'prometheus'),
    groups,
    targets: { 'scp-admin': `127.0.0.1:${edition.adminPort}`, 'edge-admin': `127.0.0.1:${spooled.adminPort}` },
  });
  return {
    edition,
    spooledPort: spooled.dicomPort,
    prometheus,
    startedAtMs: Date.now(),
    files,
    folder,
    certificate,
    healthImaging,
    tlsPort: () => tlsPort,
    disturb: (rule) => {
      rules.edition = rule;
    },
    disturbSpooled: (rule) => {
      rules.spooled = rule;
    },
    close: async () => {
      await prometheus.stop();
      await spooled.close();
      await edition.stop();
      await remove();
    },
  };
}

/** A service that acknowledges from its spool, over an S3 of its own. */
async function startSpooled(folder: string, faults: FaultRule) {
  const s3 = await startS3({
    root: join(folder, 'spooled-s3'),
    port: 0,
    credentials: [localAccount.credentials],
    region: localAccount.region,
    buckets: ['ingest'],
    clock: systemClock,
    schedule: systemSchedule,
    newId: randomUUID,
    faults,
  });
  const service = await startService({
    environment: {
      AWS_REGION: localAccount.region,
      AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      SCP_STORE: 's3',
      SCP_BUCKET: 'ingest',
      SCP_S3_PATH_STYLE: 'true',
      SCP_PORT: '0',
      SCP_ADMIN_PORT: '0',
      SCP_ADMIN_HOST: '127.0.0.1',
      SCP_ACK: 'spooled',
      SCP_SPOOL_FOLDER: join(folder, 'spool'),
      // The volume is that of the machine, whatever is on it.
      SCP_SPOOL_HIGH_PERCENT: '100',
      SCP_SPOOL_FULL_PERCENT: '100',
      SCP_STORE_DEADLINE_MS: '10000',
      SCP_BATCH_QUIET_MS: '1000',
    },
    onLog: () => undefined,
  });
  return {
    ...service,
    close: async () => {
      service.kill('SIGTERM');
      await service.exited;
      await s3.close();
    },
  };
}
