import { type Priority, prioritySchema } from '../../core/route.ts';

/** Where batches wait for a job: one lane a route and datastore. */
export interface Lane {
  /** `<priority>#<datastoreId>#<route>` */
  readonly name: string;
  readonly priority: Priority;
  readonly datastoreId: string;
}

/** The lane of a batch. */
export function laneOf(batch: {
  readonly priority: Priority;
  readonly datastoreId: string;
  readonly route: string;
}): Lane {
  const { priority, datastoreId, route } = batch;
  return { name: `${priority}#${datastoreId}#${route}`, priority, datastoreId };
}

/** The lane of a name, or undefined when it is none. */
export function parseLane(name: string): Lane | undefined {
  const [first, datastoreId] = name.split('#');
  const priority = prioritySchema.safeParse(first);
  return priority.success && datastoreId !== undefined ? { name, priority: priority.data, datastoreId } : undefined;
}

/** Where batches are whose job is under way: what a datastore's jobs are counted by. */
export const laneAtWork = (datastoreId: string): string => `importing#${datastoreId}`;
