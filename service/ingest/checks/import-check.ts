import { attributeLimits, importableTransferSyntaxes, importJobLimits } from '../../../core/healthimaging.ts';
import type { InstanceHeader } from '../../dicom/dataset/instance-header.ts';
import { ValueLengths } from '../../dicom/dataset/value-lengths.ts';
import type { Refusal } from '../refusal.ts';
import { fewestCharacters } from './characters.ts';
import {
  boundedAttributes,
  type ImportProblem,
  requiredUids,
  tooLarge,
  transferSyntaxNotImported,
  uidMalformed,
} from './import-problem.ts';

/** `accept`: nothing is looked at. `warn`: problems are told of. `reject`: what an import would fail for is refused. */
export type ImportCheckPolicy = 'accept' | 'warn' | 'reject';

const tags = attributeLimits.map(({ tag }) => tag);
const importable: ReadonlySet<string> = new Set(importableTransferSyntaxes);

/** PS3.5 9.1: no component but 0 begins with a zero. */
const uidForm = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/;
const MAX_UID_CHARACTERS = 64;

/** Holds one instance, while it comes in, against what HealthImaging imports. Sees no value but UIDs. */
export class ImportCheck {
  /** To be filled while the data set passes; undefined when nothing is checked. */
  readonly lengths: ValueLengths | undefined;
  readonly #policy: ImportCheckPolicy;
  readonly #transferSyntaxUid: string;
  #ofHeader: readonly ImportProblem[] = [];
  #bytes = 0;

  constructor(policy: ImportCheckPolicy, transferSyntaxUid: string) {
    this.#policy = policy;
    this.#transferSyntaxUid = transferSyntaxUid;
    this.lengths = policy === 'accept' ? undefined : new ValueLengths(tags);
  }

  /** What is found so far, in the order in which it is found. */
  get problems(): readonly ImportProblem[] {
    return this.#isTooLarge ? [...this.#ofHeader, tooLarge] : this.#ofHeader;
  }

  /** Counts bytes of the data set. Answers why it is to be refused, if it is. */
  received(bytes: number): Refusal | undefined {
    this.#bytes += bytes;
    return this.#isTooLarge ? this.#refusal() : undefined;
  }

  /** Looks at the identity and the lengths. Answers why the instance is to be refused, if it is. */
  header(header: InstanceHeader): Refusal | undefined {
    const { lengths } = this;
    if (lengths === undefined) return undefined;
    const problems: ImportProblem[] = [];
    let isMalformed = false;
    for (const { field, problem } of requiredUids) {
      const uid = header[field];
      if (uid === undefined) problems.push(problem);
      else isMalformed ||= uid.length > MAX_UID_CHARACTERS || !uidForm.test(uid);
    }
    for (const { tag, isExtended, maxCharacters, problem } of boundedAttributes) {
      const bytes = lengths.of(tag) ?? 0;
      // No character set has more characters than bytes.
      if (bytes <= maxCharacters) continue;
      const characterSet = isExtended ? header.specificCharacterSet : undefined;
      if (fewestCharacters(bytes, characterSet) > maxCharacters) problems.push(problem);
    }
    if (isMalformed) problems.push(uidMalformed);
    if (!importable.has(this.#transferSyntaxUid)) problems.push(transferSyntaxNotImported);
    this.#ofHeader = problems;
    return this.#refusal();
  }

  get #isTooLarge(): boolean {
    return this.#policy !== 'accept' && this.#bytes > importJobLimits.maxInstanceBytes;
  }

  #refusal(): Refusal | undefined {
    if (this.#policy !== 'reject') return undefined;
    return this.problems.find((problem) => problem.severity === 'fails')?.refusal;
  }
}
