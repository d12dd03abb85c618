import type { NodeMap } from '../../cdk8s/values/manifest-path.ts';

interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

interface Container {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly hostPort?: number }[];
}

interface PodSpec {
  readonly securityContext?: SecurityContext;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
}

const volumeKinds = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const profiles = ['RuntimeDefault', 'Localhost'];

/** The pod in an object, if it makes any. */
export function podSpecOf({ kind, spec }: NodeMap): PodSpec | undefined {
  const inner = spec as { template?: { spec?: unknown } } | undefined;
  return (kind === 'Pod' ? inner : inner?.template?.spec) as PodSpec | undefined;
}

/** What of a pod the Pod Security Standard `restricted` forbids, its `baseline` included. */
export function unrestricted(pod: PodSpec): readonly string[] {
  const found: string[] = [];
  const own = pod.securityContext;
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) if (pod[field]) found.push(field);
  for (const { name, ...volume } of pod.volumes ?? []) {
    if (!Object.keys(volume).every((kind) => volumeKinds.includes(kind))) found.push(`volume ${name}`);
  }
  for (const { name, securityContext: context, ports } of [...pod.containers, ...(pod.initContainers ?? [])]) {
    const say = (problem: string) => found.push(`${name}: ${problem}`);
    if (context?.privileged) say('privileged');
    if (context?.procMount !== undefined && context.procMount !== 'Default') say('procMount');
    if (context?.allowPrivilegeEscalation !== false) say('allowPrivilegeEscalation');
    if (!context?.capabilities?.drop?.includes('ALL')) say('capabilities');
    if (context?.capabilities?.add?.some((added) => added !== 'NET_BIND_SERVICE')) say('added capabilities');
    if (!(context?.runAsNonRoot ?? own?.runAsNonRoot)) say('runAsNonRoot');
    if ((context?.runAsUser ?? own?.runAsUser) === 0) say('runAsUser');
    if (!profiles.includes((context?.seccompProfile ?? own?.seccompProfile)?.type ?? '')) say('seccompProfile');
    if (ports?.some(({ hostPort }) => hostPort !== undefined)) say('hostPort');
  }
  return found;
}
