import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from '../s3-error.ts';
import { receive, type StatedDigests } from './digests.ts';
import type { Payload } from './payload.ts';

/** An element of a request body: its text, and its children by name. */
export interface XmlElement {
  readonly text: (name: string) => string | undefined;
  readonly all: (name: string) => readonly XmlElement[];
}

const maxXmlBytes = 4 * 1024 * 1024;
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  alwaysCreateTextNode: true,
  isArray: () => true,
});

/** Reads, verifies and parses an XML body. Throws MalformedXML unless its root is `root`. */
export async function receiveXml(payload: Payload, stated: StatedDigests, root: string): Promise<XmlElement> {
  if (payload.sizeBytes > maxXmlBytes) {
    throw new S3Error('MaxMessageLengthExceeded', 'Your request was too big.', {
      MaxMessageLengthBytes: String(maxXmlBytes),
    });
  }
  const received: Uint8Array[] = [];
  await receive(payload, stated, 'CRC32', async (bytes) => {
    received.push(bytes);
  });
  return parseXml(Buffer.concat(received).toString('utf8'), root);
}

/** Parses a document of S3's request bodies. Throws MalformedXML. */
export function parseXml(text: string, root: string): XmlElement {
  if (XMLValidator.validate(text) !== true || text.includes('<!DOCTYPE')) throw malformedXml();
  const [element] = elementOf(parser.parse(text)).all(root);
  if (element === undefined) throw malformedXml();
  return element;
}

function elementOf(node: unknown): XmlElement {
  const children = (name: string): readonly unknown[] => {
    const found = typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
    return Array.isArray(found) ? found : [];
  };
  return {
    all: (name) => children(name).map(elementOf),
    text: (name) => {
      const [first] = children(name);
      return typeof first === 'object' && first !== null ? String(Reflect.get(first, '#text')) : undefined;
    },
  };
}

export function malformedXml(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
