import { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { ExecutionRecord } from './execution-record.ts';
import type { Executions } from './executions.ts';

type Action = (body: unknown) => object;

/** The actions of the Step Functions API that are served here, by their name. */
export function actions(
  executions: Executions,
  stateMachineArn: string,
  newId: () => string,
): ReadonlyMap<string, Action> {
  const prefix = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:`;
  const arnOf = (name: string) => prefix + name;
  const nameIn = (arn: string) => {
    if (!arn.startsWith(prefix)) throw new ApiError('ExecutionDoesNotExist', `there is no execution ${arn}`);
    return arn.slice(prefix.length);
  };
  const requireMachine = (arn: string) => {
    if (arn !== stateMachineArn) throw new ApiError('StateMachineDoesNotExist', `there is no state machine ${arn}`);
  };
  const describe = (record: ExecutionRecord) => ({
    executionArn: arnOf(record.name),
    stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: record.startedAtMs / 1_000,
    ...(record.endedAtMs === undefined ? {} : { stopDate: record.endedAtMs / 1_000 }),
  });

  return new Map<string, Action>([
    [
      'StartExecution',
      action(startSchema, (request) => {
        requireMachine(request.stateMachineArn);
        const { name, startedAtMs } = executions.start(request.name ?? newId(), request.input);
        return { executionArn: arnOf(name), startDate: startedAtMs / 1_000 };
      }),
    ],
    [
      'DescribeExecution',
      action(executionSchema, ({ executionArn }) => {
        const record = executions.find(nameIn(executionArn));
        const { input, output, error, cause } = record;
        return { ...describe(record), input, output, error, cause };
      }),
    ],
    [
      'ListExecutions',
      action(listSchema, (request) => {
        requireMachine(request.stateMachineArn);
        const wanted = executions
          .list()
          .filter(({ status }) => request.statusFilter === undefined || status === request.statusFilter);
        const from = Number(request.nextToken ?? 0);
        const to = from + (request.maxResults ?? 100);
        return {
          executions: wanted.slice(from, to).map(describe),
          ...(to < wanted.length ? { nextToken: String(to) } : {}),
        };
      }),
    ],
    [
      'StopExecution',
      action(executionSchema, ({ executionArn }) => ({ stopDate: executions.stop(nameIn(executionArn)) / 1_000 })),
    ],
    [
      'SendTaskSuccess',
      action(tokenSchema.extend({ output: z.string() }), ({ taskToken, output }) => {
        executions.tokens.succeed(taskToken, output);
        return {};
      }),
    ],
    [
      'SendTaskFailure',
      action(tokenSchema.extend(failureFields), ({ taskToken, error, cause }) => {
        const failure = new Error(cause ?? '');
        failure.name = error ?? 'States.TaskFailed';
        executions.tokens.fail(taskToken, failure);
        return {};
      }),
    ],
    [
      'SendTaskHeartbeat',
      action(tokenSchema, ({ taskToken }) => {
        executions.tokens.heartbeat(taskToken);
        return {};
      }),
    ],
  ]);
}

const name = z.string().regex(/^[A-Za-z0-9_-]{1,80}$/);
const startSchema = z.object({ stateMachineArn: z.string(), name: name.optional(), input: z.string().default('{}') });
const executionSchema = z.object({ executionArn: z.string() });
const listSchema = z.object({
  stateMachineArn: z.string(),
  statusFilter: z.string().optional(),
  maxResults: z.int().positive().optional(),
  nextToken: z.string().optional(),
});
const tokenSchema = z.object({ taskToken: z.string() });
const failureFields = { error: z.string().optional(), cause: z.string().optional() };

/** Reads a request's body by its schema before the action sees it. */
function action<S extends z.ZodType>(schema: S, run: (request: z.infer<S>) => object): Action {
  return (body) => {
    const request = schema.safeParse(body);
    if (!request.success) throw new ApiError('ValidationException', z.prettifyError(request.error));
    return run(request.data);
  };
}
