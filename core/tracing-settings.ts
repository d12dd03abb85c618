/** What of the environment decides whether spans are made; the SDK reads the rest of `OTEL_*` by itself. */
type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_SERVICE_NAME = 'dicom-store-scp';
const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/** Whether spans have somewhere to go. Without a destination the SDK is not even loaded. */
export function isTracingWanted(environment: Environment): boolean {
  return isAllowed(environment) && isAnySet(environment, [...endpoints, 'OTEL_TRACES_EXPORTER']);
}

/** Whether spans go to an endpoint that the environment names, by OTLP. */
export function isOtlpWanted(environment: Environment): boolean {
  return isAllowed(environment) && isAnySet(environment, endpoints);
}

const isAllowed = (environment: Environment): boolean =>
  environment.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' && environment.OTEL_TRACES_EXPORTER?.trim() !== 'none';

const isAnySet = (environment: Environment, names: readonly string[]): boolean =>
  names.some((name) => (environment[name] ?? '') !== '');

/** The name that spans are told under; undefined where the environment says one itself. */
export function serviceNameFor(environment: Environment): string | undefined {
  const isNamed =
    (environment.OTEL_SERVICE_NAME ?? '') !== '' ||
    /(^|,)\s*service\.name\s*=/.test(environment.OTEL_RESOURCE_ATTRIBUTES ?? '');
  return isNamed ? undefined : DEFAULT_SERVICE_NAME;
}
