/**
 * Frees the memory of bytes that nobody will look at again, and leaves them empty. Whoever asks for memory next is given
 * the same, still in the processor's cache; the garbage collector would come by only after many megabytes of it. Bytes
 * that share their memory with others are left to the collector.
 */
export function free(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
