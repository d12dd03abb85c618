import { Aws, Duration } from 'aws-cdk-lib';
import type { IDatastoreRef } from 'aws-cdk-lib/aws-healthimaging';
import { Policy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { LogLevel, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { importJobLimits } from '../../core/healthimaging.ts';
import {
  type PipelineFunction,
  type PipelineVariable,
  pipelineFunctionNames,
  pipelineFunctions,
} from '../../core/pipeline-functions.ts';
import { DataAccessRole } from '../datastore/data-access-role.ts';
import { EncryptionKey } from '../encryption-key.ts';
import { IngestBuckets, jobsPrefix } from '../ingest/ingest-buckets.ts';
import { logGroup } from '../log-group.ts';
import { EventQueue } from './event-queue.ts';
import { dispatchIntervalSeconds, eventRoutes, sweepIntervalSeconds } from './events.ts';
import { functionGrants, stateMachineGrants } from './function-grants.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { type FunctionCode, type FunctionPlacement, PipelineFunctions } from './functions.ts';
import { deadLetterQueue } from './guarded-queue.ts';
import { ImportStateMachine } from './import-state-machine.ts';
import { importWaits } from './import-waits.ts';
import { Notices } from './notices.ts';
import { StudyTopic } from './study-topic.ts';
import { LedgerTables } from './tables.ts';

export interface ImportPipelineProps {
  /** The data store that batches are imported into. */
  readonly datastore: IDatastoreRef;
  /** As the service has it: how long a lease lives that is not renewed. */
  readonly leaseTtl: Duration;
  /**
   * Further data stores that routes name.
   * @default - none
   */
  readonly routeDatastoreArns?: readonly string[];
  /** HealthImaging's quotas in this account and region, as far as imports may use them. */
  readonly quotas?: ImportQuotas;
  readonly logRetention: RetentionDays;
  /**
   * A key of the customer's for buckets, tables, queues and logs.
   * @default - keys of AWS
   */
  readonly encryptionKey?: IKey;
  /**
   * The age at which received instances are removed from the landing bucket, imported or not.
   * @default - they are kept
   */
  readonly expireInstancesAfter?: Duration;
  /**
   * The VPC whose endpoints the functions use.
   * @default - they run in no VPC
   */
  readonly placement?: FunctionPlacement;
  /**
   * Whether the functions reach HealthImaging's DICOMweb and image sets, so that routes may have the outlet `stow`.
   * @default true
   */
  readonly stowOutlet?: boolean;
  /**
   * Where the functions send spans by OTLP over HTTP.
   * @default - X-Ray alone knows what they did
   */
  readonly otlpEndpoint?: string;
  /**
   * Bundled code of the functions.
   * @default - it is bundled with esbuild from `lambdas/`
   */
  readonly code?: FunctionCode;
}

export interface ImportQuotas {
  /**
   * StartDICOMImportJob requests a second.
   * @default 1
   */
  readonly startsPerSecond?: number;
  /**
   * Import jobs of one data store that may be under way.
   * @default 100
   */
  readonly concurrentJobs?: number;
}

/** How the sweeper judges what was left behind. */
const sweeping = {
  leaseGrace: Duration.seconds(60),
  lostEventAfter: Duration.minutes(15),
  lostEventLookback: Duration.days(14),
  // Longer than any wait of the state machine between two changes of the ledger.
  stuckAfter: Duration.seconds(importWaits.eventTimeoutSeconds + 2 * 3_600),
  maxRedrives: 3,
};

/** Everything between a sealed batch in the landing bucket and its proven arrival in HealthImaging. */
export class ImportPipeline extends Construct {
  readonly datastore: IDatastoreRef;
  readonly buckets: IngestBuckets;
  readonly ledger: LedgerTables;
  readonly functions: PipelineFunctions;
  readonly stateMachine: StateMachine;
  readonly notices: Notices;
  /** Import jobs of one data store that may be under way. */
  readonly concurrentJobs: number;
  /** Tells other systems of each study that is complete or needs attention. */
  readonly studyTopic: StudyTopic;
  readonly queues: Readonly<Record<'manifestCreated' | 'importEnded', Queue>>;
  /** Everything that could not be delivered, by what it is. */
  readonly deadLetters: Readonly<Record<'manifestCreated' | 'importEnded' | 'notices', Queue>>;

  constructor(scope: Construct, id: string, props: ImportPipelineProps) {
    super(scope, id);
    const { datastore, encryptionKey, expireInstancesAfter, logRetention, placement, code, stowOutlet = true } = props;
    const encryption = encryptionKey === undefined ? {} : { encryptionKey };
    const logs = { retention: logRetention, ...encryption };

    this.datastore = datastore;
    this.buckets = new IngestBuckets(this, 'Buckets', {
      ...encryption,
      ...(expireInstancesAfter === undefined ? {} : { expireInstancesAfter }),
    });
    this.ledger = new LedgerTables(this, 'Ledger', encryption);
    const datastoreArns = [datastore.datastoreRef.datastoreArn, ...(props.routeDatastoreArns ?? [])];
    const { role: dataAccessRole } = new DataAccessRole(this, 'DataAccess', {
      datastoreArns,
      buckets: this.buckets,
      ...encryption,
    });
    const { landing, results } = this.buckets;
    const { batches, instances, studies, limiter } = this.ledger.byName;
    const topicKey = encryptionKey ?? new EncryptionKey(this, 'NoticeKey').key;
    this.studyTopic = new StudyTopic(this, 'StudyTopic', { encryptionKey: topicKey });
    const { startsPerSecond = importJobLimits.startsPerSecond, concurrentJobs = importJobLimits.concurrentJobs } =
      props.quotas ?? {};

    this.concurrentJobs = concurrentJobs;
    const variables: Readonly<Partial<Record<PipelineVariable, string>>> = {
      BATCHES_TABLE: batches.tableName,
      INSTANCES_TABLE: instances.tableName,
      STUDIES_TABLE: studies.tableName,
      LIMITER_TABLE: limiter.tableName,
      STARTS_PER_SECOND: String(startsPerSecond),
      START_BURST: String(startsPerSecond * importJobLimits.startBurst),
      CONCURRENT_JOBS: String(concurrentJobs),
      STUDY_TOPIC_ARN: this.studyTopic.topic.topicArn,
      ...(stowOutlet
        ? {
            DICOMWEB_ENDPOINT: healthImagingEndpoint('dicom-medical-imaging'),
            IMAGE_SETS_ENDPOINT: healthImagingEndpoint('runtime-medical-imaging'),
          }
        : {}),
      INGEST_BUCKET: landing.bucketName,
      OUTPUT_S3_URI: results.s3UrlForObject(jobsPrefix),
      DATA_ACCESS_ROLE_ARN: dataAccessRole.roleArn,
      DEFAULT_DATASTORE_ID: datastore.datastoreRef.datastoreId,
      LEASE_TTL_MS: String(props.leaseTtl.toMilliseconds()),
      LEASE_GRACE_MS: String(sweeping.leaseGrace.toMilliseconds()),
      LOST_EVENT_AFTER_MS: String(sweeping.lostEventAfter.toMilliseconds()),
      LOST_EVENT_LOOKBACK_MS: String(sweeping.lostEventLookback.toMilliseconds()),
      STUCK_AFTER_MS: String(sweeping.stuckAfter.toMilliseconds()),
      MAX_REDRIVES: String(sweeping.maxRedrives),
    };
    this.functions = new PipelineFunctions(this, 'Functions', {
      variables,
      grants: functionGrants({
        buckets: this.buckets,
        ledger: this.ledger,
        datastoreArns,
        dataAccessRole,
        studyTopicArn: this.studyTopic.topic.topicArn,
        topicKey,
        stowOutlet,
        ...encryption,
      }),
      logs,
      ...(props.otlpEndpoint === undefined ? {} : { otlpEndpoint: props.otlpEndpoint }),
      ...(placement === undefined ? {} : { placement }),
      ...(code === undefined ? {} : { code }),
    });
    this.stateMachine = new ImportStateMachine(this, 'Import', {
      functions: this.functions.byName,
      // The state of an execution holds keys; it is in the execution's history, and nowhere twice.
      logs: { destination: logGroup(this, 'ExecutionLogs', logs), level: LogLevel.ALL, includeExecutionData: false },
    }).stateMachine;
    this.#connect();

    const routes = eventRoutes(landing.bucketName);
    const queueOf = (name: keyof typeof routes) =>
      new EventQueue(this, name, {
        route: routes[name],
        consumer: this.functions.byName[routes[name].consumer],
        ...encryption,
      });
    const noticeLetters = deadLetterQueue(this, 'UndeliveredNotices', encryption);
    const manifestCreated = queueOf('manifestCreated');
    const importEnded = queueOf('importEnded');
    this.queues = { manifestCreated: manifestCreated.queue, importEnded: importEnded.queue };
    this.deadLetters = {
      manifestCreated: manifestCreated.deadLetters,
      importEnded: importEnded.deadLetters,
      notices: noticeLetters,
    };
    const scheduled = (name: 'sweep' | 'dispatch', id: string, everySeconds: number) =>
      new FunctionSchedule(this, id, {
        target: this.functions.byName[name],
        every: Duration.seconds(everySeconds),
        deadLetters: noticeLetters,
      });
    scheduled('sweep', 'Sweep', sweepIntervalSeconds);
    scheduled('dispatch', 'Dispatch', dispatchIntervalSeconds);
    this.notices = new Notices(this, 'Notices', {
      stateMachine: this.stateMachine,
      encryptionKey: topicKey,
      deadLetters: noticeLetters,
    });
  }

  /** Tells the functions of the state machine. Their policies stand apart: it knows some of them, they know it. */
  #connect(): void {
    const grants = stateMachineGrants(this.stateMachine.stateMachineArn, this.stateMachine.stateMachineName);
    for (const name of pipelineFunctionNames) {
      const fn = this.functions.byName[name];
      const { variables }: PipelineFunction = pipelineFunctions[name];
      if (variables.includes('STATE_MACHINE_ARN')) {
        fn.addEnvironment('STATE_MACHINE_ARN', this.stateMachine.stateMachineArn);
      }
      const statements = grants[name] ?? [];
      if (statements.length > 0 && fn.role !== undefined) {
        new Policy(this, `${name}-executions`, { roles: [fn.role], statements });
      }
    }
  }
}

const healthImagingEndpoint = (host: string): string => `https://${host}.${Aws.REGION}.${Aws.URL_SUFFIX}`;
