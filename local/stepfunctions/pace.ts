/** Shortens what the state machine waits for; whatever is undefined lasts as long as the definition says. */
export interface Pace {
  /** Instead of every Wait state's duration. */
  readonly waitMs?: number;
  /** Instead of every pause between two attempts. */
  readonly retryMs?: number;
  /** Instead of TimeoutSeconds of the tasks that wait for a token. */
  readonly tokenTimeoutMs?: number;
}
