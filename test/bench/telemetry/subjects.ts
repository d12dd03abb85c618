import { join } from 'node:path';
import { shippedService } from '../../support/shipped-service.ts';
import { type Place, type Receiver, receivers } from '../receivers.ts';
import type { S3Drain } from '../s3/s3-drain.ts';
import { serviceTo } from '../s3/store-receivers.ts';

/** Who is told of what happens in the service. */
export interface Subject {
  readonly name: string;
  /** What `service.ts` opens: nobody is there in either of the control's turns. */
  readonly listener: 'telemetry' | 'nobody';
  readonly settings: Readonly<Record<string, string>>;
}

/** Where the service brings images, and the settings for it. */
export interface StoreUnderTest {
  readonly name: string;
  readonly environment: (place: Place) => Readonly<Record<string, string>>;
}

/** @param collector endpoint that spans are sent to */
export function subjects(collector: string): readonly Subject[] {
  const audit = { SCP_AUDIT: 'json' };
  const spans = { ...audit, OTEL_EXPORTER_OTLP_ENDPOINT: collector };
  const sampled = { ...spans, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };
  return [
    { name: 'nobody: the control', listener: 'nobody', settings: {} },
    { name: 'log and metrics', listener: 'telemetry', settings: {} },
    { name: 'log, metrics and audit', listener: 'telemetry', settings: audit },
    { name: 'log, metrics, audit and spans', listener: 'telemetry', settings: spans },
    { name: 'the same, one association in ten sampled', listener: 'telemetry', settings: sampled },
  ];
}

/** Without fsync: its time is the disk's. */
export const toFolder: StoreUnderTest = { name: 'folder', environment: receivers.oursToDisk.environment };

/** By the client of S3 that is shipped. */
export function toS3(drain: S3Drain): StoreUnderTest {
  const { environment } = serviceTo(drain, 'ours, to S3');
  return { name: 'S3', environment: (place) => ({ ...environment?.(place) }) };
}

export const controlSocketIn = (folder: string): string => join(folder, 'control.sock');

/** The service with the image's options of Node, to a store, with somebody who can be told. */
export const receiverOf = ({ name, listener, settings }: Subject, { environment }: StoreUnderTest): Receiver => ({
  name,
  command: ({ folder }) => [
    ...shippedService.slice(0, -1),
    join(import.meta.dirname, 'service.ts'),
    listener,
    controlSocketIn(folder),
  ],
  environment: (place) => ({ ...environment(place), ...settings }),
});
