import { describe, expect, it } from 'vitest';
import { StoreFault } from '../../../core/object-store.ts';
import { traceOf } from '../../../lambdas/intake/trace-of.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const storeWith = (content: string | undefined) => ({
  get: async () => (content === undefined ? undefined : new TextEncoder().encode(content)),
});

describe('the trace of a sealed batch', () => {
  it('is the one of its manifest, whatever else that says', async () => {
    const trace = await traceOf(storeWith(JSON.stringify({ version: 9, traceparent })), 'manifests/x.json');
    expect(trace).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      isSampled: true,
    });
  });

  it.each([undefined, 'no JSON', '{}', '{"traceparent":1}', '{"traceparent":"x"}'])(
    'is none in %j',
    async (content) => {
      expect(await traceOf(storeWith(content), 'manifests/x.json')).toBeUndefined();
    },
  );

  it('is none when the store fails: the batch does not wait for it', async () => {
    const get = () => Promise.reject(new StoreFault('STORE_UNAVAILABLE', 'down', { retryable: true }));
    expect(await traceOf({ get }, 'manifests/x.json')).toBeUndefined();
  });
});
