import type { ChosenValues } from '../values/values-schema.ts';
import { commonLabels, type Identity } from './identity.ts';

/** What the objects are made from. */
export interface Context {
  readonly identity: Identity;
  readonly values: ChosenValues;
  /** Files of dashboards/: rules of Prometheus and dashboards of Grafana. */
  readonly monitoring: MonitoringFiles;
}

export interface MonitoringFiles {
  /** Groups of recording and alert rules. */
  readonly ruleGroups: readonly Readonly<Record<string, unknown>>[];
  /** Dashboards as JSON text by the name of their file. */
  readonly dashboards: Readonly<Record<string, string>>;
}

/** Metadata of an object of the release. */
export function metadata({ identity, values }: Context, suffix = '', more: Readonly<Record<string, string>> = {}) {
  return {
    name: `${identity.fullname}${suffix}`,
    labels: commonLabels(identity, { ...values.commonLabels, ...more }),
  };
}
