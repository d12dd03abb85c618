import { expect, it } from 'vitest';
import { parseConfig, type Setting, settings } from '../../core/config.ts';

/** `npx vitest run test/drift -u` writes the file anew. */
const file = '../../docs/configuration.md';

const defaults = parseConfig({ SCP_FOLDER: 'x' });

function row({ name, env, description }: Setting): string {
  const value = name === 'folder' ? undefined : defaults[name];
  const shown = value === undefined || (Array.isArray(value) && value.length === 0) ? '' : `\`${value}\``;
  return `| \`${env}\` | ${shown} | ${description} |`;
}

function reference(): string {
  return `# Configuration

The service is configured by environment variables and by nothing else. Every problem is reported at once, before
anything listens, and the exit code is 2. A variable that begins with \`SCP_\` and is no setting is a problem too.
Durations are in milliseconds, sizes in bytes.

| variable | default | meaning |
| --- | --- | --- |
${settings().map(row).join('\n')}
`;
}

it('docs/configuration.md says what the schema says', async () => {
  await expect(reference()).toMatchFileSnapshot(file);
});
