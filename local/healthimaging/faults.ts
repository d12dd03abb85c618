import { z } from 'zod';
import { operationNames } from './http/operation-name.ts';

const times = z.int().positive().default(1);

/** Something that goes wrong, `times` times. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** A request is refused: several ThrottlingExceptions make a throttle storm. */
  z.object({
    kind: z.literal('refuse-request'),
    operation: z.enum(operationNames),
    error: z.enum([
      'ThrottlingException',
      'InternalServerException',
      'ServiceQuotaExceededException',
      'ConflictException',
    ]),
    times,
  }),
  /** A job ends as FAILED without looking at a file. */
  z.object({ kind: z.literal('fail-job'), message: z.string(), times }),
  /** A job that meets a key with this text ends as FAILED. */
  z.object({ kind: z.literal('poison-file'), keyIncludes: z.string(), message: z.string(), times }),
  /** The service itself cannot import a file whose key has this text. */
  z.object({ kind: z.literal('fail-file'), keyIncludes: z.string(), times }),
  /** STOW-RS does not store an instance whose SOP Instance UID has this text, and says so or, without a reason, nothing. */
  z.object({ kind: z.literal('refuse-instance'), uidIncludes: z.string(), failureReason: z.int().optional(), times }),
  z.object({ kind: z.literal('lose-event'), detailType: z.string(), times }),
  z.object({ kind: z.literal('duplicate-event'), detailType: z.string(), times }),
  /** A completed job's output files come this much later than its status and event. */
  z.object({ kind: z.literal('late-outputs'), delayMs: z.int().nonnegative(), times }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];
type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

/** The faults that are still to happen. May be added to while the emulator runs. */
export class FaultPlan {
  readonly #pending: { readonly fault: Fault; left: number }[] = [];

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times });
  }

  /** Uses up one occurrence of the first fault of this kind that applies. */
  take<Kind extends FaultKind>(kind: Kind, applies: (fault: FaultOf<Kind>) => boolean): FaultOf<Kind> | undefined {
    for (const entry of this.#pending) {
      const { fault } = entry;
      if (entry.left > 0 && isOfKind(fault, kind) && applies(fault)) {
        entry.left -= 1;
        return fault;
      }
    }
    return undefined;
  }
}

function isOfKind<Kind extends FaultKind>(fault: Fault, kind: Kind): fault is FaultOf<Kind> {
  return fault.kind === kind;
}
