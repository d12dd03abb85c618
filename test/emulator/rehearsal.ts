import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultPlan } from '../../local/healthimaging/faults.ts';
import { type Execution, executionsOf, imageSetsIn, studiesWatch } from './arrival.ts';
import { CdkCli } from './cdk-cli.ts';
import { type Deployed, deployStack } from './deploy-stack.ts';
import { addVariables, type CreatedResource, invoke } from './deployed-stack.ts';
import { containerEnvironmentOf, contextOf, type Edition } from './editions.ts';
import { accountOf, type EmulatedAws } from './emulated-aws.ts';
import { type Imaging, startImaging } from './imaging.ts';
import { consultDoctor, type Finding } from './operator.ts';
import { type SentAccount, sender } from './sender.ts';
import { type ServiceHere, startServiceHere } from './service-here.ts';

export interface RehearsalOptions {
  readonly aws: EmulatedAws;
  readonly edition: Edition;
  /** An empty folder. */
  readonly folder: string;
  /** Where commands are looked for. */
  readonly path: string;
  /** Types of resources that are not deployed. */
  readonly without: readonly string[];
  /** How long the studies of a scan may take from their sending to their arrival. */
  readonly deadlineMs: number;
  readonly onStep: (text: string) => void;
}

export interface Rehearsed extends SentAccount {
  readonly deployed: Deployed;
  /** Variables of the container that its process on this machine has another value of. */
  readonly changed: readonly string[];
  readonly executions: readonly Execution[];
  /** Their ids, by HealthImaging itself. */
  readonly imageSets: readonly string[];
  /** What an operator's `doctor` says, by the outputs of the stack. */
  readonly findings: readonly Finding[];
  /** Events of HealthImaging that went through the emulator's EventBridge. */
  readonly events: number;
}

/** Functions that no scan calls: they run by schedule. */
const scheduled = ['sweep', 'dispatch'];

/** Deploys the stack to an emulator, starts the service with its container's environment, sends, and waits for the ledger. */
export async function rehearseDeployment(options: RehearsalOptions): Promise<Rehearsed> {
  const { aws, folder, onStep } = options;
  const accountId = await accountOf(aws);
  const faults = new FaultPlan();
  const imaging = await startImaging({
    aws,
    accountId,
    faults,
    dataFolder: join(folder, 'healthimaging'),
    onProblem: (error) => onStep(`HealthImaging: ${String(error)}`),
  });
  try {
    const home = join(folder, 'home');
    await mkdir(home);
    const cdk = new CdkCli(aws, home, options.path);
    onStep('cdk bootstrap');
    await cdk.bootstrap(accountId, aws.region);
    const deployed = await deployStack({
      aws,
      cdk,
      folder,
      stackName: `DicomStoreScp-${randomBytes(3).toString('hex')}`,
      context: { 'scp:datastoreId': imaging.datastoreId, ...contextOf(options.edition, accountId, aws.region) },
      without: options.without,
      onStep,
    });
    const functions = deployed.created.filter(({ type }) => type === 'AWS::Lambda::Function');
    for (const { physicalId } of functions) {
      await addVariables(aws, physicalId, { AWS_ENDPOINT_URL_MEDICAL_IMAGING: imaging.endpoint });
    }
    const service = await startServiceHere(
      await containerEnvironmentOf(options.edition, aws, deployed, folder),
      aws.environment,
      (batchId, files) => onStep(`sealed batch ${batchId}: ${files} instances`),
    );
    try {
      return await sendAll(options, { deployed, imaging, faults, service, functions });
    } finally {
      await service.stop();
    }
  } finally {
    await imaging.close();
  }
}

interface Stage {
  readonly deployed: Deployed;
  readonly imaging: Imaging;
  readonly faults: FaultPlan;
  readonly service: ServiceHere;
  readonly functions: readonly CreatedResource[];
}

async function sendAll(options: RehearsalOptions, stage: Stage): Promise<Rehearsed> {
  const { aws, folder, onStep } = options;
  const { deployed, imaging, faults, service, functions } = stage;
  const invokeFunction = (name: string): Promise<string> => {
    const found = functions.find(({ logicalId }) => logicalId.includes(`Functions${name}`));
    if (found === undefined) throw new Error(`the stack has no function ${name}`);
    return invoke(aws, found.physicalId);
  };
  const send = sender({
    folder,
    service,
    faults,
    invokeFunction,
    onStep,
    settled: studiesWatch(aws, deployed, imaging.datastoreId, options.deadlineMs),
  });
  await send.goesWell();
  await send.jobFails();
  for (const name of scheduled) onStep(`${name} answers ${await invokeFunction(name)}`);
  const findings = await consultDoctor({
    ...service.environment,
    ...deployed.operator,
    AWS_ENDPOINT_URL_MEDICAL_IMAGING: imaging.endpoint,
  });
  await send.serviceDies();
  return {
    ...send.account(),
    deployed,
    changed: service.changed,
    findings,
    executions: await executionsOf(aws, deployed.output('StateMachineArn')),
    imageSets: await imageSetsIn(imaging.endpoint, imaging.datastoreId),
    events: imaging.delivered(),
  };
}
