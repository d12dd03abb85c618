import { z } from 'zod';
import { type PipelineFunctionName, pipelineFunctions, pipelineVariables } from '../core/pipeline-functions.ts';
import { isOtlpWanted } from '../core/tracing-settings.ts';

type Variables = { readonly [V in keyof typeof pipelineVariables]: z.infer<(typeof pipelineVariables)[V]> };

/** The variables that a function is declared to read, each parsed. */
export type EnvironmentOf<N extends PipelineFunctionName> = Pick<
  Variables,
  (typeof pipelineFunctions)[N]['variables'][number]
>;

/**
 * What a function finds in its environment.
 * @throws Error that names every missing or malformed variable at once
 */
export function environmentOf<N extends PipelineFunctionName>(name: N): EnvironmentOf<N> {
  const shape = Object.fromEntries(
    pipelineFunctions[name].variables.map((variable) => [variable, pipelineVariables[variable]]),
  );
  // A stack that leaves an optional setting out passes it as an empty string.
  const present = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = z.object(shape).safeParse(present);
  if (parsed.success) return parsed.data as EnvironmentOf<N>;
  throw new Error(`the environment of ${name} is not complete:\n${z.prettifyError(parsed.error)}`);
}

/** Whether spans have somewhere to go: `OTEL_*`, as the service has it. */
export const areSpansSent = (): boolean => isOtlpWanted(process.env);
