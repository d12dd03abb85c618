import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../core/config.ts';
import { audit } from '../faults/audit.ts';
import { Sweeper } from '../faults/sweeper.ts';
import { Random } from '../simulation/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Balancer } from './balancer.ts';
import { Modality, type ModalityOptions } from './modality.ts';
import { startS3Process } from './s3-process.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';
import { openSlowLine } from './slow-line.ts';
import type { Terms } from './terms.ts';
import { Ward, type WardFigures } from './ward.ts';
import { Workload } from './workload.ts';

export interface RehearsalOptions {
  readonly terms: Terms;
  /** By what the times of `terms` were divided. */
  readonly scale: number;
  readonly scenarios: readonly ScenarioName[];
  /** How late the whole of the balancer acts on the news that a target goes, before scaling. */
  readonly propagationSeconds: number;
  readonly seed: number;
  readonly onScenario?: (name: ScenarioName, figures: ScenarioFigures) => void;
}

export interface ScenarioFigures extends WardFigures {
  readonly seconds: number;
  /** The fewest targets that were healthy at a time. */
  readonly fewestHealthyTargets: number;
  /** Connections for which the balancer had nobody. */
  readonly turnedAway: number;
}

export interface RehearsalReport {
  readonly scenarios: Readonly<Partial<Record<ScenarioName, ScenarioFigures>>>;
  readonly acknowledged: number;
  /** Instances that sealed manifests name. */
  readonly named: number;
  readonly manifests: number;
  readonly sweptBatches: number;
  /** Broken promises, in sentences. */
  readonly problems: readonly string[];
}

/** The controller of the balancer sees a change of a pod and calls AWS's API. */
const CONTROLLER_LAG_SECONDS = 2;
const PAUSE_SECONDS = 1;
/** Modalities try again after a while; many after a minute. The less, the more they fail. */
const RETRY_SECONDS = 10;
/** Of the time that a pod waits for its associations: what an association by the slow line takes. */
const SLOW_SHARE = 0.5;
const SLOW_EDGE = 128;
const SLOW_INSTANCES = 20;
const SWEEP_INTERVAL_SECONDS = 5;

/**
 * Real pods of the service under real senders, while they are updated, evicted and killed as a cluster would that has
 * read the chart; and the account at the end.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const { terms, scale, seed } = options;
  const ms = (seconds: number) => (seconds * 1_000) / scale;
  const folder = await temporaryFolder();
  const s3 = await startS3Process(`${folder.path}/s3`);
  let workload: Workload | undefined;
  const balancer = await Balancer.open({
    terms: terms.balancer,
    propagationMs: ms(options.propagationSeconds),
    random: new Random(seed),
    onChange: () => workload?.changed(),
  });
  const config = parseConfig({ ...terms.pod.environment, ...s3.environment });
  workload = new Workload({
    terms,
    balancer,
    environment: s3.environment,
    controllerLagMs: ms(CONTROLLER_LAG_SECONDS),
  });
  const { leaseTtlMs, storeDeadlineMs } = config;
  const sweeper = new Sweeper({
    store: s3.store,
    leaseTtlMs,
    leaseGraceMs: storeDeadlineMs + 10_000,
    intervalMs: ms(SWEEP_INTERVAL_SECONDS),
  });
  await workload.start();

  const slowBytes = SLOW_INSTANCES * SLOW_EDGE * SLOW_EDGE * 2;
  const slowLine = await openSlowLine(balancer.port, slowBytes / ((config.drainTimeoutMs * SLOW_SHARE) / 1_000));
  const ward = new Ward();
  const quick = { port: balancer.port, instances: 10, edge: 64 } as const;
  const kinds = [
    { ...quick, name: 'CR_1', program: 'storescu', instances: 1 },
    { ...quick, name: 'CT_1', program: 'dcmsend' },
    { ...quick, name: 'CT_2', program: 'storescu', edge: 256 },
    { name: 'US_FAR', program: 'storescu', port: slowLine.port, instances: SLOW_INSTANCES, edge: SLOW_EDGE },
  ] as const satisfies readonly Partial<ModalityOptions>[];
  const modalities = kinds.map(
    (kind, index) =>
      new Modality({
        ...kind,
        pauseMs: ms(PAUSE_SECONDS),
        retryAfterMs: ms(RETRY_SECONDS),
        firstUid: (index + 1) * 10_000_000,
        folder: folder.path,
        ward,
      }),
  );

  const found: Partial<Record<ScenarioName, ScenarioFigures>> = {};
  for (const name of options.scenarios) {
    // Everybody is at work, the slow one too.
    await sleep(config.drainTimeoutMs * SLOW_SHARE * 0.5);
    ward.take();
    workload.takeFewestHealthy();
    balancer.turnedAway = 0;
    const startedMs = performance.now();
    await scenarios[name](workload);
    // What failed in it is tried again.
    await sleep(ms(RETRY_SECONDS + PAUSE_SECONDS));
    const figures = {
      ...ward.take(),
      seconds: Math.round((performance.now() - startedMs) / 100) / 10,
      fewestHealthyTargets: workload.takeFewestHealthy(),
      turnedAway: balancer.turnedAway,
    };
    found[name] = figures;
    options.onScenario?.(name, figures);
  }

  await Promise.all(modalities.map((modality) => modality.stop()));
  const { probeRestarts } = workload;
  const ends = await workload.scaleDown();
  await sweeper.settle();
  const { problems, ...audited } = await audit(s3.store, ward.account, true);
  await slowLine.close();
  await balancer.close();
  await s3.stop();
  await folder.remove();
  return {
    scenarios: found,
    acknowledged: ward.account.size,
    ...audited,
    sweptBatches: sweeper.sealed,
    problems: [
      ...problems,
      ...ward.problems,
      ...ends.filter(({ exitCode }) => exitCode !== 0).map((end) => `not ended by itself: ${JSON.stringify(end)}`),
      ...(probeRestarts === 0 ? [] : [`probes have restarted ${probeRestarts} containers`]),
    ],
  };
}
