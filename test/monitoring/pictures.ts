import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { generatedFiles } from '../../dashboards/generated-files.ts';
import { ruleGroups } from '../../dashboards/rules/rule-groups.ts';
import { thresholds } from '../../dashboards/thresholds.ts';
import { rejectedTitle, storeOutage } from './faults.ts';
import { boardData } from './preview/board-data.ts';
import { drawBoard, drawnBoardSchema, WIDTH } from './preview/draw-board.ts';
import { smallerPng } from './preview/smaller-png.ts';
import { Senders, store } from './senders.ts';
import { calm, openSite, type Site } from './site.ts';

const MINUTES = 4;
const out = join(import.meta.dirname, '../../docs/dashboards');
const note =
  'Drawn by test/monitoring/pictures.ts from dashboards/generated and a real Prometheus over the local edition under load. Not a picture of Grafana.';

/** A day in minutes: load that comes and goes, and a few troubles. */
async function day(site: Site): Promise<void> {
  const hour = (MINUTES * 60_000) / 24;
  const busy = () => 300 + 2_500 * (1 - Math.sin((Math.PI * (Date.now() - site.startedAtMs)) / (24 * hour)));
  const { dicomPort: port } = site.edition;
  const { files } = site;
  const senders = new Senders([
    { port, files, callingAeTitle: 'CT1', pauseMs: busy },
    { port, files, callingAeTitle: 'MR1', pauseMs: () => busy() * 2 },
    { port: site.spooledPort, files, callingAeTitle: 'US1', pauseMs: () => busy() * 2 },
  ]);
  await pause(9 * hour);
  for (let round = 0; round < 3; round++) await rejectedTitle.inject(site);
  await storeOutage.inject(site);
  site.disturbSpooled(() => ({ kind: 'error', code: 'ServiceUnavailable', when: 'before' }));
  await pause(hour);
  site.disturb(calm);
  await pause(hour);
  site.disturbSpooled(calm);
  await pause(4 * hour);
  site.healthImaging.add({ kind: 'fail-file', keyIncludes: '.dcm', times: 2 });
  site.healthImaging.add({ kind: 'late-outputs', delayMs: 2 * hour, times: 1 });
  await pause(8 * hour);
  const late = store(port, files, 'CR1');
  await pause(hour / 2);
  await senders.stop();
  await late;
}

const site = await openSite(ruleGroups({ ...thresholds, evaluationSeconds: 1 }), 512);
const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
try {
  await day(site);
  const [fromMs, toMs] = [site.startedAtMs + 2_000, Date.now()];
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  const page = await browser.newPage();
  await page.setViewportSize({ width: WIDTH, height: 600 });
  await mkdir(out, { recursive: true });
  for (const [name, text] of Object.entries(generatedFiles(thresholds))) {
    if (!name.endsWith('.json')) continue;
    const board = drawnBoardSchema.parse(JSON.parse(text));
    await page.setContent(drawBoard(board.title, note, await boardData(board, site.prometheus, fromMs, toMs)));
    const png = await page.screenshot({ fullPage: true });
    await writeFile(join(out, name.replace(/json$/, 'png')), smallerPng(png));
  }
  await browser.close();
} finally {
  await site.close();
  await rm(profile, { recursive: true, force: true });
}
