import { expect, it } from 'vitest';
import type { Command } from '../../service/cli/command.ts';
import { commandTable } from '../../service/cli/command-table.ts';
import { exitCodes } from '../../service/cli/exit-codes.ts';
import { binaryName, optionRows, synopsis } from '../../service/cli/help.ts';

/** `npx vitest run test/drift -u` writes the file anew. */
const file = '../../docs/cli.md';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function chapter(command: Command): string {
  const rows = [
    ...command.positionals.map(({ name, description, choices }) => {
      const words = choices === undefined ? '' : ` One of ${choices.join(', ')}.`;
      return [`<${name}>`, `${description}${words}`] as const;
    }),
    ...optionRows({ ...command }).filter(([name]) => name !== '--json' && name !== '--help'),
  ];
  return [
    `## ${command.name}`,
    '',
    command.summary,
    '',
    ...command.details.flatMap((text) => [text, '']),
    `    ${binaryName} ${synopsis(command)}`,
    '',
    ...(rows.length === 0
      ? []
      : ['| | |', '| --- | --- |', ...rows.map(([name, text]) => `| \`${cell(name)}\` | ${cell(text)} |`), '']),
    ...(command.examples.length === 0
      ? []
      : ['```sh', ...command.examples.map((example) => `${binaryName} ${example}`), '```', '']),
  ].join('\n');
}

function reference(): string {
  return `# Command line

\`${binaryName}\` is in the image, and \`npm run cli --\` runs it from a checkout, with the environment that \`npm start\`
wrote to \`.data/local.env\`. In a pod: \`kubectl exec deploy/dicom-store-scp -- ${binaryName} doctor\`.

It takes the settings of the service from the environment ([configuration.md](configuration.md)), and where the pipeline
is from variables that the pipeline's functions have, too; the stack's outputs have their values, and say which is which.

| variable | needed by |
| --- | --- |
| \`BATCHES_TABLE\`, \`INSTANCES_TABLE\`, \`STUDIES_TABLE\` | studies, batches, batch, instance, replay, reconcile, doctor |
| \`STATE_MACHINE_ARN\` | replay, doctor |
| \`OUTPUT_S3_URI\` | reconcile of a batch whose record has none, doctor |
| \`INGEST_BUCKET\` | doctor, where SCP_BUCKET is not set |
| \`DEAD_LETTER_QUEUE_URLS\` | replay --dead-letters, doctor: URLs of queues, separated by commas |

Every command takes \`--json\`, which answers in JSON, and \`--help\`. Answers go to standard output, progress and problems
to standard error.

| exit code | says |
| --- | --- |
${Object.values(exitCodes)
  .map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  .join('\n')}

${commandTable.map(chapter).join('\n')}`;
}

it('docs/cli.md says what the table of commands says', async () => {
  await expect(reference()).toMatchFileSnapshot(file);
});
