import { renderDefinition } from '../../cdk/pipeline/render-definition.ts';
import type { Schedule } from '../../core/clock.ts';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';
import type { ExecutionRecord } from '../../local/stepfunctions/execution-record.ts';
import { Executions } from '../../local/stepfunctions/executions.ts';
import { eventually } from './eventually.ts';
import { FakeClock } from './fake-clock.ts';

/** What a function does at each of its calls; the last entry is repeated. A string is the name of an error. */
export type Script = readonly (string | object | ((payload: Record<string, string>) => unknown))[];

const schedule: Schedule = (delayMs, task) => {
  const timer = setTimeout(task, delayMs);
  return { cancel: () => clearTimeout(timer) };
};

/** Runs the state machine that CDK emits over functions that follow a script. */
export async function runScripted(
  scripts: Partial<Record<PipelineFunctionName, Script>>,
  answerToken: { readonly jobId: string; readonly jobStatus: string } | undefined,
  input: { readonly attempt?: number } = {},
) {
  const calls: { readonly name: string; readonly payload: unknown }[] = [];
  const states: string[] = [];
  const listeners = new Set<() => void>();
  let tokens = 0;
  const executions: Executions = new Executions({
    definition: renderDefinition(),
    clock: new FakeClock(),
    schedule,
    newId: () => `token-${++tokens}`,
    pace: { waitMs: 0, retryMs: 0, tokenTimeoutMs: answerToken === undefined ? 1 : 60_000 },
    invoke: async (name, payload) => {
      const script = scripts[name as PipelineFunctionName] ?? [];
      const turn = calls.filter((call) => call.name === name).length;
      calls.push({ name, payload });
      const act = script[Math.min(turn, script.length - 1)];
      if (act === undefined) throw new Error(`${name} was not expected`);
      if (typeof act === 'string') throw Object.assign(new Error(`cause of ${act}`), { name: act });
      if (name === 'start-import' && answerToken !== undefined) {
        executions.tokens.succeed((payload as { taskToken: string }).taskToken, JSON.stringify(answerToken));
      }
      return typeof act === 'function' ? act(payload as Record<string, string>) : act;
    },
    onTransition: (transition) => {
      if (transition.type === 'state-entered') states.push(transition.state);
      for (const wake of [...listeners]) wake();
    },
  });
  executions.start(
    'run',
    JSON.stringify({ batchId: 'B', bucket: 'ingest', manifestKey: 'manifests/B.json', ...input }),
  );
  const record = await eventually<ExecutionRecord>(listeners, () => {
    const found = executions.find('run');
    return found.status === 'RUNNING' ? undefined : found;
  });
  return { record, states, calls, callsOf: (name: string) => calls.filter((call) => call.name === name) };
}
