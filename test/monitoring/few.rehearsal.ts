import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../dashboards/rules/rule-groups.ts';
import { brokenRules, unansweredQueries } from './answers.ts';
import { fewFaults } from './faults.ts';
import { rehearsalThresholds } from './rehearsal-thresholds.ts';
import { quiet, rehearse } from './rehearse.ts';
import { dcmtk, Senders, store } from './senders.ts';
import { openSite, type Site } from './site.ts';

/** A service that starts, real senders, and alerts with windows of seconds: long on a busy machine. */
const patience = { timeout: 300_000 };

/** What only the rehearsal of every fault brings about. */
const onlyLong = [/^Deviations tolerated$/, /^Doubts about the import$/, /^Uploads$/];

describe('dashboards and alerts over the real service', patience, () => {
  let site: Site;
  let senders: Senders;

  beforeAll(async () => {
    site = await openSite(ruleGroups(rehearsalThresholds));
    senders = new Senders([
      { port: site.edition.dicomPort, files: site.files, callingAeTitle: 'CT1', pauseMs: () => 500 },
    ]);
    await store(site.spooledPort, site.files);
    await dcmtk('echoscu', '-aec', 'STORESCP', '127.0.0.1', String(site.edition.dicomPort));
  }, 240_000);

  afterAll(async () => {
    await senders.stop();
    await site.close();
  }, 120_000);

  it('say nothing while all is well', async () => {
    await quiet(site);
    // A peer without TLS at the door with TLS.
    await dcmtk('echoscu', '-aec', 'STORESCP', '127.0.0.1', String(site.tlsPort()));
  });

  it.each(fewFaults)('say so when $what, and nothing else', async (fault) => {
    expect(await rehearse(site, fault)).toMatchObject({ unexpected: [] });
  });

  it('have data in every panel', async () => {
    const unanswered = (await unansweredQueries(site)).filter(
      ({ panel }) => !onlyLong.some((pattern) => pattern.test(panel)),
    );
    expect(unanswered).toEqual([]);
  });

  it('have no broken rule', async () => {
    expect(await brokenRules(site)).toEqual([]);
  });
});
