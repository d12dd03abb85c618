import { describe, expect, it } from 'vitest';
import { isOtlpWanted, isTracingWanted, serviceNameFor } from '../../core/tracing-settings.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

describe('tracing', () => {
  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [{ OTEL_TRACES_SAMPLER: 'always_on', OTEL_SERVICE_NAME: 'x' }, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, true],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'True' }, false],
  ])('is wanted by %j: %s', (environment, isWanted) => {
    expect(isTracingWanted(environment)).toBe(isWanted);
  });

  it.each([
    [{}, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, false],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }, false],
  ])('by OTLP is wanted by %j: %s', (environment, isWanted) => {
    expect(isOtlpWanted(environment)).toBe(isWanted);
  });

  it.each([
    [{}, 'dicom-store-scp'],
    [{ OTEL_SERVICE_NAME: 'mine' }, undefined],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=b,service.name=mine' }, undefined],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'my.service.name=mine' }, 'dicom-store-scp'],
  ])('has by %j the service name %s', (environment, name) => {
    expect(serviceNameFor(environment)).toBe(name);
  });
});
