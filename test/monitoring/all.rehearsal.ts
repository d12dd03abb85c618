import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../dashboards/rules/rule-groups.ts';
import { brokenRules, unansweredQueries } from './answers.ts';
import { allFaults } from './faults.ts';
import { rehearsalThresholds } from './rehearsal-thresholds.ts';
import { quiet, rehearse } from './rehearse.ts';
import { dcmtk, Senders, store } from './senders.ts';
import { openSite, type Site } from './site.ts';

const patience = { timeout: 400_000 };

/** No peer here deviates in a way that is tolerated. */
const never = [/^Deviations tolerated$/];

describe('every fault that can be had on one machine', patience, () => {
  let site: Site;
  let senders: Senders;

  beforeAll(async () => {
    site = await openSite(ruleGroups(rehearsalThresholds));
    senders = new Senders([
      { port: site.edition.dicomPort, files: site.files, callingAeTitle: 'CT1', pauseMs: () => 400 },
      { port: site.edition.dicomPort, files: site.files, callingAeTitle: 'MR1', pauseMs: () => 900 },
    ]);
    await store(site.spooledPort, site.files);
    await quiet(site);
    await dcmtk('echoscu', '-aec', 'STORESCP', '127.0.0.1', String(site.tlsPort()));
  }, 200_000);

  afterAll(async () => {
    await senders.stop();
    await site.close();
  }, 60_000);

  it.each(allFaults)('$what: raises $raises and no other', async (fault) => {
    const rehearsal = await rehearse(site, fault, fault === allFaults.at(-1));
    console.info(`${fault.what}: ${fault.raises.join(', ')} after ${Math.round(rehearsal.raisedAfterMs / 1_000)} s`);
    expect(rehearsal.unexpected).toEqual([]);
  });

  it('has data in every panel', async () => {
    const unanswered = await unansweredQueries(site);
    expect(unanswered.filter(({ panel }) => !never.some((pattern) => pattern.test(panel)))).toEqual([]);
  });

  it('breaks no rule', async () => {
    expect(await brokenRules(site)).toEqual([]);
  });
});
