import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { actions } from './actions.ts';
import { ApiError } from './api-error.ts';
import { Executions, type ExecutionsOptions } from './executions.ts';

export interface StepFunctionsOptions extends ExecutionsOptions {
  readonly stateMachineArn: string;
}

export interface LocalStepFunctions {
  readonly endpoint: string;
  readonly executions: Executions;
  readonly close: () => Promise<void>;
}

/** Starts a Step Functions on loopback that has one state machine, for unmodified clients (AWS JSON 1.0 protocol). */
export async function startStepFunctions(options: StepFunctionsOptions): Promise<LocalStepFunctions> {
  const executions = new Executions(options);
  const served = actions(executions, options.stateMachineArn, options.newId);

  const answer = async (request: IncomingMessage): Promise<object> => {
    const target = String(request.headers['x-amz-target']);
    const action = served.get(target.replace('AWSStepFunctions.', ''));
    if (action === undefined) throw new ApiError('UnknownOperationException', `${target} is not served here`);
    return action(await json(request));
  };
  const server = createServer(async (request, response) => {
    try {
      reply(response, 200, await answer(request));
    } catch (error) {
      const known = error instanceof ApiError;
      reply(response, known ? 400 : 500, {
        __type: known ? error.code : 'InternalServerError',
        message: error instanceof Error ? error.message : String(error),
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    executions,
    close: () => {
      executions.close();
      return new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      });
    },
  };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
