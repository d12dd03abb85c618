import type { Emit } from '../../../service/telemetry/events.ts';
import type { Telemetry } from '../../../service/telemetry/open-telemetry.ts';

/**
 * Stands between the service and its telemetry, and passes on what happens, or does not. To be switched only while no
 * association and no batch is under way: telemetry would miss the begin or the end of it.
 */
export class Audience {
  isTold = false;
  readonly #telemetry: Telemetry | undefined;

  /** @param telemetry undefined: whatever is switched, nobody listens */
  constructor(telemetry: Telemetry | undefined) {
    this.#telemetry = telemetry;
  }

  readonly emit: Emit = (event) => {
    if (this.isTold) this.#telemetry?.emit(event);
  };

  /** With a trace context there is more to store, which is a part of what telling costs. */
  readonly ofAssociation = (associationId: string): string | undefined =>
    this.isTold ? this.#telemetry?.traces?.ofAssociation(associationId) : undefined;

  readonly ofBatch = (batchId: string): string | undefined =>
    this.isTold ? this.#telemetry?.traces?.ofBatch(batchId) : undefined;
}
