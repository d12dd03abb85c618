import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const script = join(import.meta.dirname, 'page-audit.js');

/** What is wrong with a page for those who cannot see it, or see it with difficulty. Empty: nothing was found. */
export async function auditPage(page: Page): Promise<readonly string[]> {
  return z.array(z.string()).parse(await page.evaluate(await readFile(script, 'utf8')));
}
