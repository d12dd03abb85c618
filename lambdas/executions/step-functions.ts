import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
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

/** Tasks that wait in AWS Step Functions. */
export function stepFunctionsTasks(client: SFNClient): WaitingTasks {
  return {
    succeed: async (taskToken, output) => {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
        return 'delivered';
      } catch (error) {
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) {
          return 'gone';
        }
        throw error;
      }
    },
  };
}
