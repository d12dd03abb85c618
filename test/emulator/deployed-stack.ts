import { setTimeout as sleep } from 'node:timers/promises';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { askAws, askQuery, type EmulatedAws } from './emulated-aws.ts';

const resourcesSchema = z.object({
  ListStackResourcesResponse: z.object({
    ListStackResourcesResult: z.object({
      NextToken: z.string().optional(),
      StackResourceSummaries: z.object({
        member: z.array(
          z.object({ LogicalResourceId: z.string(), PhysicalResourceId: z.string(), ResourceType: z.string() }),
        ),
      }),
    }),
  }),
});

const cloudFormation = (aws: EmulatedAws, action: string, input: Readonly<Record<string, string>>) =>
  askQuery(aws, 'cloudformation', '2010-05-15', action, input);

/** A resource that CloudFormation says it has made. */
export interface CreatedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/** What CloudFormation says it has made of a stack; a resource that it passed over in silence is not among them. */
export async function resourcesOf(aws: EmulatedAws, stackName: string): Promise<readonly CreatedResource[]> {
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'member' });
  const found: CreatedResource[] = [];
  let next: { readonly NextToken?: string } | undefined = {};
  while (next !== undefined) {
    const answer = await cloudFormation(aws, 'ListStackResources', { StackName: stackName, ...next });
    const { ListStackResourcesResult: page } = resourcesSchema.parse(parser.parse(answer)).ListStackResourcesResponse;
    found.push(
      ...page.StackResourceSummaries.member.map((one) => ({
        logicalId: one.LogicalResourceId,
        type: one.ResourceType,
        physicalId: one.PhysicalResourceId,
      })),
    );
    next = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
  }
  return found;
}

const POLL_MS = 200;
const DELETION_MS = 60_000;

/** Deletes what is left of a stack that was not created, and waits until it is gone. */
export async function deleteStack(aws: EmulatedAws, stackName: string): Promise<void> {
  await cloudFormation(aws, 'DeleteStack', { StackName: stackName });
  const begun = performance.now();
  while (performance.now() - begun < DELETION_MS) {
    // Where a name stands for nothing any longer, CloudFormation answers with an error.
    const status = await cloudFormation(aws, 'DescribeStacks', { StackName: stackName }).catch(() => 'DELETE_COMPLETE');
    if (status.includes('DELETE_COMPLETE')) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${stackName} is not deleted after ${DELETION_MS} ms`);
}

const configurationSchema = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
});

/**
 * Gives a deployed function further variables beside its own: where emulated services are that AWS has at its own
 * endpoints.
 */
export async function addVariables(
  aws: EmulatedAws,
  functionName: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/configuration`;
  const current = configurationSchema.parse(
    JSON.parse(await askAws(aws, { service: 'lambda', method: 'GET', path })),
  ).Environment;
  await askAws(aws, {
    service: 'lambda',
    method: 'PUT',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Environment: { Variables: { ...current?.Variables, ...variables } } }),
  });
}

/** Runs a deployed function with an empty event. @returns what it answers @throws Error with its own error */
export async function invoke(aws: EmulatedAws, functionName: string): Promise<string> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const answer = await askAws(aws, { service: 'lambda', method: 'POST', path, body: '{}' });
  if (answer.includes('"errorMessage"')) throw new Error(`${functionName} failed: ${answer}`);
  return answer;
}
