import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AslDefinition } from '../../../cdk/pipeline/asl-definition.ts';
import { localAccount, localStateMachineArn as stateMachineArn } from '../../../local/local-account.ts';
import type { Transition } from '../../../local/stepfunctions/execution-record.ts';
import { type LocalStepFunctions, startStepFunctions } from '../../../local/stepfunctions/start-step-functions.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const definition: AslDefinition = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:ask',
        Payload: { 'token.$': '$$.Task.Token', 'name.$': '$$.Execution.Name' },
      },
      TimeoutSeconds: 60,
      End: true,
    },
  },
};

const clock = new FakeClock();
const listeners = new Set<() => void>();
let local: LocalStepFunctions;
let client: SFNClient;
let transitions: Transition[] = [];
let tokens: string[] = [];
let ids = 0;

beforeAll(async () => {
  local = await startStepFunctions({
    stateMachineArn,
    definition,
    clock,
    schedule: clock.schedule,
    newId: () => `id-${++ids}`,
    pace: {},
    invoke: async (_, payload) => {
      tokens.push((payload as { token: string }).token);
      for (const wake of [...listeners]) wake();
    },
    onTransition: (transition) => {
      transitions.push(transition);
      for (const wake of [...listeners]) wake();
    },
  });
  client = new SFNClient({ ...localAccount, endpoint: local.endpoint, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});
beforeEach(() => {
  transitions = [];
  tokens = [];
});

const start = (name: string, input = '{}') => client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
const tokenOf = () => eventually(listeners, () => tokens.at(-1));
const ended = (execution: string) =>
  eventually(listeners, () => transitions.find((one) => one.type === 'execution-ended' && one.execution === execution));
const describeOf = async (executionArn: string | undefined) =>
  client.send(new DescribeExecutionCommand({ executionArn: String(executionArn) }));

describe('the local Step Functions, to an unmodified client', () => {
  it('runs an execution until its token comes back', async () => {
    const { executionArn, startDate } = await start('one', '{"a":1}');
    expect(startDate).toBeInstanceOf(Date);
    const taskToken = await tokenOf();
    expect(await describeOf(executionArn)).toMatchObject({ name: 'one', status: 'RUNNING', input: '{"a":1}' });
    await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"b":2}' }));
    await ended('one');
    expect(await describeOf(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"b":2}' });
    const again = client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(again).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('lets a name be used once, but answers a repeated start of what runs', async () => {
    const first = await start('name', '{"a":1}');
    expect((await start('name', '{"a":1}')).executionArn).toBe(first.executionArn);
    await expect(start('name', '{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await client.send(new SendTaskSuccessCommand({ taskToken: await tokenOf(), output: '{}' }));
    await ended('name');
    await expect(start('name', '{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('fails an execution with the error that its token brings', async () => {
    const { executionArn } = await start('failing');
    const taskToken = await tokenOf();
    await client.send(new SendTaskFailureCommand({ taskToken, error: 'Broken', cause: 'it broke' }));
    await ended('failing');
    expect(await describeOf(executionArn)).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'it broke' });
  });

  it('lets a token time out', async () => {
    const { executionArn } = await start('late');
    const taskToken = await tokenOf();
    await clock.advance(60_000);
    await ended('late');
    expect(await describeOf(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const late = client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('stops an execution, and lists by status', async () => {
    const { executionArn } = await start('stopped');
    await tokenOf();
    await client.send(new StopExecutionCommand({ executionArn }));
    await ended('stopped');
    expect((await describeOf(executionArn)).status).toBe('ABORTED');
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'ABORTED' }));
    expect(executions?.map(({ name }) => name)).toEqual(['stopped']);
  });

  it.each([
    ['InvalidToken', () => client.send(new SendTaskSuccessCommand({ taskToken: 'foreign', output: '{}' }))],
    ['ExecutionDoesNotExist', () => describeOf(stateMachineArn.replace('stateMachine', 'execution').concat(':none'))],
    ['StateMachineDoesNotExist', () => client.send(new StartExecutionCommand({ stateMachineArn: 'arn:other' }))],
    ['InvalidExecutionInput', () => start('bad-input', '{')],
    ['ValidationException', () => start('bad name')],
  ])('answers %s', async (name, send) => {
    await expect(send()).rejects.toMatchObject({ name });
  });
});
