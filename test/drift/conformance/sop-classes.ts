import { retiredStorageSopClasses } from '../../../service/dicom/uids/retired-storage-sop-classes.ts';
import { storageSopClasses } from '../../../service/dicom/uids/storage-sop-classes.ts';
import { transferSyntaxes } from '../../../service/dicom/uids/transfer-syntaxes.ts';
import { table } from './markdown.ts';
import { type ServiceSection, transferSyntaxesOf } from './service-section.ts';

const keywordOf = (uid: string): string => transferSyntaxes.get(uid)?.keyword ?? uid;

const sopClassTable = (classes: ReadonlyMap<string, string>): string =>
  table(
    ['SOP class (keyword of PS3.6)', 'UID', 'SCU', 'SCP'],
    [...classes].map(([uid, keyword]) => [keyword, `\`${uid}\``, 'no', 'yes']),
  );

export const currentSopClasses = (): string => sopClassTable(storageSopClasses);
export const retiredSopClasses = (): string => sopClassTable(retiredStorageSopClasses);

/** Transfer syntaxes in the order of preference, with the services that take each. */
export function transferSyntaxTable(sections: readonly ServiceSection[]): string {
  const takenBy = sections.map((section) => ({ name: section.name, uids: transferSyntaxesOf(section) }));
  const longest = takenBy.reduce(
    (best, { uids }) => (uids.length > best.length ? uids : best),
    [] as readonly string[],
  );
  return table(
    ['transfer syntax (keyword of PS3.6)', 'UID', ...takenBy.map(({ name }) => name)],
    longest.map((uid) => [
      keywordOf(uid),
      `\`${uid}\``,
      ...takenBy.map(({ uids }) => (uids.includes(uid) ? 'yes' : 'no')),
    ]),
  );
}

/** One row of presentation contexts for each service. */
export function contextTable(sections: readonly ServiceSection[]): string {
  const preferred = (section: ServiceSection) => {
    const uids = transferSyntaxesOf(section).map((uid) => keywordOf(uid));
    return uids.length <= 3 ? uids.join(', ') : `the ${uids.length} of [Transfer syntaxes](#transfer-syntaxes)`;
  };
  return table(
    ['abstract syntaxes', 'transfer syntaxes, best first', 'role', 'extended negotiation'],
    sections.map((section) => [section.abstractSyntaxes, preferred(section), 'SCP', 'none']),
  );
}
