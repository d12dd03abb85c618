import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { syntheticStudy } from '../../local/synthetic/synthetic-study.ts';
import type { Random } from '../simulation/random.ts';
import { type SentInstance, StoreScu } from '../support/store-scu.ts';

/** What success was answered for: enough to know the bytes again. */
export interface Acknowledged {
  readonly bytes: number;
  readonly crc32: number;
}

const TRANSFER_SYNTAX = '1.2.840.10008.1.2.1';
export interface LoadOptions {
  readonly senders: number;
  readonly random: Random;
  readonly largest: 'small' | 'large';
  /** Between two associations of a sender. */
  readonly restMs?: number;
  /** A replica's port, or undefined while there is none. */
  readonly portOf: () => number | undefined;
}

const AGAIN_AFTER_MS = 50;

/** Rows and columns: 8 KB, 500 KB and, seldom, 18 MB, which goes in parts. */
const SMALL = 64;
const MIDDLE = 512;
const LARGE = 3_000;

/** Senders that never stop: each on one association after the other, to whatever replica is there. */
export class Load {
  readonly acknowledged = new Map<string, Acknowledged>();
  sent = 0;
  refused = 0;
  broken = 0;
  readonly #random: Random;
  readonly #largest: LoadOptions['largest'];
  readonly #restMs: number;
  readonly #portOf: () => number | undefined;
  readonly #senders: Promise<void>[];
  #uids = 0;
  #isOver = false;

  constructor({ senders, random, largest, restMs = 0, portOf }: LoadOptions) {
    this.#random = random;
    this.#largest = largest;
    this.#restMs = restMs;
    this.#portOf = portOf;
    this.#senders = Array.from({ length: senders }, () => this.#sendOn());
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#senders);
  }

  async #sendOn(): Promise<void> {
    while (!this.#isOver) {
      const port = this.#portOf();
      if (port === undefined) await sleep(AGAIN_AFTER_MS);
      else await this.#associate(port);
      if (this.#restMs > 0) await sleep(this.#restMs);
    }
  }

  async #associate(port: number): Promise<void> {
    const instances = this.#study();
    const [first] = instances;
    if (first === undefined) return;
    let scu: StoreScu | undefined;
    try {
      scu = await StoreScu.associate({ port, sopClassUid: first.sopClassUid, transferSyntaxUid: TRANSFER_SYNTAX });
      for (const instance of instances) {
        if (this.#isOver) break;
        this.sent += 1;
        const status = await scu.store(instance);
        if (status === 0) this.acknowledged.set(instance.sopInstanceUid, digestOf(instance));
        else this.refused += 1;
      }
      await scu.release();
    } catch {
      this.broken += 1;
      scu?.destroy();
      await sleep(AGAIN_AFTER_MS);
    }
  }

  #study(): readonly SentInstance[] {
    const size = this.#largest === 'small' ? 0 : this.#random.next();
    const edge = size < 0.8 ? SMALL : size < 0.97 ? MIDDLE : LARGE;
    const study = syntheticStudy({
      newUid: () => `2.25.${process.pid}.${++this.#uids}`,
      modality: 'CT',
      series: 1,
      instancesPerSeries: edge === LARGE ? 1 : this.#random.between(1, 12),
      rows: edge,
      columns: edge,
      frames: 1,
      transferSyntaxUid: TRANSFER_SYNTAX,
    });
    return [...study];
  }
}

function digestOf(instance: SentInstance): Acknowledged {
  let [bytes, checksum] = [0, 0];
  for (const chunk of instance.chunks()) {
    bytes += chunk.length;
    checksum = crc32(chunk, checksum);
  }
  return { bytes, crc32: checksum };
}
