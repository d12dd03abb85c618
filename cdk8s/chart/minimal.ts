import { deployment } from '../../core/deployment.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { MonitoringFiles } from '../objects/context.ts';
import type { Identity } from '../objects/identity.ts';
import { type Manifests, synthesize } from '../synthesize.ts';
import type { ChosenValues } from '../values/values-schema.ts';

export const { version } = packageJson;

const { name } = deployment;

/** Of the manifests that are applied without a chart. */
export const plainIdentity: Identity = {
  fullname: name,
  name,
  instance: name,
  version,
  managedBy: 'cdk8s',
  namespace: name,
};

/** The one value that has no default. */
export const minimalValues = { settings: { bucket: 'your-landing-bucket' } } satisfies ChosenValues;

const nothing: MonitoringFiles = { ruleGroups: [], dashboards: {} };

/** The manifests of default values. */
export const plainManifests = (): Manifests => synthesize(plainIdentity, minimalValues, nothing);
