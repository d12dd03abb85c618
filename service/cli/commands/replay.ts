import { type DeadLetterQueue, type Redrive, redriveDeadLetters } from '../../operator/dead-letters.ts';
import { type Replay, replayBatch } from '../../operator/replay-batch.ts';
import type { Command, Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { textTable } from '../text-table.ts';
import { deadLetterQueueUrls } from './dead-letter-urls.ts';
import { openLedger, pipelinePlaces } from './places.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'Put a batch through the import again, or messages that were given up.',
  details: [
    'A batch: starts its next execution, `<batch>-r<N>`, whose import jobs have names and client tokens of their own. Only instances that have not arrived are imported. An execution that is running is left alone, so is a batch of which everything arrived.',
    'Dead letters: sends the messages of the queues in DEAD_LETTER_QUEUE_URLS back to where they came from (StartMessageMoveTask). Handling one twice does nothing.',
  ],
  positionals: [{ name: 'id', description: 'The batch, or the job, that is to be replayed.', required: false }],
  options: {
    'dead-letters': { type: 'boolean', description: 'Messages that were given up, in place of a batch.' },
  },
  examples: ['replay 01JD0000000000000000000000', 'replay --dead-letters'],
  run: async (given, context) => {
    const [id] = given.positionals;
    if ((id === undefined) !== given.flag('dead-letters')) throw new UsageError('either <id> or --dead-letters');
    return id === undefined ? redrive(context) : replayOne(id, context);
  },
};

async function replayOne(id: string, context: CliContext): Promise<Outcome> {
  const { STATE_MACHINE_ARN: stateMachineArn } = pipelinePlaces(context, ['STATE_MACHINE_ARN']);
  const ledger = openLedger(context);
  const batch = (await ledger.batch(id)) ?? (await ledger.batchOfJob(id));
  if (batch === undefined) {
    return { exitCode: exitCodes.bad.code, value: null, text: `The ledger knows no batch and no job ${id}.` };
  }
  const replayed = await replayBatch(batch, { client: context.aws.sfn, stateMachineArn });
  const isWell = replayed.outcome === 'started';
  return {
    exitCode: (isWell ? exitCodes.ok : exitCodes.bad).code,
    value: { batchId: batch.batchId, status: batch.status, ...replayed },
    text: replayText(batch.batchId, replayed),
  };
}

function replayText(batchId: string, replayed: Replay): string {
  switch (replayed.outcome) {
    case 'started':
      return `Execution ${replayed.execution} has started. See batch ${batchId} for what becomes of it.`;
    case 'running':
      return `Execution ${replayed.execution} is at it: nothing was started.`;
    case 'complete':
      return `Everything of batch ${batchId} arrived: nothing was started.`;
    case 'exhausted':
      return `Batch ${batchId} was replayed too often: somebody should look at its reasons.`;
  }
}

async function redrive({ aws, environment }: CliContext): Promise<Outcome> {
  const queues: Redrive[] = [];
  for (const url of deadLetterQueueUrls(environment)) queues.push(await redriveDeadLetters(aws.sqs, url));
  const rows = queues.map((queue) => [nameOf(queue), String(queue.messages), outcomeText[queue.outcome]]);
  return {
    exitCode: exitCodes.ok.code,
    value: queues,
    text: textTable(['queue', 'messages', 'outcome'], rows),
  };
}

const outcomeText: Readonly<Record<Redrive['outcome'], string>> = {
  started: 'sent back',
  running: 'being sent back already',
  empty: 'nothing to send back',
};

const nameOf = ({ url }: DeadLetterQueue): string => url.split('/').at(-1) ?? url;
