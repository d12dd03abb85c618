import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { synthesize } from './support/variants.ts';

/** What docs/cli.md says that the command line is told of the pipeline. */
const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
const [, table = ''] = /\| variable \| needed by \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(page) ?? [];
const variables = [...table.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name = '']) => name);

describe.each(['standard', 'eks-pod-identity'] as const)('the outputs of %s', (name) => {
  const descriptions = Object.values(
    synthesize(name).template.toJSON().Outputs as Record<string, { Description?: string }>,
  ).map(({ Description = '' }) => Description);

  it('have a value for each variable of the command line, and say which', () => {
    expect(variables.length).toBeGreaterThan(5);
    const named = descriptions.flatMap((text) => [...text.matchAll(/\b[A-Z][A-Z0-9_]{5,}\b/g)].map(([word]) => word));
    expect(variables.filter((variable) => !named.includes(variable))).toEqual([]);
  });
});
