import type { SafeText } from './safe-text.ts';

/** What can be told of storage commitment. */
export type CommitmentEvent =
  | {
      readonly event: 'commitment-requested';
      readonly associationId: string;
      readonly callingAeTitle: SafeText;
      /** Absent when the request could not be read. */
      readonly transactionUid: SafeText | undefined;
      readonly instances: number;
      /** What was answered. */
      readonly status: number;
    }
  | {
      readonly event: 'commitment-decided';
      readonly transactionUid: SafeText;
      readonly committed: number;
      readonly failed: number;
      readonly waitedMs: number;
    }
  | {
      readonly event: 'commitment-reported';
      readonly transactionUid: SafeText;
      readonly callingAeTitle: SafeText;
      readonly via: 'same-association' | 'new-association';
      readonly tries: number;
      readonly waitedMs: number;
    }
  | {
      readonly event: 'commitment-report-failed';
      readonly transactionUid: SafeText;
      readonly code: string;
      readonly detail: SafeText;
      readonly retryMs: number;
    }
  /** Its peer did not take the report for so long that it is not sent any more. */
  | {
      readonly event: 'commitment-expired';
      readonly transactionUid: SafeText;
      readonly code: string;
      readonly tries: number;
    }
  | { readonly event: 'commitment-trouble'; readonly detail: SafeText };
