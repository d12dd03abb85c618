import { deployment } from '../../core/deployment.ts';

/** Who the objects belong to. In templates these are expressions. */
export interface Identity {
  /** Name of the objects, at most 63 characters. */
  readonly fullname: string;
  readonly name: string;
  readonly instance: string;
  readonly version: string;
  readonly managedBy: string;
  /** In which a query finds the pods. */
  readonly namespace: string;
  /** The chart, where one is installed. */
  readonly chart?: string;
}

/** What pods are found by. Never changes in the life of a release: selectors are immutable. */
export const selectorLabels = ({ name, instance }: Identity): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': instance,
});

export const commonLabels = (
  identity: Identity,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  ...(identity.chart === undefined ? {} : { 'helm.sh/chart': identity.chart }),
  ...selectorLabels(identity),
  'app.kubernetes.io/version': identity.version,
  'app.kubernetes.io/part-of': deployment.name,
  'app.kubernetes.io/managed-by': identity.managedBy,
  ...more,
});

/** Of the objects that are not named as the release itself. */
export const suffixes = {
  config: '-settings',
  peers: '-peers',
  routes: '-routes',
  adminService: '-admin',
  tlsSecret: '-tls',
  selfTest: '-selftest',
} as const;
