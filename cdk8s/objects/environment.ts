import { toEnvironment } from '../../core/config.ts';
import type { Config } from '../../core/config-schema.ts';
import { deployment } from '../../core/deployment.ts';
import type { ServiceSettings } from '../values/settings-values.ts';
import type { ChosenValues } from '../values/values-schema.ts';
import { asksForCertificate } from './tls-choices.ts';

const { ports, paths, drain } = deployment;

/** Files that Secrets and ConfigMaps bring. */
export const mountedFiles = {
  tlsKey: `${paths.tls}/tls.key`,
  tlsCertificate: `${paths.tls}/tls.crt`,
  clientCa: `${paths.clientCa}/ca.crt`,
  peers: `${paths.peers}/peers.json`,
  routes: `${paths.routes}/routes.json`,
} as const;

/** Below the root of the volume, where file systems keep things of their own. */
export const volumeFolder = `${paths.spool}/instances`;

/** The environment of the service's container. */
export function serviceEnvironment(values: ChosenValues): Readonly<Record<string, string>> {
  return toEnvironment({ store: 's3', ...(values.settings as ServiceSettings | undefined), ...placed(values) });
}

/** Settings that follow from other values. */
function placed({ tls, nlb, peers, routes, spool, drain: chosenDrain, settings }: ChosenValues): Partial<Config> {
  return {
    port: ports.dicom.port,
    adminPort: ports.admin.port,
    drainTimeoutMs: (chosenDrain?.timeoutSeconds ?? drain.drainTimeoutMs / 1_000) * 1_000,
    ...(nlb?.enabled === true && nlb.clientAddress === 'proxy-protocol'
      ? { proxyProtocolFrom: nlb.subnetCidrs ?? [] }
      : {}),
    ...(tls?.enabled === true
      ? {
          plain: tls.plain ?? true,
          tlsPort: ports.tls.port,
          tlsKeyFile: mountedFiles.tlsKey,
          tlsCertificateFile: mountedFiles.tlsCertificate,
          tlsClientCertificate: tls.clientCertificate ?? 'none',
          ...(asksForCertificate(tls) ? { tlsClientCaFile: mountedFiles.clientCa } : {}),
        }
      : {}),
    ...((peers?.length ?? 0) > 0 ? { peersFile: mountedFiles.peers } : {}),
    ...((routes?.length ?? 0) > 0 ? { routesFile: mountedFiles.routes } : {}),
    ...((settings as ServiceSettings | undefined)?.store === 'folder'
      ? { folder: volumeFolder }
      : spool?.enabled === true
        ? { ack: 'spooled', spoolFolder: volumeFolder }
        : {}),
  };
}
