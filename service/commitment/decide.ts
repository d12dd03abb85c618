import type { Commitment, CommitmentMeaning } from '../../core/commitment.ts';
import type { InstanceRecord } from '../../core/ledger.ts';
import { failureReasons } from '../dicom/commitment/tags.ts';

/** What we have of an instance. `awaited`: it is here, and may still come to what was promised. */
export type Holding = 'committed' | 'awaited' | 'failed' | 'absent' | 'class-conflict';

/** What is known of one object that holds an instance. `open`: acknowledged, in a batch that is not sealed. */
export interface Evidence {
  readonly sopClassUid: string;
  readonly status: InstanceRecord['status'] | 'open';
  /** Whether the store has the object now, with the length that was acknowledged. */
  readonly isStored: boolean;
}

/** The best that any object of an instance has come to. */
export function holdingOf(evidence: readonly Evidence[], sopClassUid: string, meaning: CommitmentMeaning): Holding {
  const ofClass = evidence.filter((one) => one.sopClassUid === sopClassUid).map((one) => comeTo(one, meaning));
  if (ofClass.length === 0) return evidence.length === 0 ? 'absent' : 'class-conflict';
  return (['committed', 'awaited', 'failed'] as const).find((holding) => ofClass.includes(holding)) ?? 'absent';
}

function comeTo({ status, isStored }: Evidence, meaning: CommitmentMeaning): Holding {
  if (status === 'imported' || status === 'imported-with-warnings') return 'committed';
  if (meaning === 'stored') return isStored ? 'committed' : 'absent';
  return status === 'failed' || status === 'unaccounted' ? 'failed' : 'awaited';
}

export interface DecisionLimits {
  readonly absentAfterMs: number;
  readonly decideWithinMs: number;
}

/** Failure reasons by position, once nothing more is waited for; undefined until then. */
export function decide(
  commitment: Pick<Commitment, 'acceptedAtMs'>,
  holdings: readonly Holding[],
  nowMs: number,
  { absentAfterMs, decideWithinMs }: DecisionLimits,
): Commitment['failures'] | undefined {
  const ageMs = nowMs - commitment.acceptedAtMs;
  const failures: [number, number][] = [];
  for (const [position, holding] of holdings.entries()) {
    switch (holding) {
      case 'committed':
        break;
      case 'class-conflict':
        failures.push([position, failureReasons.classInstanceConflict]);
        break;
      case 'failed':
        failures.push([position, failureReasons.processingFailure]);
        break;
      case 'absent':
        if (ageMs < absentAfterMs) return undefined;
        failures.push([position, failureReasons.noSuchObjectInstance]);
        break;
      case 'awaited':
        if (ageMs < decideWithinMs) return undefined;
        failures.push([position, failureReasons.processingFailure]);
        break;
    }
  }
  return failures;
}
