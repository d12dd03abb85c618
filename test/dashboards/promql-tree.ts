import { parser } from '@prometheus-io/lezer-promql';

/** What Prometheus' own grammar makes of an expression. */
export interface ParsedPromql {
  /** Whether some of it could not be read. */
  readonly isBroken: boolean;
  /** The names of its metrics. */
  readonly metrics: readonly string[];
}

export function parsePromql(expr: string): ParsedPromql {
  const metrics = new Set<string>();
  let isBroken = false;
  parser.parse(expr).iterate({
    enter: ({ type, name, from, to, node }) => {
      if (type.isError) isBroken = true;
      // A name of a metric stands in a selector; those of labels and functions stand elsewhere.
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.add(expr.slice(from, to));
    },
  });
  return { isBroken, metrics: [...metrics] };
}
