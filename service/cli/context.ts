import type { Clock } from '../../core/clock.ts';
import type { AwsClients } from './aws-clients.ts';

/** Where lines go. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTty: boolean;
  readonly columns: number;
}

/** All that commands have of the world. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  readonly newUid: () => string;
  readonly aws: AwsClients;
  /** Becomes the service; resolves when it listens, or the process has ended. */
  readonly startService: () => Promise<void>;
}
