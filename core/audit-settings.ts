import { z } from 'zod';
import { count, meta } from './setting-types.ts';

/** The settings of the audit trail (PS3.15 A.5). */
export const auditSettings = {
  audit: z
    .enum(['off', 'json', 'syslog'])
    .default('off')
    .meta(
      meta(
        'SCP_AUDIT',
        'Where audit messages of PS3.15 A.5 go: `off`, `json` (a line each), or `syslog` (as XML over TLS to a repository).',
      ),
    ),
  auditFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta(
        'SCP_AUDIT_FILE',
        'File that lines of `json` are added to. Not set: standard output, with `"channel":"audit"`.',
      ),
    ),
  auditSourceId: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, '1 to 64 printable ASCII characters without blanks')
    .optional()
    .meta(meta('SCP_AUDIT_SOURCE_ID', 'AuditSourceID of the messages: names this system. Not set: the host name.')),
  auditSyslogUrl: z
    .string()
    .regex(/^tls:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/, 'a URL like tls://repository.example:6514')
    .optional()
    .meta(meta('SCP_AUDIT_SYSLOG_URL', 'The audit record repository, `tls://host:port`. The port is 6514 by default.')),
  auditSyslogCaFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta(
        'SCP_AUDIT_SYSLOG_CA_FILE',
        "PEM file of the authorities that the repository's certificate must come from. Not set: those of Node.js.",
      ),
    ),
  auditSyslogKeyFile: z
    .string()
    .min(1)
    .optional()
    .meta(meta('SCP_AUDIT_SYSLOG_KEY_FILE', 'PEM file of the private key that is shown to the repository.')),
  auditSyslogCertificateFile: z
    .string()
    .min(1)
    .optional()
    .meta(meta('SCP_AUDIT_SYSLOG_CERTIFICATE_FILE', 'PEM file of the certificate that is shown to the repository.')),
  auditQueueMessages: count(1, 1_000_000)
    .default(10_000)
    .meta(
      meta(
        'SCP_AUDIT_QUEUE_MESSAGES',
        'Audit messages, of one to two kB each, that may wait for the repository. More are dropped and counted.',
      ),
    ),
};
