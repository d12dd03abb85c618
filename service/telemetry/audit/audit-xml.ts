import type { AuditMessage, AuditObject, AuditParticipant, CodedValue } from './audit-message.ts';

const accessPointTypes = { 'machine-name': '1', 'ip-address': '2' } as const;
/** ParticipantObjectTypeCode: system object. */
const SYSTEM_OBJECT = '2';
/** ParticipantObjectTypeCodeRole. */
const REPORT = '3';
const SECURITY_RESOURCE = '13';
/** AuditSourceTypeCode: application server process. */
const APPLICATION_SERVER = '4';

/** An audit message as the XML of PS3.15 A.5.1, on one line. */
export function auditXml(message: AuditMessage): string {
  const { event, eventType, action, at, outcome, outcomeDescription, participants, sourceId, objects } = message;
  const identification = element(
    'EventIdentification',
    { EventActionCode: action, EventDateTime: at, EventOutcomeIndicator: String(outcome) },
    [
      coded('EventID', event),
      ...(eventType === undefined ? [] : [coded('EventTypeCode', eventType)]),
      ...(outcomeDescription === undefined
        ? []
        : [`<EventOutcomeDescription>${escaped(outcomeDescription)}</EventOutcomeDescription>`]),
    ],
  );
  const source = element('AuditSourceIdentification', { AuditSourceID: sourceId }, [
    element('AuditSourceTypeCode', { 'csd-code': APPLICATION_SERVER }, []),
  ]);
  const content = [identification, ...participants.map(participantXml), source, ...objects.map(objectXml)];
  return `<?xml version="1.0" encoding="UTF-8"?>${element('AuditMessage', {}, content)}`;
}

function participantXml({ userId, alternativeUserId, isRequestor, role, networkAccessPoint }: AuditParticipant) {
  const attributes = {
    UserID: userId,
    AlternativeUserID: alternativeUserId,
    UserIsRequestor: String(isRequestor),
    NetworkAccessPointID: networkAccessPoint?.id,
    NetworkAccessPointTypeCode: networkAccessPoint && accessPointTypes[networkAccessPoint.type],
  };
  return element('ActiveParticipant', attributes, role === undefined ? [] : [coded('RoleIDCode', role)]);
}

function objectXml(object: AuditObject): string {
  if (object.type === 'study') {
    const { studyInstanceUid, sopClasses } = object;
    const classes = sopClasses.map(({ uid, instances }) =>
      element('SOPClass', { UID: uid, NumberOfInstances: String(instances) }, []),
    );
    return participantObject(studyInstanceUid, REPORT, [
      coded('ParticipantObjectIDTypeCode', { code: '110180', codeSystem: 'DCM', meaning: 'Study Instance UID' }),
      nameOf(studyInstanceUid),
      element('ParticipantObjectDescription', {}, classes),
    ]);
  }
  const alert = Buffer.from(object.alert, 'utf8').toString('base64');
  return participantObject(object.id, SECURITY_RESOURCE, [
    coded('ParticipantObjectIDTypeCode', { code: '110182', codeSystem: 'DCM', meaning: 'Node ID' }),
    nameOf(object.id),
    element('ParticipantObjectDetail', { type: 'Alert Description', value: alert }, []),
  ]);
}

const participantObject = (id: string, role: string, content: readonly string[]): string =>
  element(
    'ParticipantObjectIdentification',
    {
      ParticipantObjectID: id,
      ParticipantObjectTypeCode: SYSTEM_OBJECT,
      ParticipantObjectTypeCodeRole: role,
    },
    content,
  );

/** The schema asks for a name or a query of every object; these have no other name than their id. */
const nameOf = (id: string): string => `<ParticipantObjectName>${escaped(id)}</ParticipantObjectName>`;

const coded = (name: string, { code, codeSystem, meaning }: CodedValue): string =>
  element(name, { 'csd-code': code, codeSystemName: codeSystem, originalText: meaning }, []);

type Attributes = Readonly<Record<string, string | undefined>>;

function element(name: string, attributes: Attributes, content: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([attribute, value]) => (value === undefined ? '' : ` ${attribute}="${escaped(value)}"`))
    .join('');
  return content.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${content.join('')}</${name}>`;
}

/** XML 1.0 has no way to write most control characters: they become U+FFFD. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
    .replace(/[\u0000-\u001f\u007f]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
