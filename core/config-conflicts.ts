import type { Config } from './config-schema.ts';

/** Rules between settings. Takes what could be read so far, so that they are reported together with all other problems. */
export function conflicts(
  config: Partial<Config>,
): readonly { readonly name: keyof Config; readonly problem: string }[] {
  const found: { name: keyof Config; problem: string }[] = [];
  const less = (a: keyof Config, b: keyof Config, inclusive = false) => {
    const [left, right] = [config[a], config[b]];
    return typeof left === 'number' && typeof right === 'number' && (left < right || (inclusive && left === right));
  };
  if (config.store === 's3' && config.bucket === undefined)
    found.push({ name: 'bucket', problem: 'needed when SCP_STORE is s3' });
  if (config.store === 'folder' && config.folder === undefined)
    found.push({ name: 'folder', problem: 'needed when SCP_STORE is folder' });
  if (less('maxReceivedPduBytes', 'maxPduBytes'))
    found.push({
      name: 'maxReceivedPduBytes',
      problem: 'less than SCP_MAX_PDU_BYTES: what is announced must be taken',
    });
  if (less('batchHardAgeMs', 'batchMaxAgeMs'))
    found.push({ name: 'batchHardAgeMs', problem: 'less than SCP_BATCH_MAX_AGE_MS' });
  if (less('leaseTtlMs', 'storeDeadlineMs', true))
    found.push({ name: 'leaseTtlMs', problem: 'not more than SCP_STORE_DEADLINE_MS: a lease must outlive a store' });
  const isPlain = config.plain !== false;
  if (isPlain && isSame(config.port, config.adminPort))
    found.push({ name: 'adminPort', problem: 'the same as SCP_PORT' });
  if (config.tlsPort !== undefined) found.push(...tlsConflicts(config));
  if (!isPlain && config.tlsPort === undefined)
    found.push({ name: 'tlsPort', problem: 'needed when SCP_PLAIN is off: nothing would be listened on' });
  if (config.ack === 'spooled') {
    if (config.spoolFolder === undefined)
      found.push({ name: 'spoolFolder', problem: 'needed when SCP_ACK is spooled' });
    if (config.store === 'folder')
      found.push({ name: 'ack', problem: 'spooled is of no use when SCP_STORE is folder: both are on a disk' });
    if (less('spoolFullPercent', 'spoolHighPercent'))
      found.push({ name: 'spoolFullPercent', problem: 'less than SCP_SPOOL_HIGH_PERCENT' });
  }
  if (config.unknownPeers === 'refuse' && config.peersFile === undefined)
    found.push({ name: 'peersFile', problem: 'needed when SCP_UNKNOWN_PEERS is refuse: nobody could associate' });
  if (config.recordedPeersFile !== undefined && config.unknownPeers !== 'record')
    found.push({ name: 'recordedPeersFile', problem: 'of no use unless SCP_UNKNOWN_PEERS is record' });
  if (config.statusPage === false) {
    for (const name of ['statusThumbnails', 'adminTokenFile', 'statusStateMachine'] as const) {
      if (config[name] !== undefined) found.push({ name, problem: 'of no use unless SCP_STATUS_PAGE is on' });
    }
  }
  if (config.commitment !== undefined && config.commitment !== 'off') found.push(...commitmentConflicts(config));
  return [...found, ...auditConflicts(config)];
}

function commitmentConflicts(config: Partial<Config>): { name: keyof Config; problem: string }[] {
  const found: { name: keyof Config; problem: string }[] = [];
  const { commitment, commitmentFolder, commitmentsTable, ledgerInstancesTable, peersFile } = config;
  if (commitmentFolder === undefined && commitmentsTable === undefined)
    found.push({
      name: 'commitmentFolder',
      problem: 'it or SCP_COMMITMENTS_TABLE is needed when SCP_COMMITMENT is on',
    });
  if (commitmentFolder !== undefined && commitmentsTable !== undefined)
    found.push({ name: 'commitmentFolder', problem: 'of no use when SCP_COMMITMENTS_TABLE is set' });
  if (commitment === 'imported' && ledgerInstancesTable === undefined)
    found.push({ name: 'ledgerInstancesTable', problem: 'needed when SCP_COMMITMENT is imported' });
  if (peersFile === undefined && config.commitmentUnknownPeers === 'refuse')
    found.push({ name: 'commitment', problem: 'of no use without SCP_PEERS_FILE: nobody could ask for it' });
  return found;
}

const syslogOnly = [
  'auditSyslogUrl',
  'auditSyslogCaFile',
  'auditSyslogKeyFile',
  'auditSyslogCertificateFile',
] as const satisfies readonly (keyof Config)[];

function auditConflicts(config: Partial<Config>): { name: keyof Config; problem: string }[] {
  const found: { name: keyof Config; problem: string }[] = [];
  const { audit, auditFile, auditSyslogUrl, auditSyslogKeyFile, auditSyslogCertificateFile } = config;
  if (audit === 'syslog') {
    if (auditSyslogUrl === undefined)
      found.push({ name: 'auditSyslogUrl', problem: 'needed when SCP_AUDIT is syslog' });
  } else {
    for (const name of syslogOnly)
      if (config[name] !== undefined) found.push({ name, problem: 'of no use unless SCP_AUDIT is syslog' });
  }
  if (auditFile !== undefined && audit !== 'json')
    found.push({ name: 'auditFile', problem: 'of no use unless SCP_AUDIT is json' });
  if (auditSyslogKeyFile !== undefined && auditSyslogCertificateFile === undefined)
    found.push({ name: 'auditSyslogCertificateFile', problem: 'needed when SCP_AUDIT_SYSLOG_KEY_FILE is set' });
  if (auditSyslogCertificateFile !== undefined && auditSyslogKeyFile === undefined)
    found.push({ name: 'auditSyslogKeyFile', problem: 'needed when SCP_AUDIT_SYSLOG_CERTIFICATE_FILE is set' });
  return found;
}

function tlsConflicts(config: Partial<Config>): { name: keyof Config; problem: string }[] {
  const found: { name: keyof Config; problem: string }[] = [];
  const needed = (name: keyof Config, when: string) => {
    if (config[name] === undefined) found.push({ name, problem: `needed when ${when}` });
  };
  needed('tlsKeyFile', 'SCP_TLS_PORT is set');
  needed('tlsCertificateFile', 'SCP_TLS_PORT is set');
  if (config.tlsClientCertificate !== undefined && config.tlsClientCertificate !== 'none')
    needed('tlsClientCaFile', `SCP_TLS_CLIENT_CERTIFICATE is ${config.tlsClientCertificate}`);
  if (config.plain !== false && isSame(config.tlsPort, config.port))
    found.push({ name: 'tlsPort', problem: 'the same as SCP_PORT' });
  if (isSame(config.tlsPort, config.adminPort)) found.push({ name: 'tlsPort', problem: 'the same as SCP_ADMIN_PORT' });
  return found;
}

/** Port 0 is another port each time. */
const isSame = (a: number | undefined, b: number | undefined): boolean => a !== undefined && a !== 0 && a === b;
