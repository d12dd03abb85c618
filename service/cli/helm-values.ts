/** The outputs of a stack that values of the chart follow from. */
const needed = ['LandingBucket', 'DatastoreId'] as const;

export interface HelmValues {
  readonly settings: {
    readonly bucket: string;
    readonly datastoreId: string;
    readonly ledgerBatchesTable?: string;
    readonly ledgerInstancesTable?: string;
    readonly ledgerStudiesTable?: string;
  };
  readonly aws?: { readonly region: string };
  readonly serviceAccount?: { readonly annotations: Readonly<Record<string, string>> };
}

export interface HelmValuesOptions {
  /** Which stack, where the file has several that could be meant. */
  readonly stack?: string;
  /** Has the pods take the stack's role by a token of their own (IRSA); EKS Pod Identity needs nothing said. */
  readonly irsa?: boolean;
  /** Has the pods read the ledger; the stack was told `scp:showImports`. */
  readonly showImports?: boolean;
  /** Region of the bucket, where the cluster does not tell pods. */
  readonly region?: string;
}

/** No values follow from what was given; the message says what is missing. */
export class HelmValuesError extends Error {
  override readonly name = 'HelmValuesError';
  readonly code = 'HELM_VALUES';
}

/**
 * The values of the chart for a stack that is deployed.
 * @param outputs what `cdk deploy --outputs-file` wrote, parsed: outputs by name, by stack
 * @throws HelmValuesError
 */
export function helmValues(
  outputs: unknown,
  { stack, irsa = false, showImports = false, region }: HelmValuesOptions = {},
): HelmValues {
  const found = chosenStack(outputs, stack);
  const text = (name: string): string => {
    const value = found[name];
    if (typeof value !== 'string' || value === '') throw new HelmValuesError(`the outputs have no ${name}`);
    return value;
  };
  return {
    settings: {
      bucket: text('LandingBucket'),
      datastoreId: text('DatastoreId'),
      ...(showImports
        ? {
            ledgerBatchesTable: text('BatchesTable'),
            ledgerInstancesTable: text('InstancesTable'),
            ledgerStudiesTable: text('StudiesTable'),
          }
        : {}),
    },
    ...(region === undefined ? {} : { aws: { region } }),
    ...(irsa ? { serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': text('WorkloadRoleArn') } } } : {}),
  };
}

type Outputs = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Outputs =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function chosenStack(outputs: unknown, name: string | undefined): Outputs {
  if (!isRecord(outputs)) throw new HelmValuesError('not the outputs of stacks by their names');
  const isMeant = (key: string, outputsOfOne: Outputs) =>
    name === undefined ? needed.every((output) => output in outputsOfOne) : key === name;
  const stacks = Object.entries(outputs).flatMap(([key, value]) =>
    isRecord(value) && isMeant(key, value) ? [[key, value] as const] : [],
  );
  const [first, second] = stacks;
  if (first === undefined) throw new HelmValuesError(`no ${name ?? `stack with outputs ${needed.join(' and ')}`}`);
  if (second !== undefined)
    throw new HelmValuesError(`several stacks: name one of ${stacks.map(([key]) => key).join(', ')}`);
  return first[1];
}
