import type { AslDefinition, AslState } from '../../cdk/pipeline/asl-definition.ts';
import type { Transition } from '../../local/stepfunctions/execution-record.ts';

const edge = (from: string, to: unknown): string => `${from} -> ${String(to)}`;

/** Every way from one state to another: next, choices, default, catches. */
export const edgesOf = ({ States }: AslDefinition): readonly string[] => [
  ...new Set(Object.entries(States).flatMap(([name, state]) => nextOf(state).map((next) => edge(name, next)))),
];

function nextOf(state: AslState): readonly unknown[] {
  const branches = [state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : []));
  return [state.Next, state.Default, ...branches.map(({ Next }: { readonly Next?: unknown }) => Next)].filter(
    (next) => next !== undefined,
  );
}

/** Which states and ways executions have taken. */
export class VisitedEdges {
  readonly states = new Set<string>();
  readonly edges = new Set<string>();
  readonly #last = new Map<string, string>();

  see(transition: Transition): void {
    if (transition.type !== 'state-entered') return;
    const { execution, state } = transition;
    const before = this.#last.get(execution);
    this.states.add(state);
    if (before !== undefined) this.edges.add(edge(before, state));
    this.#last.set(execution, state);
  }
}
