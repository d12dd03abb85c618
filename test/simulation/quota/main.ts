import { measure, quotas } from './report.ts';

/** Prints what the limiter makes of a flood at several quotas. */
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
process.stdout.write(
  '| quota | 10,000 batches started after | stat: median, worst | every hospital served after | 99 hospitals done after | refused | transitions a batch | Step Functions a batch |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n',
);
for (const [name, quota] of Object.entries(quotas)) {
  const found = await measure(name, quota);
  const cells = [
    name,
    seconds(found.floodDoneMs),
    `${seconds(found.statMedianMs)}, ${seconds(found.statWorstMs)}`,
    seconds(found.everyHospitalMs),
    seconds(found.smallDoneMs),
    String(found.refused),
    found.transitionsPerBatch.toFixed(2),
    `$${found.usdPerBatch.toFixed(6)}`,
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
