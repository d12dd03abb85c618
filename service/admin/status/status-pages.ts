import type { Clock } from '../../../core/clock.ts';
import { batchIdSchema } from '../../../core/object-keys.ts';
import type { LiveStatusView } from '../../telemetry/live-status-view.ts';
import type { Html } from './html.ts';
import { layout, type PageFrame } from './layout.ts';
import { type LedgerPart, overview } from './overview.ts';
import type { Quota } from './quotas.ts';
import { batchPage, instancePage, nothingPage, type RecordPage, studyPage } from './record-pages.ts';
import { LedgerBusyError, type StatusLedger } from './status-ledger.ts';

export interface StatusPagesOptions {
  readonly live: () => LiveStatusView;
  readonly quotas: (live: LiveStatusView, ledger: LedgerPart) => readonly Quota[];
  /** Undefined: this process alone is shown. */
  readonly ledger: StatusLedger | undefined;
  /** Datastores of the routes, where a study is looked for. */
  readonly datastoreIds: readonly string[];
  /** Origin of the server of thumbnails. */
  readonly thumbnails: string | undefined;
  readonly canReplay: boolean;
  readonly canApprove: boolean;
  readonly version: string;
  readonly clock: Clock;
}

export interface StatusAnswer {
  readonly status: number;
  readonly body: Html;
}

/** The answer to whoever asks for another place. */
export interface Redirect {
  readonly location: string;
}

const RECENT_BATCHES = 40;
const MAX_STUDIES = 100;
/** A study is rarely in more; each is a query. */
const MAX_BATCHES_OF_STUDY = 8;
const MAX_ARRIVALS = 10;

/** The pages: each is made when it is asked for. */
export class StatusPages {
  readonly #options: StatusPagesOptions;

  constructor(options: StatusPagesOptions) {
    this.#options = options;
  }

  async overview(): Promise<StatusAnswer> {
    return this.#page(200, { title: 'Status', isLive: true, main: await this.overviewPart() });
  }

  /** What of the overview changes. */
  async overviewPart(): Promise<Html> {
    const { live, quotas, canApprove, clock } = this.#options;
    const view = live();
    const ledger = await this.#ledgerPart();
    return overview({ live: view, ledger, quotas: quotas(view, ledger), nowMs: clock.nowMs(), canApprove });
  }

