import { appendFile, readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import type { RequestedTitles } from './judge.ts';
import type { PeerFacts } from './peer-facts.ts';

/** Enough for any hospital; a peer that makes up titles cannot fill the disk. */
const MAX_RECORDED = 1_000;

/** An entry for the list of peers, as it would be written there by hand. */
interface RecordedPeer {
  readonly aeTitle: string;
  readonly addresses: readonly [string];
  readonly certificate?: { readonly sha256: readonly [string] };
  readonly description: string;
}

export interface RecordedPeersOptions {
  /** Undefined: told in the log alone. */
  readonly path: string | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Notes peers that are not listed, each once per title and address: a list to approve from. */
export class RecordedPeers {
  readonly #options: RecordedPeersOptions;
  readonly #known = new Set<string>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: RecordedPeersOptions) {
    this.#options = options;
  }

  /** Reads what was recorded before. A file that cannot be read is told of when it cannot be written either. */
  static async open(options: RecordedPeersOptions): Promise<RecordedPeers> {
    const recorded = new RecordedPeers(options);
    const text = options.path === undefined ? '' : await readFile(options.path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) recorded.#remember(line);
    return recorded;
  }

  record(facts: PeerFacts, { callingAeTitle, calledAeTitle }: RequestedTitles): void {
    const { path, clock, emit } = this.#options;
    const network = `${facts.address}/${isIPv6(facts.address) ? 128 : 32}`;
    const key = keyOf(callingAeTitle, network);
    if (this.#known.has(key) || this.#known.size >= MAX_RECORDED) return;
    this.#known.add(key);
    emit({
      event: 'peer-recorded',
      peer: safeText(facts.address),
      callingAeTitle: safeText(callingAeTitle, 16),
      calledAeTitle: safeText(calledAeTitle, 16),
      certificateSha256: facts.certificate?.sha256,
    });
    if (path === undefined) return;
    const entry: RecordedPeer = {
      aeTitle: callingAeTitle,
      addresses: [network],
      ...(facts.certificate === undefined ? {} : { certificate: { sha256: [facts.certificate.sha256] } }),
      description: `called ${calledAeTitle} on ${new Date(clock.nowMs()).toISOString()}`,
    };
    this.#writing = this.#writing
      .then(() => appendFile(path, `${JSON.stringify(entry)}\n`))
      .catch((error) => emit({ event: 'recording-failed', detail: safeText(String(error), 200) }));
  }

  /** The last line may be cut where a process died; somebody may have edited the others. */
  #remember(line: string): void {
    try {
      const { aeTitle, addresses } = JSON.parse(line) as RecordedPeer;
      this.#known.add(keyOf(aeTitle, addresses[0]));
    } catch {
      // Its peer is recorded again.
    }
  }
}

const keyOf = (aeTitle: string, network: string): string => `${aeTitle}\\${network}`;
