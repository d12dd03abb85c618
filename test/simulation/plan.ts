import type { GenerationLimits } from '../../service/ingest/generations.ts';
import type { ClockFaults } from './pod.ts';
import { Random } from './random.ts';

export interface PlannedInstance {
  /** Number of its SOP instance UID. */
  readonly instance: number;
  /** Instances of the same UID and another variant have other bytes. */
  readonly variant: number;
  readonly chunks: number;
}

export interface PlannedAssociation {
  readonly atMs: number;
  readonly pod: number;
  readonly instances: readonly PlannedInstance[];
  readonly gapMs: number;
  /** Instances that it sends without waiting for answers. */
  readonly window: number;
  /** Whether it is cut in the middle of its last instance. */
  readonly isCut: boolean;
}

/** What goes wrong at a moment: with the replica in a place, or with the sweeper that was started last. */
export type Disturbance =
  | { readonly type: 'crash' | 'drain'; readonly atMs: number; readonly pod: number }
  | {
      readonly type: 'freeze' | 'partition' | 'leases-refused';
      readonly atMs: number;
      readonly pod: number;
      readonly forMs: number;
    }
  | { readonly type: 'wall-clock-step'; readonly atMs: number; readonly pod: number; readonly byMs: number }
  | { readonly type: 'sweeper-crash' | 'sweeper-partition'; readonly atMs: number };

/** All that is decided before a simulated world begins. */
export interface Plan {
  readonly seed: number;
  readonly clocks: readonly ClockFaults[];
  readonly limits: GenerationLimits;
  readonly bytesPerByte: number;
  readonly faultRate: number;
  readonly sweepIntervalMs: number;
  readonly associations: readonly PlannedAssociation[];
  readonly disturbances: readonly Disturbance[];
}

/** From here on nothing goes wrong any more. */
export const HEALED_AT_MS = 300_000;

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** A world's plan: the same for the same seed. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const pods = random.between(1, 3);
  const busyMs = random.pick([20_000, 90_000, HEALED_AT_MS - 40_000]);
  const associations = times(random.between(1, 6), () => planAssociation(random, pods, busyMs));
  return {
    seed,
    clocks: times(pods, () => ({
      skewMs: random.between(-600_000, 600_000),
      rate: 1 + random.between(-20, 20) / 1_000,
      stopsWhenFrozen: random.chance(0.3),
    })),
    limits: {
      quietMs: random.pick([1_000, 5_000, 30_000]),
      maxAgeMs: 30_000,
      hardAgeMs: random.pick([45_000, 120_000]),
      maxFiles: random.pick([2, 5, 50]),
      maxBytes: 9_000_000_000,
    },
    bytesPerByte: random.pick([1, 1, 8_000_000]),
    faultRate: random.pick([0, 0.02, 0.15]),
    sweepIntervalMs: random.pick([7_000, 20_000, 60_000]),
    associations,
    disturbances: times(random.between(0, 6), () => planDisturbance(random, associations)),
  };
}

/**
 * A plan in which leases run out while instances keep coming, under a clock that is much too slow and a sweeper that looks every second:
 * all that keeps the two apart is the life of a lease and the grace.
 */
export function pressedPlanOf(seed: number): Plan {
  const plan = planOf(seed);
  const random = new Random(seed);
  return {
    ...plan,
    clocks: [{ skewMs: 0, rate: 0.9, stopsWhenFrozen: false }],
    limits: { quietMs: 30_000, maxAgeMs: 30_000, hardAgeMs: 250_000, maxFiles: 500, maxBytes: 9_000_000_000 },
    bytesPerByte: 1,
    faultRate: 0.02,
    sweepIntervalMs: 1_000,
    associations: times(2, (index) => ({
      atMs: random.between(0, 3_000),
      pod: 0,
      instances: times(120, (instance) => ({ instance: 100 * index + instance, variant: 0, chunks: 1 })),
      gapMs: 1_000,
      window: 1,
      isCut: false,
    })),
    disturbances: [{ type: 'leases-refused', atMs: random.between(4_000, 20_000), pod: 0, forMs: 130_000 }],
  };
}

function planAssociation(random: Random, pods: number, busyMs: number): PlannedAssociation {
  const first = random.between(1, 12);
  return {
    atMs: random.between(0, busyMs),
    pod: random.between(0, pods - 1),
    instances: times(random.between(1, 5), (index) => ({
      instance: random.chance(0.2) ? first : first + index,
      variant: random.chance(0.15) ? 1 : 0,
      chunks: random.between(1, 3),
    })),
    gapMs: random.pick([0, 50, 1_000, 15_000, 40_000]),
    window: random.pick([1, 1, 3]),
    isCut: random.chance(0.15),
  };
}

/** Where and while something is sent, or within two lease lives of it: elsewhere there is nothing to disturb. */
function planDisturbance(random: Random, associations: readonly PlannedAssociation[]): Disturbance {
  const {
    pod,
    atMs: fromMs,
    gapMs,
  } = associations[random.between(0, associations.length - 1)] ?? { pod: 0, atMs: 0, gapMs: 0 };
  const laterMs = random.between(0, random.pick([2_000, 2_000 + 3 * gapMs, 120_000]));
  const atMs = Math.min(fromMs + laterMs, HEALED_AT_MS - 1_000);
  const forMs = random.pick([500, 10_000, 55_000, 75_000, 100_000, 160_000]);
  const type = random.pick([
    'crash',
    'crash',
    'drain',
    'freeze',
    'freeze',
    'partition',
    'leases-refused',
    'leases-refused',
    'wall-clock-step',
    'sweeper-crash',
    'sweeper-partition',
  ] as const);
  switch (type) {
    case 'crash':
    case 'drain':
      return { type, atMs, pod };
    case 'freeze':
    case 'partition':
    case 'leases-refused':
      return { type, atMs, pod, forMs: Math.min(forMs, HEALED_AT_MS - atMs) };
    case 'wall-clock-step':
      return { type, atMs, pod, byMs: random.between(-120_000, 120_000) };
    default:
      return { type, atMs };
  }
}
