import { type Rejection, rejections } from '../../dicom/pdu/codes.ts';

/**
 * `UNREACHABLE`: no connection. `REJECTED`: no association. `REFUSED`: an answer that is no success. `ENDED`: the peer
 * aborted, closed, or fell silent. `PROTOCOL`: the peer answered what makes no sense.
 */
export type ScuFault = 'UNREACHABLE' | 'REJECTED' | 'REFUSED' | 'ENDED' | 'PROTOCOL';

/** The peer did not do what was asked of it; the message says what it did. */
export class ScuError extends Error {
  override readonly name = 'ScuError';
  readonly code: ScuFault;
  /** Whether the same may go well in a while. */
  readonly retryable: boolean;

  constructor(code: ScuFault, message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** A rejection in numbers, and in the words of PS3.8 Table 9-21. */
export function rejectionText({ result, source, reason }: Rejection): string {
  const word = Object.entries(rejections).find(
    ([, known]) => known.result === result && known.source === source && known.reason === reason,
  );
  return `A-ASSOCIATE-RJ, result ${result}, source ${source}, reason ${reason}: ${sentence(word?.[0] ?? 'no known reason')}`;
}

/** `callingAeTitleNotRecognized` as `calling AE title not recognized`. */
const sentence = (word: string): string =>
  word
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace('ae title', 'AE title')
    .trim();
