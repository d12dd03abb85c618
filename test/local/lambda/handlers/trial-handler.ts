class NamedFault extends Error {
  override readonly name = 'NamedFault';
}

/** A function that does what its event says. */
export async function handler(event: { readonly act: string }): Promise<unknown> {
  switch (event.act) {
    case 'environment':
      return { ...process.env };
    case 'fail':
      throw new NamedFault('as asked');
    case 'hang':
      return new Promise(() => {
        setInterval(() => undefined, 1_000);
      });
    case 'exit':
      process.exit(3);
      break;
    case 'log':
      console.log('a line');
      return undefined;
    default:
      return event;
  }
}
