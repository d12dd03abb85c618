import type { Clock } from '../../core/clock.ts';
import { BoundedMap } from './bounded-map.ts';
import type { AssociationFields, SpoolLevel, TelemetryEvent } from './events.ts';
import type {
  LiveAssociation,
  LiveStatusView,
  OpenBatch,
  PeerResult,
  SealedBatchSummary,
  Trouble,
} from './live-status-view.ts';
import { Throughput } from './throughput.ts';

const MAX_ASSOCIATIONS = 2_000;
const MAX_PEERS = 200;
const MAX_BATCHES = 200;
const MAX_SEALED = 30;
const MAX_TROUBLES = 40;

/** The telemetry of this process as a picture of now, in bounded memory whatever happens. */
export class LiveStatus {
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #associations = new BoundedMap<string, LiveAssociation>(MAX_ASSOCIATIONS);
  readonly #peers = new BoundedMap<string, PeerResult>(MAX_PEERS);
  readonly #open = new BoundedMap<string, OpenBatch>(MAX_BATCHES);
  readonly #sealed = new BoundedMap<string, SealedBatchSummary>(MAX_SEALED);
  readonly #throughput = new Throughput();
  readonly #troubles = new BoundedMap<number, Trouble>(MAX_TROUBLES);
  #troubleCount = 0;
  #totals = { stored: 0, refused: 0, bytes: 0 };
  #isDraining = false;
  #spool: SpoolLevel | undefined;
  #certificateExpiresMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.nowMs();
  }

  view(): LiveStatusView {
    return {
      startedMs: this.#startedMs,
      isDraining: this.#isDraining,
      associations: this.#associations.latest(),
      throughput: this.#throughput.slots(this.#clock.monotonicMs()),
      peers: this.#peers.latest(),
      openBatches: this.#open.latest(),
      sealedBatches: this.#sealed.latest(),
      troubles: this.#troubles.latest(),
      totals: this.#totals,
      spool: this.#spool,
      certificateExpiresMs: this.#certificateExpiresMs,
    };
  }

  readonly project = (event: TelemetryEvent): void => {
    switch (event.event) {
      case 'association-accepted':
        this.#associations.set(event.associationId, { ...titlesOf(event), ...this.#none() });
        this.#peer(event, { result: 'connected', reason: undefined, stored: 0, refused: 0 });
        return;
      case 'association-ended': {
        this.#associations.delete(event.associationId);
        const { how, stored, refused } = event;
        const result = how === 'released' ? 'released' : 'aborted';
        this.#peer(event, {
          result,
          reason: how === 'released' ? undefined : (event.faultCode ?? how),
          stored,
          refused,
        });
        return;
      }
      case 'association-rejected': {
        const reason = event.because ?? event.reason;
        this.#peer(event, { result: 'rejected', reason, stored: 0, refused: 0 });
        this.#trouble('association rejected', event.callingAeTitle, reason);
        return;
      }
      case 'peer-recorded': {
        const key = keyOf(event);
        const known = this.#peers.get(key);
        const base = known ?? { ...titlesOf(event), result: 'connected', reason: undefined, stored: 0, refused: 0 };
        this.#peers.set(key, { ...base, atMs: this.#clock.nowMs(), isUnlisted: true });
        return;
      }
      case 'instance-stored':
        this.#arrived(event.associationId, event.outcome === 'identical' ? 0 : event.bytes);
        if (event.outcome === 'kept') this.#grow(event.batchId, event.bytes);
        return;
      case 'instance-spooled':
        this.#arrived(event.associationId, event.outcome === 'identical' ? 0 : event.bytes);
        return;
      case 'instance-uploaded':
        if (event.outcome !== 'identical') this.#grow(event.batchId, event.bytes);
        return;
      case 'instance-refused':
        this.#refusal(event.associationId);
        this.#trouble('instance refused', event.sopInstanceUid, event.code);
        return;
      case 'request-refused':
        this.#refusal(event.associationId);
        return;
      case 'import-doubtful':
        if (event.severity === 'fails') this.#trouble('import will fail', event.sopInstanceUid, event.code);
        return;
      case 'batch-opened': {
        const { batchId, route } = event;
        this.#open.set(batchId, { batchId, route, openedMs: this.#clock.nowMs(), files: 0, bytes: 0 });
        return;
      }
      case 'batch-sealed': {
        const { batchId, route, reason, files, bytes } = event;
        this.#open.delete(batchId);
        this.#sealed.set(batchId, { batchId, route, reason, files, bytes, sealedMs: this.#clock.nowMs() });
        return;
      }
      case 'batch-abandoned':
        this.#open.delete(event.batchId);
        return;
      case 'batch-lost':
        this.#open.delete(event.batchId);
        this.#trouble('batch lost to another owner', event.batchId, `${event.moved} moved`);
        return;
      case 'seal-failed':
        this.#trouble('batch not sealed yet', event.batchId, 'SEAL_FAILED');
        return;
      case 'lease-renewal-failed':
        this.#trouble('lease not renewed', event.batchId, 'LEASE_RENEWAL_FAILED');
        return;
      case 'upload-failed':
        this.#trouble('upload from the spool failed', '', event.code);
        return;
      case 'spool-level':
        this.#spool = event.fill;
        return;
      case 'tls-loaded':
        this.#certificateExpiresMs = event.expiresAtMs;
        return;
      case 'reload-failed':
        this.#trouble('file not taken up', event.what, 'RELOAD_FAILED');
        return;
      case 'bug':
        this.#trouble('unexpected error', event.associationId ?? '', 'BUG');
        return;
      case 'service-draining':
        this.#isDraining = true;
        return;
      default:
        return;
    }
  };

  #none() {
    return { sinceMs: this.#clock.nowMs(), stored: 0, refused: 0, bytes: 0 };
  }

  #peer(event: AssociationFields, result: Pick<PeerResult, 'result' | 'reason' | 'stored' | 'refused'>): void {
    const key = keyOf(event);
    const isUnlisted = this.#peers.get(key)?.isUnlisted ?? false;
    this.#peers.set(key, { ...titlesOf(event), ...result, isUnlisted, atMs: this.#clock.nowMs() });
  }

  #arrived(associationId: string, bytes: number): void {
    const { stored, refused, bytes: before } = this.#totals;
    this.#totals = { stored: stored + 1, refused, bytes: before + bytes };
    this.#throughput.add({ instances: 1, bytes, refused: 0 }, this.#clock.monotonicMs());
    this.#count(associationId, { stored: 1, refused: 0, bytes });
  }

  #refusal(associationId: string): void {
    this.#totals = { ...this.#totals, refused: this.#totals.refused + 1 };
    this.#throughput.add({ instances: 0, bytes: 0, refused: 1 }, this.#clock.monotonicMs());
    this.#count(associationId, { stored: 0, refused: 1, bytes: 0 });
  }

  #count(associationId: string, more: { readonly stored: number; readonly refused: number; readonly bytes: number }) {
    const live = this.#associations.get(associationId);
    if (live === undefined) return;
    const { stored, refused, bytes } = live;
    this.#associations.set(associationId, {
      ...live,
      stored: stored + more.stored,
      refused: refused + more.refused,
      bytes: bytes + more.bytes,
    });
  }

  #grow(batchId: string, bytes: number): void {
    const open = this.#open.get(batchId);
    if (open !== undefined) this.#open.set(batchId, { ...open, files: open.files + 1, bytes: open.bytes + bytes });
  }

  #trouble(what: string, about: string, code: string): void {
    this.#troubleCount += 1;
    this.#troubles.set(this.#troubleCount, { atMs: this.#clock.nowMs(), what, about, code });
  }
}

type Titles = Pick<AssociationFields, 'callingAeTitle' | 'calledAeTitle' | 'peer'>;

const titlesOf = ({ callingAeTitle, calledAeTitle, peer }: Titles): Titles => ({ callingAeTitle, calledAeTitle, peer });

const keyOf = ({ callingAeTitle, peer }: Pick<Titles, 'callingAeTitle' | 'peer'>): string =>
  `${callingAeTitle}\\${peer}`;
