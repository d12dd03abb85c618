import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { xrayTraceHeader } from '../../core/traceparent.ts';
import type { Executions, WaitingTasks } from './executions.ts';

/** Executions of one state machine of AWS Step Functions. */
export function stepFunctionsExecutions(client: SFNClient, stateMachineArn: string): Executions {
  return {
    start: async (name, input, trace) => {
      try {
        const traced = trace === undefined ? {} : { traceHeader: xrayTraceHeader(trace) };
        const command = { stateMachineArn, name, input: JSON.stringify(input), ...traced };
        await client.send(new StartExecutionCommand(command));
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'exists';
        throw error;
      }
    },

    statusOf: async (name) => {
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended';
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
  };
}

/** SendTaskFailure takes no longer cause. */
const MAX_CAUSE_CHARACTERS = 32_768;

/** Tasks that wait in AWS Step Functions. */
export function stepFunctionsTasks(client: SFNClient): WaitingTasks {
  const deliver = async (send: () => Promise<unknown>) => {
    try {
      await send();
      return 'delivered';
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) {
        return 'gone';
      }
      throw error;
    }
  };
  return {
    succeed: (taskToken, output) =>
      deliver(() => client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, { name, message }) =>
      deliver(() =>
        client.send(
          new SendTaskFailureCommand({ taskToken, error: name, cause: message.slice(0, MAX_CAUSE_CHARACTERS) }),
        ),
      ),
  };
}
