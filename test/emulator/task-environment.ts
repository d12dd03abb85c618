import { z } from 'zod';
import { deployment } from '../../core/deployment.ts';
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

/**
 * The environment that ECS would give the service's container: that of the task definition of the deployed service, as
 * CloudFormation registered it.
 */
export async function taskEnvironment(
  aws: EmulatedAws,
  { output }: Deployed,
): Promise<Readonly<Record<string, string>>> {
  const ask = (operation: string, input: object) => askJson(aws, 'ecs', `${ecs}.${operation}`, input);
  const name = output('ServiceName');
  const { services } = z
    .object({ services: z.array(z.object({ taskDefinition: z.string() })).min(1, `ECS knows no service ${name}`) })
    .parse(await ask('DescribeServices', { cluster: output('ClusterName'), services: [name] }));
  const described = await ask('DescribeTaskDefinition', { taskDefinition: services[0]?.taskDefinition });
  return containerEnvironment(described, deployment.name);
}

/**
 * The variables of a container, from what DescribeTaskDefinition answers.
 * @throws Error when there is no such container
 */
export function containerEnvironment(described: unknown, container: string): Readonly<Record<string, string>> {
  const { taskDefinition } = z.object({ taskDefinition: taskDefinitionSchema }).parse(described);
  const found = taskDefinition.containerDefinitions.find(({ name }) => name === container);
  if (found === undefined) throw new Error(`the task has no container ${container}`);
  return Object.fromEntries(found.environment.map(({ name, value }) => [name, value]));
}
