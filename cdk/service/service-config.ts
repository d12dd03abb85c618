import { parseConfig, toEnvironment } from '../../core/config.ts';
import type { Config } from '../../core/config-schema.ts';
import { deployment } from '../../core/deployment.ts';

/** Settings that follow from where the service runs and from what lies behind it. */
export const placedSettings = [
  'store',
  'bucket',
  'keyPrefix',
  'folder',
  'folderFsync',
  's3PathStyle',
  'datastoreId',
  'commitmentFolder',
  'commitmentsTable',
  'ledgerBatchesTable',
  'ledgerInstancesTable',
  'ledgerStudiesTable',
  'host',
  'port',
  'adminHost',
  'adminPort',
  'plain',
  'proxyProtocolFrom',
  'drainTimeoutMs',
  'cloudwatchNamespace',
] as const satisfies readonly (keyof Config)[];
type PlacedSetting = (typeof placedSettings)[number];

/** Settings of the service that are the user's to choose. */
export type ServiceSettings = Partial<Omit<Config, PlacedSetting>>;

/** What the stack decides. Names and ids may be tokens. */
export interface ServicePlace {
  readonly bucket: string;
  readonly datastoreId: string;
  /** Where transactions of storage commitment are kept, and what they are decided by. */
  readonly commitmentsTable: string;
  readonly ledgerInstancesTable: string;
  /** What the service reads besides to show the import; absent: it does not. */
  readonly shownTables?: { readonly ledgerBatchesTable: string; readonly ledgerStudiesTable: string };
  /** Where the service's own metrics go, which scaling reads. */
  readonly cloudwatchNamespace: string;
  /** Networks of the load balancer, when it sends PROXY protocol headers. */
  readonly proxyProtocolFrom?: readonly string[];
}

/** The configuration that the service will run with, defaults included. */
export function configOf(chosen: ServiceSettings): Config {
  const later = 'decided-at-deployment';
  return parseConfig(
    environmentOf(chosen, {
      bucket: later,
      datastoreId: '0'.repeat(32),
      commitmentsTable: later,
      ledgerInstancesTable: later,
      cloudwatchNamespace: later,
    }),
  );
}

/** Whether the service keeps transactions of storage commitment. */
export const offersCommitment = ({ commitment = 'off' }: ServiceSettings): boolean => commitment !== 'off';

/**
 * The environment of the service's container.
 * @throws ConfigError that names every setting the service would refuse
 */
export function serviceEnvironment(chosen: ServiceSettings, place: ServicePlace): Readonly<Record<string, string>> {
  configOf(chosen);
  return environmentOf(chosen, place);
}

function environmentOf(chosen: ServiceSettings, place: ServicePlace): Readonly<Record<string, string>> {
  const { ports, drain } = deployment;
  const { commitmentsTable, ledgerInstancesTable, shownTables, ...everywhere } = place;
  return toEnvironment({
    ...chosen,
    ...everywhere,
    ...(offersCommitment(chosen) ? { commitmentsTable, ledgerInstancesTable } : {}),
    ...(shownTables === undefined ? {} : { ...shownTables, ledgerInstancesTable }),
    proxyProtocolFrom: [...(place.proxyProtocolFrom ?? [])],
    store: 's3',
    port: ports.dicom.port,
    adminPort: ports.admin.port,
    drainTimeoutMs: drain.drainTimeoutMs,
  });
}
