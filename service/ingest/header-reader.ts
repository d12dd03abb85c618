import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { defaultPeekLimits, HeaderPeek, type PeekResult } from '../dicom/dataset/peek.ts';
import type { ValueLengths } from '../dicom/dataset/value-lengths.ts';

const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';

export type HeaderResult =
  | PeekResult
  | { readonly state: 'unreadable'; readonly code: 'deflate-corrupt'; readonly reason: string };

/** Reads the UIDs at the head of a data set while its bytes pass by; inflates a deflated one for that purpose only. */
export class HeaderReader {
  readonly #peek: HeaderPeek;
  readonly #inflate: InflateRaw | undefined;
  #result: HeaderResult = { state: 'need-more' };

  /** @param lengths takes the lengths of values on the way */
  constructor(transferSyntaxUid: string, lengths?: ValueLengths) {
    this.#peek = new HeaderPeek(transferSyntaxUid, defaultPeekLimits, lengths);
    if (transferSyntaxUid !== DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN) return;
    this.#inflate = createInflateRaw();
    this.#inflate.on('data', (bytes: Uint8Array) => this.#push(bytes));
    this.#inflate.on('error', () => {
      this.#result = {
        state: 'unreadable',
        code: 'deflate-corrupt',
        reason: 'the deflated data set cannot be inflated',
      };
    });
  }

  /** The result after these bytes. A promise only for a deflated data set, whose inflation takes place elsewhere. */
  push(bytes: Uint8Array): HeaderResult | Promise<HeaderResult> {
    const inflate = this.#inflate;
    if (inflate === undefined) return this.#push(bytes);
    return new Promise((resolve) => {
      const settle = () => {
        inflate.off('error', settle);
        resolve(this.#result);
      };
      inflate.once('error', settle);
      inflate.write(bytes, settle);
    });
  }

  /** The result when the data set has ended. */
  end(): HeaderResult {
    if (this.#result.state === 'need-more') this.#result = this.#peek.end();
    return this.#result;
  }

  close(): void {
    this.#inflate?.destroy();
  }

  #push(bytes: Uint8Array): HeaderResult {
    if (this.#result.state === 'need-more') this.#result = this.#peek.push(bytes);
    return this.#result;
  }
}
