import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deployment } from '../../core/deployment.ts';
import { type StudyRecord, summarizeStudy } from '../../core/ledger.ts';
import { startService } from '../../local/service-process.ts';
import { countImageSets, type Execution, executionsOf, ledgerAt, studiesSettled } from './arrival.ts';
import { CdkCli } from './cdk-cli.ts';
import { type Deployed, deployStack } from './deploy-stack.ts';
import { addVariables, resourcesOf } from './deployed-stack.ts';
import type { EmulatedAws } from './emulated-aws.ts';
import { startImaging } from './imaging.ts';
import { sendScan, writeScan } from './scan.ts';
import { environmentOf, onThisMachine, taskDefinitionOf } from './task.ts';

export interface RehearsalOptions {
  readonly aws: EmulatedAws;
  /** An empty folder. */
  readonly folder: string;
  /** Where commands are looked for. */
  readonly path: string;
  /** How long the studies may take from their seal to their arrival. */
  readonly deadlineMs: number;
  readonly onStep: (text: string) => void;
}

export interface Rehearsed {
  readonly deployed: Deployed;
  /** Variables of the task that its process on this machine has another value of. */
  readonly changed: readonly string[];
  readonly sent: { readonly instances: number; readonly studies: number };
  readonly studies: readonly StudyRecord[];
  readonly executions: readonly Execution[];
  readonly imageSets: number;
  /** Events of HealthImaging that went through the emulator's EventBridge. */
  readonly events: number;
}

/** Emulators give every caller this account. */
const ACCOUNT_ID = '000000000000';
/** Nobody pulls it: the image's process is started from here. */
const IMAGE = `${ACCOUNT_ID}.dkr.ecr.us-east-1.amazonaws.com/dicom-store-scp:rehearsed`;

/** Deploys the stack to an emulator, starts the service with its task's environment, sends, and waits for the ledger. */
export async function rehearseDeployment(options: RehearsalOptions): Promise<Rehearsed> {
  const { aws, folder, onStep } = options;
  const imaging = await startImaging({
    aws,
    accountId: ACCOUNT_ID,
    dataFolder: join(folder, 'healthimaging'),
    onProblem: (error) => onStep(`HealthImaging: ${String(error)}`),
  });
  try {
    const home = join(folder, 'home');
    await mkdir(home);
    const cdk = new CdkCli(aws.environment, home, options.path);
    onStep('cdk bootstrap');
    await cdk.must('bootstrap', `aws://${ACCOUNT_ID}/${aws.region}`);
    const deployed = await deployStack({
      aws,
      cdk,
      folder,
      stackName: `DicomStoreScp-${randomBytes(3).toString('hex')}`,
      context: { 'scp:datastoreId': imaging.datastoreId, 'scp:image': IMAGE, SCP_BATCH_QUIET_MS: '2000' },
      onStep,
    });
    for (const name of await resourcesOf(aws, deployed.stackName, 'AWS::Lambda::Function')) {
      await addVariables(aws, name, { AWS_ENDPOINT_URL_MEDICAL_IMAGING: imaging.endpoint });
    }
    const { changed, ...sent } = await send(options, deployed);
    onStep('waiting for the ledger');
    const { outputs } = deployed;
    const output = (name: string): string => outputOf(outputs, name);
    const ledger = ledgerAt(aws, {
      batches: output('BatchesTable'),
      instances: output('InstancesTable'),
      studies: output('StudiesTable'),
    });
    const studies = await studiesSettled(ledger, imaging.datastoreId, sent.studyInstanceUids, options.deadlineMs);
    return {
      deployed,
      changed,
      sent: { instances: sent.files.length, studies: sent.studyInstanceUids.length },
      studies,
      executions: await executionsOf(aws, output('StateMachineArn')),
      imageSets: await countImageSets(imaging.endpoint, imaging.datastoreId),
      events: imaging.delivered(),
    };
  } finally {
    await imaging.close();
  }
}

/** Starts the service as its task has it, and sends to it. The service seals what it has when it is told to stop. */
async function send({ aws, folder, onStep }: RehearsalOptions, { outputs }: Deployed) {
  const cluster = outputOf(outputs, 'ClusterName');
  const task = await taskDefinitionOf(aws, cluster, outputOf(outputs, 'ServiceName'));
  const { environment, changed } = onThisMachine(environmentOf(task, deployment.name), aws.environment);
  const sealed = Promise.withResolvers<void>();
  const service = await startService({
    environment,
    onLog: ({ event, batchId, files }) => {
      if (event !== 'batch-sealed') return;
      onStep(`sealed batch ${batchId}: ${files} instances`);
      sealed.resolve();
    },
  });
  try {
    const scan = await writeScan(join(folder, 'scan'));
    onStep(`storescu sends ${scan.files.length} instances to port ${service.dicomPort}`);
    await sendScan(scan, service.dicomPort);
    await Promise.race([sealed.promise, service.exited]);
    return { changed, ...scan };
  } finally {
    service.kill('SIGTERM');
    await service.exited;
  }
}

function outputOf(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the stack has no output ${name}`);
  return value;
}

/** Whether every instance that was sent is in HealthImaging, by the ledger's account and by HealthImaging's own. */
export function allArrived({ sent, studies, executions, imageSets }: Rehearsed): boolean {
  const summaries = studies.map(summarizeStudy);
  const imported = summaries.reduce((sum, summary) => sum + summary.imported, 0);
  return (
    studies.length === sent.studies &&
    summaries.every(({ state }) => state === 'complete') &&
    imported === sent.instances &&
    imageSets === sent.studies &&
    executions.every(({ status }) => status === 'SUCCEEDED')
  );
}
