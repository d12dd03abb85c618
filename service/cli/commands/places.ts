import { type PipelineVariable, pipelineVariables } from '../../../core/pipeline-functions.ts';
import { LedgerReader } from '../../operator/ledger-reader.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';

const ledgerVariables = ['BATCHES_TABLE', 'INSTANCES_TABLE', 'STUDIES_TABLE'] as const;

/**
 * Variables of the environment that say where the pipeline is: the same that its functions have.
 * @throws UsageError that names every one that is missing or malformed
 */
export function pipelinePlaces<N extends PipelineVariable>(
  { environment }: Pick<CliContext, 'environment'>,
  names: readonly N[],
): Readonly<Record<N, string>> {
  const problems: string[] = [];
  const entries = names.map((name) => {
    const value = environment[name] ?? '';
    if (value === '') problems.push(`${name} is not set`);
    else if (!pipelineVariables[name].safeParse(value).success) problems.push(`${name} is malformed`);
    return [name, value] as const;
  });
  if (problems.length > 0) {
    throw new UsageError(
      `${problems.join(', ')}. The stack has them as outputs; \`npm start\` writes those of the local edition.`,
    );
  }
  return Object.fromEntries(entries) as Record<N, string>;
}

/** The ledger that the environment names. @throws UsageError */
export function openLedger(context: CliContext): LedgerReader {
  const tables = pipelinePlaces(context, ledgerVariables);
  return new LedgerReader(context.aws.dynamodb, {
    batches: tables.BATCHES_TABLE,
    instances: tables.INSTANCES_TABLE,
    studies: tables.STUDIES_TABLE,
  });
}
