/**
 * The facts of a deployment that the Fargate and the Kubernetes edition must agree on. Both read them here, so they
 * cannot drift apart.
 */
export const deployment = {
  name: 'dicom-store-scp',
  /** Number, name and purpose of each port of the container. */
  ports: {
    dicom: { name: 'dicom', port: 11_112 },
    admin: { name: 'admin', port: 8_080 },
  },
  probes: {
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
} as const;
