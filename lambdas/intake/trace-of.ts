import { z } from 'zod';
import type { ObjectStore } from '../../core/object-store.ts';
import { parseTraceparent, type TraceContext } from '../../core/traceparent.ts';

const tracedSchema = z.object({ traceparent: z.string() });

/**
 * The trace of a sealed batch, from its manifest; undefined when it has none. What cannot be read here is judged by the
 * step that registers the batch: a trace is no reason to keep it waiting.
 */
export async function traceOf(store: Pick<ObjectStore, 'get'>, manifestKey: string): Promise<TraceContext | undefined> {
  try {
    const bytes = await store.get(manifestKey);
    if (bytes === undefined) return undefined;
    const traced = tracedSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parseTraceparent(traced.data?.traceparent);
  } catch {
    return undefined;
  }
}
