import type { ProposedContext } from '../../dicom/pdu/types.ts';
import type { DicomFile } from './dicom-file.ts';

/** PS3.8 9.3.2.2: ids are odd and at most 255. */
const MAX_CONTEXTS = 128;

/** Files that one association can take, and what it must propose for them. */
export interface FileGroup {
  readonly contexts: readonly ProposedContext[];
  readonly files: readonly DicomFile[];
  /** The presentation context of a file. */
  readonly contextOf: (file: DicomFile) => number;
}

/**
 * A context for each SOP class in each transfer syntax, with no other transfer syntax in it: whoever accepts one takes
 * the bytes as they are.
 */
export function groupFiles(files: readonly DicomFile[]): readonly FileGroup[] {
  const kinds = [...Map.groupBy(files, kindOf)];
  const groups: FileGroup[] = [];
  for (let at = 0; at < kinds.length; at += MAX_CONTEXTS) {
    const part = kinds.slice(at, at + MAX_CONTEXTS);
    const ids = new Map(part.map(([kind], index) => [kind, 2 * index + 1]));
    const contextOf = (file: DicomFile) => ids.get(kindOf(file)) ?? 0;
    groups.push({
      contexts: part.flatMap(([, [first]]) =>
        first === undefined
          ? []
          : [
              {
                id: contextOf(first),
                abstractSyntaxUid: first.sopClassUid,
                transferSyntaxUids: [first.transferSyntaxUid],
              },
            ],
      ),
      files: part.flatMap(([, members]) => members),
      contextOf,
    });
  }
  return groups;
}

const kindOf = ({ sopClassUid, transferSyntaxUid }: DicomFile): string => `${sopClassUid} ${transferSyntaxUid}`;
