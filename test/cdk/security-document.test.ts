import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controlSections, withMatrix } from '../../cdk/security/render.ts';

const root = join(import.meta.dirname, '../..');
const document = readFileSync(join(root, 'docs/security.md'), 'utf8');
const controls = controlSections.flatMap((section) => section.controls);

describe('the security guide', () => {
  it('has a control matrix that is the one that the data gives', () => {
    expect(document).toBe(withMatrix(document));
  });

  it.each([
    'Shared responsibility',
    'Network flows and ports',
    'The way of PHI',
    'Threat model',
    'Incident response',
    'What to look for in the logs',
    'Compliance',
    'Control matrix',
  ])('has a section on: %s', (title) => {
    expect(document).toContain(`\n## ${title}\n`);
  });
});

describe.each(controls)('the control "$subject"', ({ by, provenBy }) => {
  it('names files that are there', () => {
    expect(by.length).toBeGreaterThan(0);
    expect(by.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names tests that are there', () => {
    expect(provenBy.length).toBeGreaterThan(0);
    const missing = provenBy.filter(({ file, test }) => !readFileSync(join(root, file), 'utf8').includes(test));
    expect(missing).toEqual([]);
  });
});

describe('the matrix', () => {
  it('speaks of each subject once', () => {
    const subjects = controls.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
  });
});
