import { readFile } from 'node:fs/promises';
import type { Command } from '../command.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { helmValues as valuesOf } from '../helm-values.ts';

export const helmValues: Command = {
  name: 'helm-values',
  summary: "The chart's values for a stack that is deployed.",
  details: ['Always JSON, which is YAML too: helm takes it as a file of values.'],
  positionals: [
    { name: 'outputs', description: 'What `cdk deploy --outputs-file` wrote.', required: true, isPath: true },
  ],
  options: {
    stack: { type: 'string', value: 'NAME', description: 'Which stack, where the file has several.' },
    irsa: { type: 'boolean', description: 'Roles for service accounts in place of EKS Pod Identity.' },
    'show-imports': { type: 'boolean', description: 'Has the service read the ledger: the stack has scp:showImports.' },
    region: { type: 'string', value: 'REGION', description: 'Where the cluster does not tell pods.' },
  },
  examples: ['helm-values outputs.json > values.yaml'],
  run: async (given) => {
    const [stack, region] = [given.text('stack'), given.text('region')];
    const options = {
      irsa: given.flag('irsa'),
      showImports: given.flag('show-imports'),
      ...(stack === undefined ? {} : { stack }),
      ...(region === undefined ? {} : { region }),
    };
    const value = valuesOf(outputsIn(await readFile(given.positional(0), 'utf8')), options);
    return { exitCode: exitCodes.ok.code, value, text: JSON.stringify(value, undefined, 2) };
  },
};

function outputsIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('the file of outputs is not JSON');
  }
}
