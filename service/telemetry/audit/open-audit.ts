import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { type Logger, pino } from 'pino';
import type { Schedule } from '../../../core/clock.ts';
import type { Config } from '../../../core/config-schema.ts';
import { decide } from '../decisions.ts';
import type { Emit, TelemetryEvent } from '../events.ts';
import { safeText } from '../safe-text.ts';
import { auditDecisions } from './audit-decisions.ts';
import type { AuditMessage } from './audit-message.ts';
import type { Auditor } from './audit-writer.ts';
import { syslogFrame } from './syslog-message.ts';
import { SyslogSender } from './syslog-sender.ts';

const DEFAULT_PORT = 6514;
const APP_NAME = 'dicom-store-scp';
/** Lines that a file has not taken yet; more are dropped. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

export interface AuditTrail {
  readonly project: (event: TelemetryEvent) => void;
  /** Takes nothing more; resolves when all is out, or `deadline` has. */
  readonly close: (deadline: Promise<void>) => Promise<void>;
}

export interface AuditOptions {
  readonly config: Config;
  readonly auditor: Auditor;
  /** The service's own log, for the trail on standard output. */
  readonly log: Logger;
  readonly schedule: Schedule;
  readonly emit: Emit;
  readonly count: (result: 'sent' | 'dropped') => void;
}

/** The audit trail cannot be opened: a file that it needs cannot be read. */
export class AuditError extends Error {
  override readonly name = 'AuditError';
}

interface Sink {
  readonly write: (message: AuditMessage) => void;
  readonly close: (deadline: Promise<void>) => Promise<void>;
}

/**
 * Opens the audit trail that the settings ask for.
 * @returns undefined where they ask for none
 * @throws AuditError
 */
export async function openAudit(options: AuditOptions): Promise<AuditTrail | undefined> {
  const { config, auditor } = options;
  if (config.audit === 'off') return undefined;
  const sink = config.audit === 'json' ? jsonSink(options) : await syslogSink(options);
  const decisions = auditDecisions(auditor);
  return {
    project: (event) => {
      for (const message of decide(decisions, event) ?? []) sink.write(message);
    },
    close: (deadline) => sink.close(deadline),
  };
}

function jsonSink({ config: { auditFile }, log, count }: AuditOptions): Sink {
  if (auditFile === undefined) {
    const channel = log.child({ channel: 'audit' }, { level: 'info' });
    return {
      write: (audit) => {
        channel.info({ audit }, audit.event.meaning);
        count('sent');
      },
      close: async () => undefined,
    };
  }
  const output = pino.destination({
    dest: auditFile,
    append: true,
    mkdir: true,
    sync: false,
    maxLength: MAX_FILE_BYTES,
  });
  // Whatever is wrong with the file must not end the service; what it does not take is counted.
  output.on('error', () => count('dropped'));
  output.on('drop', () => count('dropped'));
  return {
    write: (message) => {
      output.write(`${JSON.stringify(message)}\n`);
      count('sent');
    },
    close: (deadline) => {
      const closed = new Promise<void>((resolve) => output.once('close', () => resolve()));
      output.end();
      return Promise.race([closed, deadline]);
    },
  };
}

async function syslogSink({ config, auditor, schedule, emit, count }: AuditOptions): Promise<Sink> {
  const { auditSyslogUrl = '', auditSyslogCaFile, auditSyslogKeyFile, auditSyslogCertificateFile } = config;
  const { hostname, port } = new URL(auditSyslogUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const sender = new SyslogSender({
    tls: {
      host,
      port: port === '' ? DEFAULT_PORT : Number(port),
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(auditSyslogCaFile === undefined ? {} : { ca: await read(auditSyslogCaFile) }),
      ...(auditSyslogKeyFile === undefined ? {} : { key: await read(auditSyslogKeyFile) }),
      ...(auditSyslogCertificateFile === undefined ? {} : { cert: await read(auditSyslogCertificateFile) }),
    },
    maxMessages: config.auditQueueMessages,
    schedule,
    onSent: () => count('sent'),
    onDropped: () => count('dropped'),
    onFailed: (code) => emit({ event: 'audit-failed', code: safeText(code) }),
    onResumed: (dropped) => emit({ event: 'audit-resumed', dropped }),
  });
  const { hostName, processId } = auditor;
  const origin = { hostName, appName: APP_NAME, processId };
  return {
    write: (message) => sender.send(syslogFrame(message, origin)),
    close: (deadline) => sender.close(deadline),
  };
}

async function read(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error) => {
    throw new AuditError(String(error));
  });
}
