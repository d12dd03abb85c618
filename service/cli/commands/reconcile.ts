import { jobOutputUri } from '../../../core/healthimaging.ts';
import { type BatchRecord, isFinal } from '../../../core/ledger.ts';
import { manifestKey } from '../../../core/object-keys.ts';
import { healthImagingJobs } from '../../../lambdas/import-jobs/healthimaging-jobs.ts';
import { dynamoLedger } from '../../../lambdas/ledger/dynamo-ledger.ts';
import type { Ledger } from '../../../lambdas/ledger/ledger.ts';
import { type ReconciledBatch, reconcile as reconcileBatch } from '../../../lambdas/reconcile/reconcile.ts';
import { s3JobOutput } from '../../../lambdas/reconcile/s3-job-output.ts';
import { silentNotices } from '../../../lambdas/studies/study-notices.ts';
import { S3Store } from '../../store/s3/s3-store.ts';
import type { Command } from '../command.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { textTable } from '../text-table.ts';
import { openLedger, pipelinePlaces } from './places.ts';
import { type Difference, RehearsedLedger } from './rehearsed-ledger.ts';

const STORE_DEADLINE_MS = 20_000;

export const reconcile: Command = {
  name: 'reconcile',
  summary: "Hold a batch's import job against its manifest again.",
  details: [
    "Reads the manifest of what was acknowledged and the output files of the batch's job, and compares them instance by instance by the pipeline's own code. Says what the ledger has otherwise; with --write the ledger is put right. Nothing is imported.",
  ],
  positionals: [{ name: 'batch', description: 'The id of the batch.', required: true }],
  options: { write: { type: 'boolean', description: 'Write the outcome to the ledger.' } },
  examples: ['reconcile 01JD0000000000000000000000', 'reconcile 01JD0000000000000000000000 --write'],
  run: async (given, context) => {
    const id = given.positional(0);
    const batch = await openLedger(context).batch(id);
    if (batch === undefined) return nothing(`The ledger knows no batch ${id}.`);
    if (batch.jobId === undefined) return nothing(`Batch ${id} has no import job: it is ${batch.status}.`);
    if (!isFinal(batch.status)) return nothing(`Batch ${id} is ${batch.status}: its execution compares by itself.`);
    const jobs = (batch.jobsFailed ?? 0) + (batch.jobsCompleted ?? 0);
    if (jobs > 1 || (batch.attempt ?? 0) > 0) {
      return nothing(`Batch ${id} was imported by several jobs: each was compared with its own part of the manifest.`);
    }
    const ledger = realLedger(context);
    const rehearsed = new RehearsedLedger(ledger);
    const reconciled = await compare(batch, batch.jobId, rehearsed.ledger, context);
    const differences = await rehearsed.differences(batch.batchId);
    const write = given.flag('write') && differences.length > 0;
    if (write) await rehearsed.write(batch.batchId);
    const isWell = reconciled.failed + reconciled.unaccounted + reconciled.extraKeys === 0;
    return {
      exitCode: (isWell && (write || differences.length === 0) ? exitCodes.ok : exitCodes.bad).code,
      value: { ...reconciled, differences, written: write },
      text: reportReconciled(reconciled, differences, write),
    };
  },
};

const nothing = (text: string) => ({ exitCode: exitCodes.bad.code, value: null, text });

function realLedger(context: CliContext): Ledger {
  const tables = pipelinePlaces(context, ['BATCHES_TABLE', 'INSTANCES_TABLE', 'STUDIES_TABLE']);
  const names = {
    batches: tables.BATCHES_TABLE,
    instances: tables.INSTANCES_TABLE,
    studies: tables.STUDIES_TABLE,
  };
  return dynamoLedger(context.aws.dynamodb, names, { sleep: context.sleep, random: context.random });
}

/** As the pipeline does it, with the results that are there. */
async function compare(batch: BatchRecord, jobId: string, ledger: Ledger, context: CliContext) {
  const { aws, clock } = context;
  const { batchId, bucket, datastoreId, jobStatus = 'COMPLETED' } = batch;
  const outputS3Uri = batch.outputS3Uri ?? pipelinePlaces(context, ['OUTPUT_S3_URI']).OUTPUT_S3_URI;
  return reconcileBatch(
    { batchId, manifestKey: manifestKey(batchId), datastoreId, jobId, jobStatus, outputs: 'as-found' },
    {
      store: new S3Store({
        client: aws.s3,
        bucket,
        keyPrefix: '',
        deadlineMs: STORE_DEADLINE_MS,
        nowMs: clock.nowMs,
      }),
      ledger,
      jobs: healthImagingJobs(aws.imaging),
      output: s3JobOutput(aws.s3, jobOutputUri(outputS3Uri, datastoreId, jobId)),
      // Whoever was to be told of the study was told when the batch ended.
      notices: silentNotices,
      // The pipeline counted the batch when it ended.
      onEnded: () => undefined,
      nowMs: clock.nowMs,
    },
  );
}

function reportReconciled(reconciled: ReconciledBatch, differences: readonly Difference[], written: boolean): string {
  const { batchId, status, imported, warned, failed, unaccounted, extraKeys, unreadableLines } = reconciled;
  const counts = [
    `${imported} imported`,
    `${warned} with warnings`,
    `${failed} failed`,
    `${unaccounted} unaccounted for`,
    ...(extraKeys > 0 ? [`${extraKeys} that the manifest does not name`] : []),
    ...(unreadableLines > 0 ? [`${unreadableLines} lines that cannot be read`] : []),
  ];
  const head = `By its job batch ${batchId} is ${status}: ${counts.join(', ')}.`;
  if (differences.length === 0) return `${head}\nThe ledger says the same.`;
  const rows = differences.map(({ what, ledger, job }) => [what, ledger, job]);
  return [
    head,
    '',
    textTable(['what', 'ledger', 'job'], rows),
    '',
    written ? 'The ledger was put right.' : 'Nothing was written: --write puts the ledger right.',
  ].join('\n');
}
