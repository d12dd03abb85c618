/**
 * Frees the memory of a chunk that a socket read, which nobody will look at again. The next read is given the same
 * memory, still in the processor's cache; the garbage collector would come by only after many megabytes of it. A chunk
 * that shares its memory with others is left to the collector.
 */
export function free(chunk: Uint8Array): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength) buffer.transfer(0);
}
