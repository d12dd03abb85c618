import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { SlabPool } from '../../../service/store/slabs/slab-pool.ts';
import { showStoreBuffers } from '../../../service/telemetry/store-buffer-gauges.ts';

it('shows what the buffers of the store are at the moment', async () => {
  const registry = new Registry();
  const pool = new SlabPool({ budgetBytes: 1_000, slabBytes: 100, progressBytes: 200 });
  showStoreBuffers(registry, pool);
  const account = pool.open();
  const slab = account.take();
  expect(await registry.metrics()).toMatch(/^dicom_store_scp_store_buffer_bytes 100$/m);
  if (slab !== undefined) account.giveBack([slab]);
  const shown = await registry.metrics();
  expect(shown).toMatch(/^dicom_store_scp_store_buffer_bytes 0$/m);
  expect(shown).toMatch(/^dicom_store_scp_store_buffer_kept_bytes 100$/m);
  expect(shown).toMatch(/^dicom_store_scp_store_buffer_budget_bytes 1000$/m);
  expect(shown).toMatch(/^dicom_store_scp_store_buffer_waiting 0$/m);
});
