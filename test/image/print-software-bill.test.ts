import { expect, it } from 'vitest';
import { z } from 'zod';
import lock from '../../package-lock.json' with { type: 'json' };
import { softwareBill } from './print-software-bill.ts';

const billSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.object({ group: z.string().optional(), name: z.string(), version: z.string() })),
});
const entrySchema = z.object({
  name: z.string().optional(),
  version: z.string(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
});

it('the software bill has every package that the image ships, and no other', () => {
  const { components } = billSchema.parse(JSON.parse(softwareBill()));
  const listed = components.map(
    ({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`,
  );
  const shipped = Object.entries(lock.packages).flatMap(([path, found]) => {
    const entry = entrySchema.safeParse(found).data;
    if (path === '' || entry === undefined || entry.dev || entry.optional) return [];
    // A package that has another name in package.json is listed by that.
    return [`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${entry.version}`];
  });
  expect([...new Set(listed)].sort()).toEqual([...new Set(shipped)].sort());
}, 120_000);
