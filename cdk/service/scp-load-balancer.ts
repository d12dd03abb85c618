import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  type INetworkLoadBalancer,
  NetworkListener,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  type SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { deployment } from '../../core/deployment.ts';
import { keepAccessLogs } from './access-logs.ts';

/** How the load balancer says who a connection is from. */
export type ClientAddress = 'preserve' | 'proxy-protocol';

export interface ScpLoadBalancerProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly internetFacing: boolean;
  /** Networks that may connect, e.g. `10.1.0.0/16`. */
  readonly clientCidrs: readonly string[];
  readonly port: number;
  /** How long a TCP connection may be silent; not for TLS, where it is fixed. */
  readonly idleTimeout: Duration;
  readonly clientAddress: ClientAddress;
  /** How long connections of a task that is on its way out are left alone. */
  readonly drainPeriod: Duration;
  readonly tls?: { readonly certificate: ICertificate; readonly policy: SslPolicy };
  readonly accessLogs: IBucket;
}

const HEALTH_CHECK_SECONDS = 10;
/** So long S3 may be away before tasks are replaced, which would not bring it back. */
const UNHEALTHY_AFTER_CHECKS = 10;

/** The network load balancer before the service: who may connect, how, and what becomes of connections in a deployment. */
export class ScpLoadBalancer extends Construct {
  readonly loadBalancer: NetworkLoadBalancer;
  readonly securityGroup: SecurityGroup;
  readonly targetGroup: NetworkTargetGroup;

  constructor(scope: Construct, id: string, props: ScpLoadBalancerProps) {
    super(scope, id);
    const { vpc, subnets, internetFacing, port, tls, idleTimeout, clientAddress } = props;
    // A network load balancer can only be given security groups when it is created.
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'DICOM peers to the load balancer',
      allowAllOutbound: false,
    });
    for (const cidr of props.clientCidrs) {
      const peer = cidr.includes(':') ? Peer.ipv6(cidr) : Peer.ipv4(cidr);
      this.securityGroup.addIngressRule(peer, Port.tcp(port), 'DICOM');
    }
    this.loadBalancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: subnets,
      internetFacing,
      securityGroups: [this.securityGroup],
      crossZoneEnabled: true,
      deletionProtection: true,
    });
    keepAccessLogs(this.loadBalancer, props.accessLogs);
    this.targetGroup = this.#targetGroup(vpc, clientAddress, props.drainPeriod);
    new NetworkListener(this, 'Listener', {
      loadBalancer: this.loadBalancer as INetworkLoadBalancer,
      port,
      defaultTargetGroups: [this.targetGroup],
      ...(tls === undefined
        ? { protocol: Protocol.TCP, tcpIdleTimeout: idleTimeout }
        : { protocol: Protocol.TLS, certificates: [tls.certificate], sslPolicy: tls.policy }),
    });
  }

  /** Opens the way to the tasks, for images and for health checks. */
  connectTo(service: ISecurityGroup): void {
    const { dicom, admin } = deployment.ports;
    for (const [port, purpose] of [
      [dicom.port, 'DICOM from the load balancer'],
      [admin.port, 'health checks of the load balancer'],
    ] as const) {
      service.addIngressRule(this.securityGroup, Port.tcp(port), purpose);
      this.securityGroup.addEgressRule(service, Port.tcp(port), purpose);
    }
  }

  #targetGroup(vpc: IVpc, clientAddress: ClientAddress, drainPeriod: Duration): NetworkTargetGroup {
    const { ports, probes } = deployment;
    const proxyProtocol = clientAddress === 'proxy-protocol';
    const targetGroup = new NetworkTargetGroup(this, 'Targets', {
      vpc,
      targetType: TargetType.IP,
      protocol: Protocol.TCP,
      port: ports.dicom.port,
      preserveClientIp: !proxyProtocol,
      proxyProtocolV2: proxyProtocol,
      deregistrationDelay: drainPeriod,
      healthCheck: {
        // The header goes before health checks, too; only the DICOM port reads it.
        ...(proxyProtocol
          ? { protocol: Protocol.TCP }
          : { protocol: Protocol.HTTP, port: String(ports.admin.port), path: probes.readiness.path }),
        interval: Duration.seconds(HEALTH_CHECK_SECONDS),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: UNHEALTHY_AFTER_CHECKS,
      },
    });
    // An association that is alive is not cut because the task behind it stopped being ready.
    targetGroup.setAttribute('deregistration_delay.connection_termination.enabled', 'false');
    targetGroup.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    targetGroup.setAttribute(
      'target_health_state.unhealthy.draining_interval_seconds',
      String(drainPeriod.toSeconds()),
    );
    return targetGroup;
  }
}
