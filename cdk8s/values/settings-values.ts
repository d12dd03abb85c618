import { z } from 'zod';
import type { Setting } from '../../core/config.ts';
import { settings } from '../../core/config.ts';
import { type Config, configSchema } from '../../core/config-schema.ts';

/** Settings that follow from where the pod runs and from other values. */
export const placedSettings = [
  'host',
  'port',
  'adminHost',
  'adminPort',
  'plain',
  'proxyProtocolFrom',
  'tlsPort',
  'tlsKeyFile',
  'tlsCertificateFile',
  'tlsClientCaFile',
  'tlsClientCertificate',
  'peersFile',
  'routesFile',
  'ack',
  'spoolFolder',
  'recordedPeersFile',
  'statusThumbnails',
  'folder',
  'drainTimeoutMs',
] as const satisfies readonly (keyof Config)[];
type PlacedSetting = (typeof placedSettings)[number];

/** Settings of the service that are the user's to choose. */
export type ServiceSettings = Partial<Omit<Config, PlacedSetting>>;

/** Those that the chart has values for, in the order of the service's schema. */
export const chosenSettings = (): readonly Setting[] =>
  settings().filter(({ name }) => !placedSettings.some((placed) => placed === name));

/** Each of them as JSON Schema, draft 7. The service itself judges how they go together. */
export function settingSchemas(): Readonly<Record<string, z.core.JSONSchema.BaseSchema>> {
  const { properties = {} } = z.toJSONSchema(configSchema, { target: 'draft-7' });
  return Object.fromEntries(
    chosenSettings().map(({ name }) => {
      const property = properties[name];
      if (property === undefined || typeof property === 'boolean') throw new Error(`${name} has no schema`);
      const { env: _, ...schema } = property;
      return [name, schema];
    }),
  );
}
