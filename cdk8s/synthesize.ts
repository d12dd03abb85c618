import { ApiObject, App, Chart } from 'cdk8s';
import type { MonitoringFiles } from './objects/context.ts';
import { DicomStoreScp } from './objects/dicom-store-scp.ts';
import type { Identity } from './objects/identity.ts';
import type { NodeMap } from './values/manifest-path.ts';
import type { ChosenValues } from './values/values-schema.ts';

/** The manifests of a release by the name of their construct, in the order in which they are made. */
export type Manifests = ReadonlyMap<string, NodeMap>;

/** @throws ConflictError naming every pair of values that cannot go together */
export function synthesize(identity: Identity, values: ChosenValues, monitoring: MonitoringFiles): Manifests {
  const chart = new Chart(new App(), 'chart');
  const scp = new DicomStoreScp(chart, 'scp', { identity, values, monitoring });
  return new Map(
    scp.node.children
      .filter((child) => ApiObject.isApiObject(child))
      .map((object) => [object.node.id, object.toJson() as NodeMap]),
  );
}
