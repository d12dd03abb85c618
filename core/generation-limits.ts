/** When a batch closes. Times in milliseconds. */
export interface GenerationLimits {
  /** Silence, with no association alive, after which a batch is sealed. */
  readonly quietMs: number;
  /** Age after which no new association joins. */
  readonly maxAgeMs: number;
  /** Age after which no new instance joins, not even from associations that are in. */
  readonly hardAgeMs: number;
  readonly maxFiles: number;
  /** Stored bytes from which no instance joins. Those in flight then may still go beyond it. */
  readonly maxBytes: number;
}
