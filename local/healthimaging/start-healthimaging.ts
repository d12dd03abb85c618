import type { AddressInfo } from 'node:net';
import type { Clock, Schedule } from '../../core/clock.ts';
import { Background } from './background.ts';
import { type Behaviour, defaultBehaviour, defaultTiming, type Emulator, type Timing } from './emulator.ts';
import { type Account, type EventContent, eventOf, type HealthImagingEvent } from './events/event.ts';
import { FaultPlan } from './faults.ts';
import { createGate } from './http/gate.ts';
import { createApiServer } from './http/server.ts';
import { resumeJob } from './jobs/import-lifecycle.ts';
import type { ObjectAccess } from './objects/object-access.ts';
import { resumeDatastore } from './operations/datastores.ts';
import { operations } from './operations/operations.ts';
import { awsQuotas, type Quotas } from './quotas.ts';
import { State } from './state/state.ts';

export interface HealthImagingOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Where everything is kept from one run to the next. One emulator at a time. */
  readonly dataFolder: string;
  readonly objects: ObjectAccess;
  readonly clock: Clock;
  /** 32 characters of 0-9a-z, never the same twice. */
  readonly newId: () => string;
  /** Runs work later, and never before it returns. */
  readonly schedule: Schedule;
  /** Takes events as EventBridge would deliver them. */
  readonly onEvent?: (event: HealthImagingEvent) => void;
  /** Takes errors of the emulator itself: a full disk, a defect. */
  readonly onError?: (error: unknown) => void;
  readonly account?: Account;
  readonly quotas?: Quotas;
  readonly timing?: Partial<Timing>;
  readonly behaviour?: Partial<Behaviour>;
  readonly faults?: FaultPlan;
}

export interface HealthImaging {
  /** What an SDK client takes as `endpoint`, with `disableHostPrefix: true` beside it. */
  readonly endpoint: string;
  readonly port: number;
  /** Stops listening, and waits for work in hand. What is unfinished goes on at the next start. */
  readonly close: () => Promise<void>;
}

/** Starts an emulator of AWS HealthImaging, and takes up what an earlier run has left in the data folder. */
export async function startHealthImaging(options: HealthImagingOptions): Promise<HealthImaging> {
  const emulator = await createEmulator(options);
  const { state, faults, quotas, background } = emulator;
  for (const datastore of state.datastores.values()) resumeDatastore(emulator, datastore);
  for (const job of state.jobs.values()) resumeJob(emulator, job);
  const admit = createGate(quotas, faults, options.clock.monotonicMs);
  const server = createApiServer(
    async (operation, input) => {
      admit(operation);
      return operations[operation](emulator, input);
    },
    options.newId,
    quotas.bytesPerStore,
    options.onError ?? ignore,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const port = listeningPort(server.address());
  return {
    endpoint: `http://${options.host}:${port}`,
    port,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      await background.close();
    },
  };
}

async function createEmulator(options: HealthImagingOptions): Promise<Emulator> {
  const { objects, clock, newId } = options;
  const account = options.account ?? { region: 'us-east-1', accountId: '123456789012' };
  const faults = options.faults ?? new FaultPlan();
  return {
    account,
    objects,
    clock,
    newId,
    faults,
    state: await State.load(options.dataFolder),
    background: new Background(options.schedule, options.onError ?? ignore),
    quotas: options.quotas ?? awsQuotas,
    timing: { ...defaultTiming, ...options.timing },
    behaviour: { ...defaultBehaviour, ...options.behaviour },
    publish: (content: EventContent) => {
      const copies = copiesOf(content.detailType, faults);
      const event = eventOf(content, account, newId(), clock.nowMs());
      for (let copy = 0; copy < copies; copy++) options.onEvent?.(event);
    },
  };
}

/** How often an event is delivered: EventBridge promises neither at least nor at most once. */
function copiesOf(detailType: string, faults: FaultPlan): number {
  if (faults.take('lose-event', (fault) => fault.detailType === detailType) !== undefined) return 0;
  return faults.take('duplicate-event', (fault) => fault.detailType === detailType) === undefined ? 1 : 2;
}

function listeningPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  return address.port;
}

function ignore(): void {}
