import { z } from 'zod';
import { type Manifest, manifestSchema } from '../core/manifest.ts';
import type { ObjectStore } from '../core/object-store.ts';
import { PipelineFault } from '../core/pipeline-fault.ts';

const MAX_PROBLEMS = 5;

/**
 * The manifest under a key.
 * @throws PipelineFault MANIFEST_MISSING, or MANIFEST_INVALID with the first problems found
 */
export async function readManifest(store: Pick<ObjectStore, 'get'>, key: string): Promise<Manifest> {
  const bytes = await store.get(key);
  if (bytes === undefined) throw new PipelineFault('MANIFEST_MISSING', `there is no manifest ${key}`);
  return parseManifest(key, new TextDecoder().decode(bytes));
}

/** A manifest from its text; the same errors. */
export function parseManifest(key: string, text: string): Manifest {
  const content = parseJson(key, text);
  const version = z.object({ version: z.unknown() }).safeParse(content).data?.version;
  if (version !== 1) {
    throw new PipelineFault('MANIFEST_INVALID', `${key} has version ${JSON.stringify(version)}; only 1 is known`);
  }
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const shown = issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => `${path.join('.')}: ${message}`);
    const rest = issues.length > MAX_PROBLEMS ? `; ${issues.length - MAX_PROBLEMS} more` : '';
    throw new PipelineFault('MANIFEST_INVALID', `${key} is no manifest: ${shown.join('; ')}${rest}`);
  }
  if (!key.endsWith(`/${parsed.data.batchId}.json`)) {
    throw new PipelineFault('MANIFEST_INVALID', `${key} is the manifest of batch ${parsed.data.batchId}`);
  }
  return parsed.data;
}

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PipelineFault('MANIFEST_INVALID', `${key} is not JSON`, error);
  }
}
