import { deployment } from '../../core/deployment.ts';
import { importJobLimits } from '../../core/healthimaging.ts';
import { pipelineFunctions } from '../../core/pipeline-functions.ts';
import type { Customer } from './customers.ts';
import { prices } from './prices.ts';

/** US dollars a month, by what they are for. Storage of images is left out: both designs store the same. */
export type Bill = Readonly<Record<string, number>>;

/** What a design does once for each thing that it imports by a job of its own. */
export interface Design {
  readonly name: string;
  readonly instancesPerJob: (customer: Customer) => number;
  /** States of the state machine that one job goes through, from the first to the last. */
  readonly states: readonly string[];
  readonly lambdaGbSecondsPerJob: number;
  readonly lambdaRequestsPerJob: number;
  readonly sqsRequestsPerJob: number;
  readonly dynamoWritesPerJob: number;
  readonly dynamoWritesPerInstance: number;
  readonly s3PutsPerJob: number;
  readonly s3GetsPerJob: number;
  readonly logBytesPerJob: number;
}

const gbSeconds = (name: keyof typeof pipelineFunctions, seconds: number): number =>
  (pipelineFunctions[name].memoryMb / 1_024) * seconds;

/** This product: one job a batch. */
export const batched: Design = {
  name: 'this product',
  instancesPerJob: ({ instancesPerBatch }) => instancesPerBatch,
  states: ['Register', 'WhatNext', 'StartImport', 'Reconcile', 'HowItEnded', 'Completed'],
  lambdaGbSecondsPerJob:
    gbSeconds('intake', 0.3) +
    gbSeconds('register', 5) +
    gbSeconds('start-import', 1) +
    gbSeconds('import-event', 0.3) +
    gbSeconds('reconcile', 10),
  lambdaRequestsPerJob: 5,
  sqsRequestsPerJob: 6,
  dynamoWritesPerJob: 20,
  // Registered and reconciled, each in the table and in its index.
  dynamoWritesPerInstance: 4,
  // Seal, lease and its renewals; HealthImaging's results.
  s3PutsPerJob: 12,
  s3GetsPerJob: 12,
  logBytesPerJob: 6_000,
};

/** The design that is often shown: an event, an execution and a job for each object. */
export const perObject: Design = {
  name: 'one job an object',
  instancesPerJob: () => 1,
  states: ['Validate', 'Start', 'Wait', 'Get', 'Choice', 'Read results', 'Record', 'Done'],
  lambdaGbSecondsPerJob: 0.5,
  lambdaRequestsPerJob: 4,
  sqsRequestsPerJob: 3,
  dynamoWritesPerJob: 3,
  dynamoWritesPerInstance: 0,
  s3PutsPerJob: 3,
  s3GetsPerJob: 4,
  logBytesPerJob: 3_000,
};

const HOURS = 730;
const GB = 1_000_000_000;
const ZONES = 2;
const ENDPOINTS = 5;
const ALARM_METRICS = 28;
const LOG_BYTES_PER_ASSOCIATION = 1_500;
const LEDGER_BYTES_PER_INSTANCE = 1_500;

/** What a month of a customer costs in a design. */
export function billOf(customer: Customer, design: Design): Bill {
  const { instancesPerMonth: instances, tasks } = customer;
  const { cpuMillis, memoryMiB } = deployment.resources;
  const jobs = instances / design.instancesPerJob(customer);
  const bytes = instances * customer.bytesPerInstance;
  const associations = instances / customer.instancesPerAssociation;
  // One capacity unit carries a GB an hour.
  const capacityUnits = bytes / GB / HOURS;
  return {
    'Fargate tasks':
      tasks *
      HOURS *
      ((cpuMillis / 1_000) * prices.fargateVcpuHour.usd + (memoryMiB / 1_024) * prices.fargateGbHour.usd),
    'Load balancer': HOURS * (prices.loadBalancerHour.usd + capacityUnits * prices.loadBalancerLcuHour.usd),
    'VPC endpoints': HOURS * ENDPOINTS * ZONES * prices.endpointHour.usd,
    'S3 requests':
      (instances + jobs * design.s3PutsPerJob) * prices.s3Put.usd +
      (instances + jobs * design.s3GetsPerJob) * prices.s3Get.usd,
    'Step Functions': jobs * (design.states.length + 1) * prices.transition.usd,
    Lambda:
      jobs *
      (design.lambdaRequestsPerJob * prices.lambdaRequest.usd +
        design.lambdaGbSecondsPerJob * prices.lambdaGbSecond.usd),
    DynamoDB:
      (jobs * design.dynamoWritesPerJob + instances * design.dynamoWritesPerInstance) * prices.dynamoWrite.usd +
      ((instances * LEDGER_BYTES_PER_INSTANCE) / GB) * prices.dynamoGbMonth.usd,
    SQS: jobs * design.sqsRequestsPerJob * prices.sqsRequest.usd,
    'Logs, alarms, key':
      ((associations * LOG_BYTES_PER_ASSOCIATION + jobs * design.logBytesPerJob) / GB) * prices.logGb.usd +
      ALARM_METRICS * prices.alarmMetricMonth.usd +
      prices.dashboardMonth.usd +
      prices.keyMonth.usd,
  };
}

export const sumOf = (bill: Bill): number => Object.values(bill).reduce((sum, usd) => sum + usd, 0);

/** How long HealthImaging takes to be told of a month's jobs, in days: it may be told of one a second. */
export const startDays = (customer: Customer, design: Design): number =>
  customer.instancesPerMonth / design.instancesPerJob(customer) / importJobLimits.startsPerSecond / 86_400;
