import type { Schedule } from '../../core/clock.ts';
import {
  type PipelineFunctionName,
  type PipelineVariable,
  pipelineFunctionNames,
  pipelineFunctions,
} from '../../core/pipeline-functions.ts';
import { localAccount } from '../local-account.ts';
import { LocalFunction } from './local-function.ts';

export interface LocalEndpoints {
  readonly s3: string;
  readonly dynamodb: string;
  readonly stepFunctions: string;
  readonly healthImaging: string;
}

export interface LocalFunctionsOptions {
  readonly endpoints: LocalEndpoints;
  readonly variables: Readonly<Partial<Record<PipelineVariable, string>>>;
  /** `OTEL_*`: where spans go. */
  readonly tracing: Readonly<Record<string, string>>;
  readonly schedule: Schedule;
  readonly onLog: (name: PipelineFunctionName, line: string) => void;
}

export interface LocalFunctions {
  readonly invoke: (name: PipelineFunctionName, event: unknown) => Promise<unknown>;
  /** Starts every function's thread now; without it each starts with its first invocation. */
  readonly load: () => void;
  readonly close: () => Promise<void>;
}

/** Every function of the pipeline, each with the variables that it is declared to read and with no others. */
export function localFunctions({
  endpoints,
  variables,
  tracing,
  schedule,
  onLog,
}: LocalFunctionsOptions): LocalFunctions {
  const functions = new Map(
    pipelineFunctionNames.map((name) => {
      const { timeoutSeconds, variables: names } = pipelineFunctions[name];
      const own = names.flatMap((variable) => {
        const value = variables[variable];
        return value === undefined ? [] : [[variable, value] as const];
      });
      const local = new LocalFunction({
        name,
        module: new URL(`../../lambdas/${name}/handler.ts`, import.meta.url),
        environment: { ...sdkEnvironment(endpoints), ...tracing, ...Object.fromEntries(own) },
        timeoutSeconds,
        schedule,
        onLog: (line) => onLog(name, line),
      });
      return [name, local] as const;
    }),
  );
  return {
    invoke: async (name, event) => functions.get(name)?.invoke(event),
    load: () => {
      for (const one of functions.values()) one.load();
    },
    close: async () => {
      await Promise.all([...functions.values()].map((one) => one.close()));
    },
  };
}

/** What points unmodified AWS clients at the emulators. */
const sdkEnvironment = ({ s3, dynamodb, stepFunctions, healthImaging }: LocalEndpoints): Record<string, string> => ({
  AWS_REGION: localAccount.region,
  AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: 'true',
  POWERTOOLS_METRICS_NAMESPACE: 'DicomStoreScp/local',
  AWS_ENDPOINT_URL_S3: s3,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SFN: stepFunctions,
  AWS_ENDPOINT_URL_MEDICAL_IMAGING: healthImaging,
});
