import { afterEach, describe, expect, it } from 'vitest';
import { type Extent, s3Scenarios } from './s3-scenarios.ts';
import { type S3Site, startS3Site } from './s3-site.ts';
import { Trial } from './trial.ts';

/** The others, and more of these, by `node test/faults/run.ts`. */
const brief = ['kill -9 at random moments', 'answers that are lost', 'S3 down'];
const extent: Extent = { kills: 2, outageMs: 1_000, instances: 5 };

let site: S3Site;
afterEach(() => site.close());

describe('real replicas lose nothing that they acknowledged', () => {
  it.each(s3Scenarios.filter(({ name }) => brief.includes(name)))(
    '$name',
    async ({ run }) => {
      site = await startS3Site();
      const trial = new Trial({
        environment: site.environment,
        store: site.store,
        senders: 2,
        seed: 1,
        largest: 'small',
      });
      await run(trial, site, extent);
      const { problems, acknowledged, named, kills } = await trial.end();
      expect(problems).toEqual([]);
      expect(acknowledged).toBeGreaterThan(0);
      expect(named).toBeGreaterThanOrEqual(acknowledged);
      expect(kills).toBeLessThanOrEqual(extent.kills);
    },
    120_000,
  );
});
