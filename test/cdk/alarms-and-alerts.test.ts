import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alertNames } from '../../dashboards/rules/rule-groups.ts';
import { thresholds } from '../../dashboards/thresholds.ts';
import { resourcesOf } from './support/variants.ts';

/** The alarms of CloudWatch, and the alerts of Prometheus that say the same. */
const same: Readonly<Record<string, readonly string[]>> = {
  NoHealthyTarget: ['ScpDown'],
  InstancesRefused: ['InstancesRefused', 'StoreFailing'],
  SealsFailing: ['SealsFailing'],
  ServiceBugs: ['ServiceBug'],
  AtMostTasks: ['AssociationsNearLimit', 'AssociationsTurnedAway'],
  AssociationsRejected: ['AssociationsRejected'],
  ReloadFailing: ['ReloadFailing'],
  ImportDoubtful: ['ImportDoubtful'],
  ImportsFailed: ['ImportsFailed'],
  InstancesNotImported: ['InstancesNotImported'],
  ImportsLate: ['ImportsLate'],
  ImportQuotaNear: ['ImportQuotaNear'],
};

/** Alarms about what Prometheus cannot see. */
const onlyAlarms: Readonly<Record<string, string>> = {
  DeadLetters: 'queues are of AWS alone',
  EventsWaiting: 'queues are of AWS alone; what waits in them for an hour is late: ImportsLate',
  BatchesStuck: 'what the sweeper had to start is in its log; what does not move is late: ImportsLate',
  SweepFailing: 'the sweeper is a function',
  Throttled: 'quotas of Lambda',
  ExecutionsThrottled: 'quotas of Step Functions',
  DispatchFailing: 'the dispatcher is a function; what it leaves waiting is late: ImportsLate',
};

/** Alerts whose figures CloudWatch is not given, with what stands for them in AWS. */
const onlyAlerts: Readonly<Record<string, string>> = {
  ScpInstanceDown: 'ECS replaces a task that fails its health check',
  AssociationsBroken: 'lines association-ended of the log',
  NothingReceived: 'the dashboard shows bytes received',
  CertificateExpiring: 'AWS Certificate Manager renews, and tells of it',
  BatchNotSealed: 'the sweeper seals what stays open: BatchesStuck',
  SendersHeldBack: 'the dashboard shows CPU and memory of tasks',
  SpoolFilling: 'Fargate has no spool',
  SpoolFull: 'Fargate has no spool',
  SpoolStalled: 'Fargate has no spool',
  SpoolDamaged: 'Fargate has no spool',
  LedgerUnread: 'nothing reads the ledger there',
  EventLoopBlocked: 'the dashboard shows CPU of tasks',
  MemoryHigh: 'the dashboard shows memory of tasks',
  AcknowledgementBudgetBurn: 'no histogram in CloudWatch',
  ImportBudgetBurn: 'the dashboard shows from seal to arrival',
};

const alarm = (name: string) =>
  resourcesOf('standard', 'AWS::CloudWatch::Alarm').find(([id]) => id.startsWith(`ScpAlarms${name}`))?.[1].Properties;

const alarms = resourcesOf('standard', 'AWS::CloudWatch::Alarm').map(
  ([, { Properties }]) => /#(\w+)$/.exec(String(Properties?.AlarmDescription))?.[1] ?? '',
);

describe('alarms of CloudWatch and alerts of Prometheus', () => {
  it('are the same, or it is said why not', () => {
    const known = [...Object.keys(same), ...Object.keys(onlyAlarms)].map((name) => name.toLowerCase());
    expect(alarms.sort()).toEqual(known.sort());
    const spoken = new Set([...Object.values(same).flat(), ...Object.keys(onlyAlerts)]);
    expect([...spoken].sort()).toEqual([...alertNames(thresholds)].sort());
  });

  it('have the same thresholds', () => {
    const { imports, associations, refusedInstances, sealFailures } = thresholds;
    const of = (name: string) => {
      const { Threshold, Period, EvaluationPeriods, Metrics } = z
        .object({
          Threshold: z.number(),
          EvaluationPeriods: z.number(),
          Period: z.number().optional(),
          Metrics: z.array(z.object({ MetricStat: z.object({ Period: z.number() }).optional() })).optional(),
        })
        .parse(alarm(name));
      const seconds = Period ?? Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? 0;
      return { threshold: Threshold, seconds: seconds * EvaluationPeriods };
    };
    expect(of('ImportsLate').threshold).toBe(imports.oldestAgeSeconds);
    expect(of('ImportQuotaNear')).toEqual({
      threshold: imports.quotaRatio * imports.concurrentJobs,
      seconds: imports.quotaForSeconds,
    });
    const rare = thresholds.rareWindowSeconds;
    expect(of('InstancesNotImported')).toEqual({ threshold: 1, seconds: rare });
    const window = thresholds.windowSeconds;
    expect(of('AssociationsRejected')).toEqual({ threshold: associations.rejected, seconds: window });
    expect(of('InstancesRefused')).toEqual({ threshold: refusedInstances, seconds: window });
    expect(of('SealsFailing')).toEqual({ threshold: sealFailures, seconds: window });
  });

  it('are not both', () => {
    const shared = new Set(Object.values(same).flat());
    expect(Object.keys(onlyAlerts).filter((name) => shared.has(name))).toEqual([]);
  });
});
