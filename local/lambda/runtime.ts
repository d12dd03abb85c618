import { parentPort, workerData } from 'node:worker_threads';
import type { InvocationAnswer, InvocationRequest, LambdaError } from './invocation.ts';

type Handler = (event: unknown) => Promise<unknown>;

const loading: Promise<Handler> = import(String(workerData)).then(
  (module: { readonly handler: Handler }) => module.handler,
);
// A module that cannot be loaded fails every invocation, not the thread.
loading.catch(() => undefined);

parentPort?.on('message', async ({ id, event }: InvocationRequest) => {
  parentPort?.postMessage(await answer(id, event));
});

async function answer(id: number, event: string): Promise<InvocationAnswer> {
  try {
    const handler = await loading;
    return { id, result: JSON.stringify((await handler(JSON.parse(event))) ?? null) };
  } catch (error) {
    return { id, error: lambdaErrorOf(error) };
  }
}

function lambdaErrorOf(error: unknown): LambdaError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
