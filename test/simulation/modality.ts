import { sampleDataSet } from '../support/sample-data-set.ts';
import { sampleMetadata } from '../support/sample-metadata.ts';
import type { PlannedAssociation, PlannedInstance } from './plan.ts';
import type { InstanceStored, Pod } from './pod.ts';
import type { Scheduler } from './scheduler.ts';

const MAX_ATTEMPTS = 4;
const RETRY_AFTER_MS = 2_000;

/** An instance that was answered with success. */
export interface Acknowledgement {
  readonly receivedAtMs: number;
  readonly sent: PlannedInstance;
  readonly pod: Pod;
  /** What the service says of it. */
  readonly stored: InstanceStored;
}

export interface ModalityOptions {
  readonly scheduler: Scheduler;
  readonly newReceivedAtMs: () => number;
  /** The replica that takes new associations in this place. */
  readonly podAt: (place: number) => Pod;
  readonly onAcknowledged: (acknowledgement: Acknowledgement) => void;
}

/** The data set of an instance; another variant has other bytes. */
export const dataSetOf = ({ instance, variant }: PlannedInstance): Buffer =>
  sampleDataSet(sampleMetadata(instance), { pixels: Buffer.from(`variant ${variant}`) });

interface Association {
  readonly id: string;
  readonly pod: Pod;
  isAborted: boolean;
  working: number;
}

/** A sender that keeps what was not acknowledged, and sends it again: on the same association, or on another one. */
export class Modality {
  readonly #plan: PlannedAssociation;
  readonly #options: ModalityOptions;
  readonly #name: string;
  #toSend: { readonly instance: PlannedInstance; attempts: number }[];
  #association: Association | undefined;
  #associations = 0;

  constructor(name: string, plan: PlannedAssociation, options: ModalityOptions) {
    this.#name = name;
    this.#plan = plan;
    this.#options = options;
    this.#toSend = plan.instances.map((instance) => ({ instance, attempts: 0 }));
  }

  associate(): void {
    const { podAt } = this.#options;
    this.#associations += 1;
    const id = `${this.#name}.${this.#associations}`;
    this.#association = { id, pod: podAt(this.#plan.pod), isAborted: false, working: this.#plan.window };
    for (let worker = 0; worker < this.#plan.window; worker++) void this.#work(this.#association);
  }

  /** Its replica is gone: what is left goes to another one. */
  podDied(pod: Pod): void {
    if (this.#association?.pod !== pod) return;
    this.#association = undefined;
    if (this.#toSend.length > 0) this.#options.scheduler.after(RETRY_AFTER_MS, () => this.associate());
  }

  /** Its replica ends the association. */
  abort(pod: Pod): void {
    if (this.#association?.pod === pod) this.#association.isAborted = true;
  }

  async #work(association: Association): Promise<void> {
    const { gapMs } = this.#plan;
    const step = (delayMs: number) =>
      new Promise<void>((resolve) => this.#options.scheduler.after(delayMs, resolve, association.pod.process));
    await step(0);
    for (let next = this.#toSend.shift(); next !== undefined; next = this.#toSend.shift()) {
      next.attempts += 1;
      const isLast = this.#toSend.length === 0;
      const outcome = await this.#send(association, next.instance, isLast && this.#plan.isCut, step);
      if (outcome === 'refused' && next.attempts < MAX_ATTEMPTS) this.#toSend.push(next);
      if (outcome === 'cut' || association.isAborted) break;
      await step(outcome === 'refused' ? RETRY_AFTER_MS : gapMs);
    }
    association.working -= 1;
    if (association.working > 0) return;
    association.pod.batches.associationEnded(association.id);
    if (this.#association === association) this.#association = undefined;
  }

  async #send(
    { id, pod }: { readonly id: string; readonly pod: Pod },
    sent: PlannedInstance,
    isCut: boolean,
    step: (delayMs: number) => Promise<void>,
  ): Promise<'acknowledged' | 'refused' | 'cut'> {
    const { newReceivedAtMs, onAcknowledged } = this.#options;
    const receivedAtMs = newReceivedAtMs();
    let stored: InstanceStored | undefined;
    const reception = pod.receive(id, sent.instance, receivedAtMs, (event) => {
      stored = event;
    });
    const dataSet = dataSetOf(sent);
    const chunkBytes = Math.ceil(dataSet.length / sent.chunks);
    for (let at = 0; at < dataSet.length; at += chunkBytes) {
      await reception.write(dataSet.subarray(at, at + chunkBytes));
      await step(this.#plan.gapMs / 10);
      if (isCut || this.#association?.isAborted) {
        await reception.cancel();
        return 'cut';
      }
    }
    if ((await reception.finish()) !== undefined) return 'refused';
    if (stored === undefined) throw new Error('success without an event');
    onAcknowledged({ receivedAtMs, sent, pod, stored });
    return 'acknowledged';
  }
}
