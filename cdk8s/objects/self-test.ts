import { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import type { ServiceSettings } from '../values/settings-values.ts';
import { image, restrictedContainer } from './container.ts';
import { type Context, metadata } from './context.ts';
import { type Identity, selectorLabels, suffixes } from './identity.ts';
import { restrictedPod } from './pod.ts';
import { listensPlain } from './tls-choices.ts';

const { balancer } = deployment;
const quantity = (value: string): k8s.Quantity => k8s.Quantity.fromString(value);

/** Tells the pod of the test from those of the service, which Services and controllers find by these. */
export const selfTestLabels = (identity: Identity): Record<string, string> =>
  selectorLabels({ ...identity, name: `${identity.name}${suffixes.selfTest}` });

/** A pod of the same image that sends to the Service what a modality would; `helm test` runs it. */
export function selfTestProps(context: Context): k8s.KubePodProps {
  const { identity, values } = context;
  const { selfTest, service, tls } = values;
  const settings = values.settings as ServiceSettings | undefined;
  const isPlain = listensPlain(tls);
  const port = isPlain ? (service?.port ?? balancer.port) : (service?.tlsPort ?? balancer.tlsPort);
  return {
    metadata: {
      ...metadata(context, suffixes.selfTest, selfTestLabels(identity)),
      annotations: {
        'helm.sh/hook': 'test',
        'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
      },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod,
      containers: [
        {
          name: 'selftest',
          image: image(context),
          args: [
            identity.fullname,
            `${port}`,
            '--called',
            settings?.aeTitles?.[0] ?? 'STORESCP',
            '--calling',
            selfTest?.callingAeTitle ?? 'SELFTEST',
            ...(isPlain ? [] : ['--tls']),
            ...(selfTest?.store ? ['--store'] : []),
          ],
          command: ['node', 'service/cli/selftest/main.ts'],
          resources: {
            requests: { cpu: quantity('50m'), memory: quantity('128Mi') },
            limits: { memory: quantity('128Mi') },
          },
          securityContext: restrictedContainer,
        },
      ],
    },
  };
}
