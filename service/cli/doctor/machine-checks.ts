import { open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '../../../core/config.ts';
import { loadTlsIdentity } from '../../net/tls-identity.ts';
import { type Check, type Finding, skipped, well } from './check.ts';

const DAY_MS = 86_400_000;
const URGENT_DAYS = 7;
const SOON_DAYS = 30;
const LITTLE_FREE = 0.1;

/** The settings of this environment. */
export const configuration: Check = {
  name: 'configuration',
  remedy: 'See dicom-store-scp check-config.',
  look: async ({ environment }) => {
    try {
      const config = parseConfig(environment);
      return well(`store ${config.store}, acknowledged when ${config.ack}, as ${config.aeTitles.join(', ')}`);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const detail = error.problems.map(({ env, problem }) => `${env}: ${problem}`).join('; ');
      return { health: 'ill', detail, remedy: 'See docs/configuration.md.' };
    }
  },
};

/** Key, certificate and authorities. */
export const certificate: Check = {
  name: 'certificate',
  remedy:
    'Mount key and certificate where SCP_TLS_KEY_FILE and SCP_TLS_CERTIFICATE_FILE say, and let this user read them.',
  look: async ({ config, clock }) => {
    const { tlsPort, tlsKeyFile, tlsCertificateFile, tlsClientCaFile } = config ?? {};
    if (tlsPort === undefined || tlsKeyFile === undefined || tlsCertificateFile === undefined) {
      return skipped('TLS does not end in this process');
    }
    const files = { keyFile: tlsKeyFile, certificateFile: tlsCertificateFile, clientCaFile: tlsClientCaFile };
    const { expiresAtMs } = await loadTlsIdentity(files, clock.nowMs());
    return expiryFinding(expiresAtMs, clock.nowMs());
  },
};

export function expiryFinding(expiresAtMs: number, nowMs: number): Finding {
  const days = Math.floor((expiresAtMs - nowMs) / DAY_MS);
  const detail = `expires on ${new Date(expiresAtMs).toISOString().slice(0, 10)}, in ${days} days`;
  const remedy = 'Replace the files: the service takes up new ones by itself.';
  if (days < URGENT_DAYS) return { health: 'ill', detail, remedy };
  return days < SOON_DAYS ? { health: 'doubtful', detail, remedy } : well(detail);
}

/** The folder that instances are kept in, or spooled to. */
export const volume: Check = {
  name: 'volume',
  remedy: 'Mount the volume at SCP_FOLDER or SCP_SPOOL_FOLDER, and let this user write to it (fsGroup in Kubernetes).',
  look: async ({ config, newUid }) => {
    const folder =
      config?.ack === 'spooled' ? config.spoolFolder : config?.store === 'folder' ? config.folder : undefined;
    if (folder === undefined) return skipped('nothing is kept on this machine');
    const path = join(folder, `.doctor-${newUid()}`);
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile('x');
      await handle.sync();
    } finally {
      await handle.close();
      await unlink(path);
    }
    const { blocks, bavail, bsize } = await statfs(folder);
    return spaceFinding(folder, bavail * bsize, blocks * bsize);
  },
};

export function spaceFinding(folder: string, freeBytes: number, bytes: number): Finding {
  const detail = `${folder} takes files, ${(freeBytes / 1e9).toFixed(1)} of ${(bytes / 1e9).toFixed(1)} GB free`;
  if (freeBytes >= bytes * LITTLE_FREE) return well(detail);
  return { health: 'doubtful', detail, remedy: 'Make room, or let the volume grow.' };
}
