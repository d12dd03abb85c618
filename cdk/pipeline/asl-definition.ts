import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';

/** A definition in the Amazon States Language, as far as it is read here. */
export interface AslDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
  readonly TimeoutSeconds?: number;
}

export interface AslState {
  readonly Type: string;
  readonly Resource?: string;
  readonly [field: string]: unknown;
}

/** The ARN by which a rendered definition calls a function: stable, and of no account. */
export const renderedFunctionArn = (name: PipelineFunctionName): string =>
  `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** The name in an ARN of renderedFunctionArn. */
export const functionNameIn = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
