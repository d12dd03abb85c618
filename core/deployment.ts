/**
 * The facts of a deployment that the Fargate and the Kubernetes edition must agree on. Both read them here, so they
 * cannot drift apart.
 */
export const deployment = {
  name: 'dicom-store-scp',
  /** Number, name and purpose of each port of the container. */
  ports: {
    dicom: { name: 'dicom', port: 11_112 },
    /** Only where TLS ends in the process. */
    tls: { name: 'dicom-tls', port: 2_762 },
    admin: { name: 'admin', port: 8_080 },
  },
  /** The user of the image; none of its files belong to it. */
  user: { uid: 1_000, gid: 1_000 },
  /** Where things are mounted, if they are. */
  paths: {
    spool: '/var/spool/dicom-store-scp',
    tls: '/etc/dicom-store-scp/tls',
    clientCa: '/etc/dicom-store-scp/client-ca',
    peers: '/etc/dicom-store-scp/peers',
    routes: '/etc/dicom-store-scp/routes',
  },
  probes: {
    startup: { path: '/livez', periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 60 },
    liveness: { path: '/livez', periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
    readiness: { path: '/readyz', periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
  },
  metricsPath: '/metrics',
  resources: { cpuMillis: 1_000, memoryMiB: 2_048 },
  drain: {
    /** Lets the load balancer see that the target is not ready before the listener closes. */
    preStopSeconds: 15,
    /** Fargate kills a task 120 s after SIGTERM at the latest. */
    stopTimeoutSeconds: 120,
    drainTimeoutMs: 100_000,
  },
  /** The network load balancer before the service. */
  balancer: {
    port: 104,
    tlsPort: 2_762,
    /** For TCP; TLS listeners have a fixed one of as long. */
    idleTimeoutSeconds: 350,
    drainSeconds: 300,
    /**
     * How long it goes on sending new connections to a target that was deregistered: about two minutes, as those say who
     * measured it (kubernetes-sigs/aws-load-balancer-controller issue 2366, aws/containers-roadmap issue 470). ECS waits
     * for it by itself before it stops a task; a pod must.
     */
    deregistrationSeconds: 120,
    healthCheck: { intervalSeconds: 10, healthyAfter: 2 },
    tlsPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  },
  scaling: { minReplicas: 2, maxReplicas: 10, associationsPerReplica: 150, bytesPerSecondPerReplica: 50_000_000 },
} as const;
