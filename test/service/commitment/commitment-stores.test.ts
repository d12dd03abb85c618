import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitmentRetentionMs } from '../../../core/commitment.ts';
import { CommitmentTooLarge } from '../../../service/commitment/commitment-store.ts';
import { dynamoCommitments } from '../../../service/commitment/dynamo-commitments.ts';
import { ObjectCommitments } from '../../../service/commitment/object-commitments.ts';
import { ended } from '../../../service/commitment/transitions.ts';
import { FolderStore } from '../../../service/store/folder/folder-store.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { commitmentStoreContract } from './commitment-store-contract.ts';
import { sampleCommitment } from './sample-commitment.ts';

let trial: LedgerTrial;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let folderStore: FolderStore;
const memory = new MemoryStore({ nowMs: Date.now });
beforeAll(async () => {
  trial = await startLedger();
  folder = await temporaryFolder();
  folderStore = await FolderStore.open({
    root: folder.path,
    durability: { fsync: true },
    nowMs: Date.now,
    newId: randomUUID,
    describe: async () => undefined,
  });
});
afterAll(async () => {
  await trial.close();
  await folder.remove();
});

commitmentStoreContract('memory', async () => new ObjectCommitments(memory));
commitmentStoreContract('a folder', async () => new ObjectCommitments(folderStore));
commitmentStoreContract('DynamoDB', async () => dynamoCommitments(trial.client, trial.tables.commitments));

describe('a folder of transactions', () => {
  it('forgets those that were over long ago', async () => {
    let nowMs = 0;
    const store = new MemoryStore({ nowMs: () => nowMs });
    const commitments = new ObjectCommitments(store);
    const commitment = sampleCommitment('1.2.3');
    await commitments.create(commitment);
    await commitments.replace(ended(commitment, 'reported'));
    await commitments.prune(commitmentRetentionMs);
    expect(store.keys()).toEqual(['over/1.2.3.json']);
    nowMs = commitmentRetentionMs + 1;
    await commitments.prune(nowMs);
    expect(store.keys()).toEqual([]);
  });
});

describe('a table of transactions', () => {
  it('refuses one that has no room in an item', async () => {
    const random = (n: number) =>
      `2.25.${[1, 2, 3]
        .map((k) =>
          Math.sin(n * k)
            .toString()
            .slice(3, 18),
        )
        .join('')}`;
    const huge = sampleCommitment(
      '1.2.3',
      Array.from({ length: 50_000 }, (_, n) => random(n + 1)),
    );
    await expect(dynamoCommitments(trial.client, trial.tables.commitments).create(huge)).rejects.toThrow(
      CommitmentTooLarge,
    );
  });
});