  /** Goes to the page of what the text names. */
  async search(text: string): Promise<StatusAnswer | Redirect> {
    const { ledger, datastoreIds } = this.#options;
    const query = text.trim();
    if (query === '') return { location: '/status' };
    if (batchIdSchema.safeParse(query).success) return { location: `/status/batch?${params({ id: query })}` };
    if (ledger === undefined) return this.#nothing('Search', NO_LEDGER, query);
    if (!/^[0-9.]{1,64}$/.test(query)) {
      return this.#nothing('Search', 'That is neither a UID nor the id of a batch.', query);
    }
    return this.#asking(query, async () => {
      const keys = datastoreIds.map((datastoreId) => ({ datastoreId, studyInstanceUid: query }));
      const [study] = await ledger.studiesOf(keys);
      if (study !== undefined)
        return { location: `/status/study?${params({ datastore: study.datastoreId, uid: query })}` };
      const [instance] = await ledger.instancesCalled(query);
      if (instance !== undefined) return { location: `/status/instance?${params({ uid: query })}` };
      return this.#nothing(
        'Search',
        'The ledger knows no study and no SOP instance of this UID. It may be in a batch that is not sealed yet.',
        query,
      );
    });
  }

  study(datastoreId: string, studyInstanceUid: string): Promise<StatusAnswer | Redirect> {
    return this.#record('Study', async (ledger) => {
      const [study] = await ledger.studiesOf([{ datastoreId, studyInstanceUid }]);
      if (study === undefined) return undefined;
      const batchIds = Object.keys(study.batches).slice(0, MAX_BATCHES_OF_STUDY);
      const lists = await inTurn(batchIds, (batchId) => ledger.instancesOf(batchId));
      const uid = studyInstanceUid === '_' ? '' : studyInstanceUid;
      const instances = lists.flat().filter((instance) => instance.studyInstanceUid === uid);
      return studyPage(study, instances, this.#view());
    });
  }

  batch(batchId: string): Promise<StatusAnswer | Redirect> {
    return this.#record('Batch', async (ledger) => {
      const batch = await ledger.batch(batchId);
      return batch && batchPage(batch, await ledger.instancesOf(batchId), this.#view());
    });
  }

  instance(sopInstanceUid: string): Promise<StatusAnswer | Redirect> {
    return this.#record('SOP instance', async (ledger) => {
      const instances = (await ledger.instancesCalled(sopInstanceUid)).slice(0, MAX_ARRIVALS);
      if (instances.length === 0) return undefined;
      const arrivals = await inTurn(instances, async (instance) => ({
        instance,
        batch: await ledger.batch(instance.batchId),
      }));
      return instancePage(sopInstanceUid, arrivals, this.#view());
    });
  }

  /** A page that says what became of something. */
  told(status: number, title: string, sentence: string): StatusAnswer {
    return this.#page(status, nothingPage(title, sentence));
  }

  #record(
    title: string,
    make: (ledger: StatusLedger) => Promise<RecordPage | undefined>,
  ): Promise<StatusAnswer | Redirect> {
    const { ledger } = this.#options;
    return this.#asking('', async () => {
      if (ledger === undefined) return this.#nothing(title, NO_LEDGER);
      const page = await make(ledger);
      return page === undefined ? this.#nothing(title, 'The ledger has nothing of that.') : this.#page(200, page);
    });
  }

  async #asking(query: string, answer: () => Promise<StatusAnswer | Redirect>): Promise<StatusAnswer | Redirect> {
    try {
      return await answer();
    } catch (error) {
      return this.#page(503, { ...nothingPage('The ledger does not answer', problemOf(error)), query });
    }
  }

  async #ledgerPart(): Promise<LedgerPart> {
    const { ledger } = this.#options;
    if (ledger === undefined) return { problem: NO_LEDGER };
    try {
      const batches = await ledger.recentBatches(RECENT_BATCHES);
      const keys = batches.flatMap(({ datastoreId, studyInstanceUids }) =>
        studyInstanceUids.slice(0, MAX_STUDIES).map((studyInstanceUid) => ({ datastoreId, studyInstanceUid })),
      );
      const distinct = new Map(keys.map((key) => [`${key.datastoreId} ${key.studyInstanceUid}`, key]));
      const studies = await ledger.studiesOf([...distinct.values()].slice(0, MAX_STUDIES));
      return { batches, studies };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  #view() {
    const { thumbnails: origin, clock, canReplay } = this.#options;
    return { origin, canReplay, nowMs: clock.nowMs() };
  }

  #nothing(title: string, sentence: string, query = ''): StatusAnswer {
    return this.#page(404, { ...nothingPage(title, sentence), query });
  }

  #page(status: number, page: Omit<PageFrame, 'state' | 'version'>): StatusAnswer {
    const state = this.#options.live().isDraining
      ? ({ word: 'draining', tone: 'busy' } as const)
      : ({ word: 'receiving', tone: 'good' } as const);
    return { status, body: layout({ ...page, state, version: this.#options.version }) };
  }
}

const NO_LEDGER =
  'This service is not told where the ledger is (SCP_LEDGER_…_TABLE): only what passed through this process is shown.';

/** The name of the error alone: its message may hold names of the account. */
const problemOf = (error: unknown): string =>
  error instanceof LedgerBusyError
    ? 'The ledger is being asked much at the moment: try again.'
    : `The ledger does not answer: ${error instanceof Error ? error.name : 'unknown'}.`;

const params = (values: Readonly<Record<string, string>>): string => String(new URLSearchParams(values));

/** One after the other: only so many questions are put to the ledger at a time. */
async function inTurn<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await task(item));
  return results;
}
