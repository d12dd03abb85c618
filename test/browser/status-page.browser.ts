import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoInstances } from '../../local/demo-study.ts';
import { type Edition, startEdition } from '../../local/edition.ts';
import type { PipelineProgress } from '../../local/pipeline-progress.ts';
import { AwaitedList } from '../support/awaited-list.ts';
import { runCliProcess } from '../support/cli-process.ts';
import { writeInstanceFiles } from '../support/instance-files.ts';
import { localEnvironment } from '../support/local-environment.ts';
import { StoreScu } from '../support/store-scu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { auditPage } from './page-audit.ts';

type Ended = Extract<PipelineProgress, { type: 'ended' }>;

const data = await temporaryFolder();
const files = await temporaryFolder();
const ended = new AwaitedList<Ended>();
let edition: Edition;
let browser: Browser;
let page: Page;
let complaints: string[];
let uids = 0;
const instances = demoInstances(() => `2.25.${++uids}`);

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  edition = await startEdition({
    dataFolder: data.path,
    dicomPort: 0,
    adminPort: 0,
    environment: { SCP_BATCH_QUIET_MS: '500', SCP_UNKNOWN_PEERS: 'record' },
    onServiceLog: () => undefined,
    onProgress: (progress) => {
      if (progress.type === 'ended') ended.push(progress);
    },
    onFunctionLog: () => undefined,
  });
  const environment = await localEnvironment(data.path);
  await writeInstanceFiles(files.path, { count: 4, rows: 96, columns: 96, firstUid: 7_000 });
  expect(await runCliProcess(['send', files.path, '--calling', 'CT1'], environment)).toMatchObject({ exitCode: 0 });
  await ended.first(() => true);
});
afterAll(async () => {
  await browser.close();
  await edition.stop();
  await data.remove();
  await files.remove();
});

const schemes = ['light', 'dark'] as const;

async function open(path: string, colorScheme: (typeof schemes)[number] = 'light', width = 1_280): Promise<Page> {
  page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://localhost:${edition.adminPort}${path}`);
  return page;
}
beforeEach(() => {
  complaints = [];
});
afterEach(async () => {
  // What the Content Security Policy forbids is told of on the console.
  expect(complaints).toEqual([]);
  await page.close();
});

describe.each(schemes)('the status page in the %s scheme', (scheme) => {
  it.each([1_280, 360])('is fit for everybody, %i pixels wide', async (width) => {
    await open('/', scheme, width);
    expect(page.url()).toMatch(/\/status$/);
    expect(await auditPage(page)).toEqual([]);
  });

  it('has records that are fit for everybody', async () => {
    const { batchId } = (await ended.first(() => true)).batch;
    await open(`/status/batch?id=${batchId}`, scheme);
    expect(await auditPage(page)).toEqual([]);
    await page.locator('a[href^="/status/instance"]').first().click();
    await page.getByRole('heading', { level: 1, name: 'SOP instance' }).waitFor();
    expect(await auditPage(page)).toEqual([]);
  });
});

describe('the status page', () => {
  it('shows what happens while it is looked at', async () => {
    await open('/status');
    expect(await page.getByText('Nobody is connected.').count()).toBe(1);
    const [instance] = instances;
    if (instance === undefined) throw new Error('no instance');
    const { sopClassUid, transferSyntaxUid, sopInstanceUid } = instance;
    const scu = await StoreScu.associate({
      port: edition.dicomPort,
      sopClassUid,
      transferSyntaxUid,
      callingAeTitle: 'LIVE',
    });
    await scu.store({ sopClassUid, sopInstanceUid, chunks: () => [instance.dataSet()] });
    const region = page.getByRole('region', { name: 'Associations that are open now' });
    await region.getByRole('rowheader', { name: 'LIVE' }).waitFor();
    expect(await page.getByRole('region', { name: 'Batches that are not sealed yet' }).count()).toBe(1);
    await scu.release();
    await page.getByText('Nobody is connected.').waitFor();
  });

  it('stands still when it is told to', async () => {
    await open('/status');
    const button = page.getByRole('button', { name: 'Pause updates' });
    await button.press('Enter');
    expect(await page.getByRole('button', { name: 'Resume updates' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('is reached past the header by keyboard', async () => {
    await open('/status');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('finds a study and shows its pictures', async () => {
    await open('/status');
    const study = (await ended.first(() => true)).studies[0]?.studyInstanceUid ?? '';
    await page.getByRole('searchbox').fill(study);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('heading', { level: 1, name: 'Study' }).waitFor();
    const picture = page.getByRole('img', { name: 'Instance 1' });
    await picture.scrollIntoViewIfNeeded();
    const widths = () => page.evaluate('document.querySelector(".thumbnails img").naturalWidth');
    await expect.poll(widths).toBe(96);
  });

  it('takes a search for what it is: text', async () => {
    await open(`/status/search?q=${encodeURIComponent('"><script>document.title="owned"</script>')}`);
    expect(await page.getByText('That is neither a UID nor the id of a batch.').count()).toBe(1);
    expect(await page.title()).toBe('Search · DICOM Store SCP');
  });

  it('shows no patient data', async () => {
    const { batchId } = (await ended.first(() => true)).batch;
    for (const path of ['/status', `/status/batch?id=${batchId}`]) {
      await open(path);
      expect((await page.content()).toUpperCase()).not.toMatch(/SYNTHETIC|PATIENTNAME|BIRTH/);
      if (path === '/status') await page.close();
    }
  });

  it('replays only with the token', async () => {
    const token = (await readFile(join(data.path, 'operator-token'), 'utf8')).trim();
    const { batchId } = (await ended.first(() => true)).batch;
    await open(`/status/batch?id=${batchId}`);
    // Everything arrived: there is no form, and a form of somebody's own does nothing.
    expect(await page.getByLabel('Operator token').count()).toBe(0);
    const origin = new URL(page.url()).origin;
    const post = async (headers: Record<string, string>, given = token) =>
      (await page.request.post(`${origin}/status/replay`, { form: { id: batchId, token: given }, headers })).status();
    expect(await post({ origin })).toBe(409);
    expect(await post({ origin }, 'a guess')).toBe(403);
    expect(await post({ origin: 'http://evil.example' })).toBe(403);
    expect(await post({})).toBe(403);
  });
});
