import { describe, expect, it } from 'vitest';
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
  ImportsFailed: ['ImportsFailed'],
  EventsWaiting: ['ImportsLate'],
  BatchesStuck: ['ImportsLate'],
};

/** Alarms about what Prometheus cannot see. */
const onlyAlarms: Readonly<Record<string, string>> = {
  DeadLetters: 'queues are of AWS alone',
  SweepFailing: 'the sweeper is a function',
  Throttled: 'quotas of Lambda',
  ExecutionsThrottled: 'quotas of Step Functions',
  DispatchFailing: 'the dispatcher is a function; what it leaves waiting is late: ImportsLate',
};

/** Alerts whose figures CloudWatch is not given, with what stands for them in AWS. */
const onlyAlerts: Readonly<Record<string, string>> = {
  ScpInstanceDown: 'ECS replaces a task that fails its health check',
  AssociationsRejected: 'lines association-rejected of the log',
  AssociationsBroken: 'lines association-ended of the log',
  NothingReceived: 'the dashboard shows bytes received',
  CertificateExpiring: 'AWS Certificate Manager renews, and tells of it',
  ReloadFailing: 'lines reload-failed of the log',
  BatchNotSealed: 'the sweeper seals what stays open: BatchesStuck',
  SendersHeldBack: 'the dashboard shows CPU and memory of tasks',
  SpoolFilling: 'Fargate has no spool',
  SpoolFull: 'Fargate has no spool',
  SpoolStalled: 'Fargate has no spool',
  SpoolDamaged: 'Fargate has no spool',
  ImportDoubtful: 'lines import-doubtful of the log',
  InstancesNotImported: 'a notice by SNS for each batch',
  ImportQuotaNear: 'the state machine waits for its turn',
  LedgerUnread: 'nothing reads the ledger there',
  EventLoopBlocked: 'the dashboard shows CPU of tasks',
  MemoryHigh: 'the dashboard shows memory of tasks',
  AcknowledgementBudgetBurn: 'no histogram in CloudWatch',
  ImportBudgetBurn: 'the dashboard shows from seal to arrival',
};

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

  it('are not both', () => {
    const shared = new Set(Object.values(same).flat());
    expect(Object.keys(onlyAlerts).filter((name) => shared.has(name))).toEqual([]);
  });
});
