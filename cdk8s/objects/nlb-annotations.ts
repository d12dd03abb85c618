import { deployment } from '../../core/deployment.ts';
import type { Context } from './context.ts';
import { listensPlain } from './tls-choices.ts';

const { balancer, probes, ports } = deployment;

/** The class by which the AWS Load Balancer Controller takes a Service on. */
export const nlbClass = 'service.k8s.aws/nlb';

const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-';

/**
 * Attributes of the target group that keep associations alive: a pod that goes, or that is not ready, keeps those it
 * has until they end.
 */
export const targetGroupAttributes = (preserve: string | boolean, drainSeconds: string | number) => ({
  'preserve_client_ip.enabled': `${preserve}`,
  'deregistration_delay.timeout_seconds': `${drainSeconds}`,
  'deregistration_delay.connection_termination.enabled': 'false',
  'target_health_state.unhealthy.connection_termination.enabled': 'false',
  'target_health_state.unhealthy.draining_interval_seconds': `${drainSeconds}`,
});

/** What the AWS Load Balancer Controller is told of the load balancer. */
export function nlbAnnotations({ values }: Context): Record<string, string> {
  const { nlb, service, tls } = values;
  if (nlb?.enabled !== true) return {};
  const { clientAddress = 'preserve', drainSeconds = balancer.drainSeconds, certificateArns = [] } = nlb;
  const { intervalSeconds, healthyAfter } = balancer.healthCheck;
  const plainPort = service?.port ?? balancer.port;
  const isTls = certificateArns.length > 0;
  const tcpPorts = [
    ...(listensPlain(tls) && !isTls ? [plainPort] : []),
    ...(tls?.enabled ? [service?.tlsPort ?? balancer.tlsPort] : []),
  ];
  const idle = `tcp.idle_timeout.seconds=${nlb.idleTimeoutSeconds ?? balancer.idleTimeoutSeconds}`;
  const found: Record<string, string | undefined> = {
    'nlb-target-type': 'ip',
    scheme: nlb.scheme ?? 'internal',
    name: nlb.name,
    subnets: nlb.subnets?.join(','),
    'security-groups': nlb.securityGroups?.join(','),
    'manage-backend-security-group-rules': nlb.securityGroups?.length ? 'true' : undefined,
    'proxy-protocol': clientAddress === 'proxy-protocol' ? '*' : undefined,
    'healthcheck-protocol': 'http',
    'healthcheck-port': `${ports.admin.port}`,
    'healthcheck-path': probes.readiness.path,
    'healthcheck-interval': `${intervalSeconds}`,
    'healthcheck-healthy-threshold': `${healthyAfter}`,
    'healthcheck-unhealthy-threshold': `${healthyAfter}`,
    attributes: joined({ 'load_balancing.cross_zone.enabled': `${nlb.crossZone ?? true}`, ...nlb.attributes }),
    'target-group-attributes': joined({
      ...targetGroupAttributes(clientAddress === 'preserve', drainSeconds),
      ...nlb.targetGroupAttributes,
    }),
    ...(isTls
      ? {
          'ssl-cert': certificateArns.join(','),
          'ssl-ports': `${plainPort}`,
          'ssl-negotiation-policy': nlb.tlsPolicy ?? balancer.tlsPolicy,
          'backend-protocol': 'tcp',
        }
      : {}),
    ...Object.fromEntries(tcpPorts.map((port) => [`listener-attributes.TCP-${port}`, idle])),
  };
  return Object.fromEntries(
    Object.entries(found)
      .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
      .map(([name, value]) => [`${PREFIX}${name}`, value]),
  );
}

/** As the controller reads maps: `name=value,name=value`, in order of the names. */
const joined = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
