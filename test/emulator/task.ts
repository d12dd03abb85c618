import { z } from 'zod';
import { deployment } from '../../core/deployment.ts';
import { startService } from '../../local/service-process.ts';
import type { Deployed } from './deploy-stack.ts';
import { askJson, type EmulatedAws } from './emulated-aws.ts';

const ecs = 'AmazonEC2ContainerServiceV20141113';

const taskDefinitionSchema = z.object({
  containerDefinitions: z.array(
    z.object({
      name: z.string(),
      environment: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
    }),
  ),
});
type TaskDefinition = z.infer<typeof taskDefinitionSchema>;

export interface RunningTask {
  readonly dicomPort: number;
  /** Variables of the task that its process on this machine has another value of. */
  readonly changed: readonly string[];
  /** @throws Error when the service does not end as it should */
  readonly stop: () => Promise<void>;
}

/** Starts the process of the image with the environment that the deployed task definition gives its container. */
export async function startTask(
  aws: EmulatedAws,
  deployed: Deployed,
  onSealed: (batchId: string, files: number) => void,
): Promise<RunningTask> {
  const task = await taskDefinitionOf(aws, deployed.output('ClusterName'), deployed.output('ServiceName'));
  const { environment, changed } = onThisMachine(environmentOf(task, deployment.name), aws.environment);
  const service = await startService({
    environment,
    onLog: ({ event, batchId, files }) => {
      if (event === 'batch-sealed') onSealed(String(batchId), Number(files));
    },
  });
  return {
    dicomPort: service.dicomPort,
    changed,
    stop: async () => {
      service.kill('SIGTERM');
      const { code, stderr } = await service.exited;
      if (code !== 0) throw new Error(`the service ended with ${code}: ${stderr}`);
    },
  };
}

/** The task definition that ECS would start the service's tasks from, as CloudFormation registered it. */
async function taskDefinitionOf(aws: EmulatedAws, cluster: string, service: string): Promise<TaskDefinition> {
  const { services } = z
    .object({ services: z.array(z.object({ taskDefinition: z.string() })).min(1, `ECS knows no service ${service}`) })
    .parse(await askJson(aws, 'ecs', `${ecs}.DescribeServices`, { cluster, services: [service] }));
  const taskDefinition = services[0]?.taskDefinition;
  const described = await askJson(aws, 'ecs', `${ecs}.DescribeTaskDefinition`, { taskDefinition });
  return z.object({ taskDefinition: taskDefinitionSchema }).parse(described).taskDefinition;
}

/** The variables of a container, as ECS gives them to its process. @throws Error when there is no such container */
export function environmentOf(task: TaskDefinition, container: string): Readonly<Record<string, string>> {
  const found = task.containerDefinitions.find(({ name }) => name === container);
  if (found === undefined) throw new Error(`the task has no container ${container}`);
  return Object.fromEntries(found.environment.map(({ name, value }) => [name, value]));
}

/**
 * What differs where the container's process runs on this machine: ports, which no network of its own keeps apart, and
 * what AWS would have put into every container.
 * @returns the environment of the process, and the names of the task's variables that have another value in it
 */
export function onThisMachine(
  task: Readonly<Record<string, string>>,
  aws: Readonly<Record<string, string>>,
): { readonly environment: Readonly<Record<string, string>>; readonly changed: readonly string[] } {
  const ours: Readonly<Record<string, string>> = {
    SCP_PORT: '0',
    SCP_ADMIN_PORT: '0',
    SCP_HOST: '127.0.0.1',
    SCP_ADMIN_HOST: '127.0.0.1',
    ...aws,
  };
  return {
    environment: { ...task, ...ours },
    changed: Object.keys(ours).filter((name) => task[name] !== undefined && task[name] !== ours[name]),
  };
}
