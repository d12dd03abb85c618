import type { AuditMessage, AuditOutcome } from './audit-message.ts';
import { auditXml } from './audit-xml.ts';

/** Facility 10, security and authorization messages (PS3.15 A.6). */
const AUTHPRIV = 10;
/** By outcome: notice, warning, error, critical (RFC 5424 6.2.1). */
const severities: Readonly<Record<AuditOutcome, number>> = { 0: 5, 4: 4, 8: 3, 12: 2 };
const MESSAGE_ID = 'DICOM+RFC3881';
const BYTE_ORDER_MARK = '\ufeff';

/** Who sends, as the header of RFC 5424 says it. */
export interface SyslogOrigin {
  readonly hostName: string;
  readonly appName: string;
  readonly processId: number;
}

/**
 * An audit message as a syslog message of RFC 5424 with the XML of PS3.15 A.5.1, in a frame of RFC 5425 4.3: its length
 * in bytes, a space, and itself.
 */
export function syslogFrame(message: AuditMessage, { hostName, appName, processId }: SyslogOrigin): Uint8Array {
  const priority = AUTHPRIV * 8 + severities[message.outcome];
  const header = [
    `<${priority}>1`,
    message.at,
    field(hostName, 255),
    field(appName, 48),
    processId,
    MESSAGE_ID,
    // No structured data.
    '-',
  ].join(' ');
  const text = Buffer.from(`${header} ${BYTE_ORDER_MARK}${auditXml(message)}`, 'utf8');
  return Buffer.concat([Buffer.from(`${text.length} `, 'latin1'), text]);
}

/** A field of the header: printable ASCII without blanks, `-` where there is nothing (RFC 5424 6). */
const field = (text: string, maxCharacters: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, maxCharacters) || '-';
