const prefixLength = 24;

/** The id of a frame: 32 characters that name its instance and its place in it, so that it need not be looked up. */
export function frameId(instanceId: string, index: number): string {
  return instanceId.slice(0, prefixLength) + index.toString(36).padStart(32 - prefixLength, '0');
}

/** The frame that an id names among instances; undefined when there is no such instance. */
export function parseFrameId(
  id: string,
  instanceIds: readonly string[],
): { readonly instanceId: string; readonly index: number } | undefined {
  const instanceId = instanceIds.find((one) => one.startsWith(id.slice(0, prefixLength)));
  return instanceId === undefined ? undefined : { instanceId, index: Number.parseInt(id.slice(prefixLength), 36) };
}
