import { createHash } from 'node:crypto';
import { S3Error } from '../s3-error.ts';
import type { Upload } from '../storage/upload.ts';
import type { PartRecord } from '../storage/upload-record.ts';
import { malformedXml, type XmlElement } from '../wire/xml-body.ts';

const minPartBytes = 5 * 1024 * 1024;

/**
 * The parts that a CompleteMultipartUpload names, in order. Throws InvalidPartOrder, InvalidPart, EntityTooSmall, and
 * InvalidRequest when a composite checksum was asked for and a part comes without its own.
 */
export function chosenParts(upload: Upload, body: XmlElement): readonly PartRecord[] {
  const named = body.all('Part');
  if (named.length === 0) throw malformedXml();
  let previous = 0;
  const parts = named.map((element) => {
    const partNumber = Number(element.text('PartNumber'));
    if (!Number.isInteger(partNumber)) throw malformedXml();
    if (partNumber <= previous) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
        { UploadId: upload.record.uploadId },
      );
    }
    previous = partNumber;
    return chosenPart(upload, partNumber, element);
  });
  for (const part of parts.slice(0, -1)) requireMinimum(part);
  return parts;
}

/** The ETag of a multipart object: the MD5 of the MD5s of its parts, and their number. */
export function multipartEtag(parts: readonly PartRecord[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

function chosenPart(upload: Upload, partNumber: number, element: XmlElement): PartRecord {
  const { checksumAlgorithm, checksumType, checksumRequested, uploadId } = upload.record;
  const part = upload.part(partNumber);
  const etag = element.text('ETag')?.replaceAll('"', '');
  const checksum = element.text(`Checksum${checksumAlgorithm}`);
  if (part === undefined || part.etag !== etag || (checksum !== undefined && checksum !== part.checksum)) {
    throw new S3Error(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { UploadId: uploadId, PartNumber: String(partNumber), ETag: etag ?? '' },
    );
  }
  if (checksumRequested && checksumType === 'COMPOSITE' && checksum === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${checksumAlgorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
    );
  }
  return part;
}

function requireMinimum(part: PartRecord): void {
  if (part.sizeBytes >= minPartBytes) return;
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(part.sizeBytes),
    MinSizeAllowed: String(minPartBytes),
    PartNumber: String(part.partNumber),
    ETag: part.etag,
  });
}
