/** Attributes that HealthImaging's metadata has once per patient: PS3.3 C.7.1.1, C.7.1.3. */
const patient = `
  PatientName PatientID IssuerOfPatientID TypeOfPatientID IssuerOfPatientIDQualifiersSequence PatientBirthDate
  PatientBirthDateInAlternativeCalendar PatientDeathDateInAlternativeCalendar PatientAlternativeCalendar PatientSex
  ReferencedPatientPhotoSequence QualityControlSubject ReferencedPatientSequence PatientBirthTime
  OtherPatientIDsSequence OtherPatientNames EthnicGroup PatientComments PatientSpeciesDescription
  PatientSpeciesCodeSequence PatientBreedDescription PatientBreedCodeSequence BreedRegistrationSequence StrainDescription
  StrainNomenclature StrainCodeSequence StrainAdditionalInformation StrainStockSequence GeneticModificationsSequence
  ResponsiblePerson ResponsiblePersonRole ResponsibleOrganization PatientIdentityRemoved DeidentificationMethod
  DeidentificationMethodCodeSequence SourcePatientGroupIdentificationSequence GroupOfPatientsIdentificationSequence
  ClinicalTrialSponsorName ClinicalTrialProtocolID ClinicalTrialProtocolName ClinicalTrialSiteID ClinicalTrialSiteName
  ClinicalTrialSubjectID ClinicalTrialSubjectReadingID ClinicalTrialProtocolEthicsCommitteeName
  ClinicalTrialProtocolEthicsCommitteeApprovalNumber`;

/** Once per study: PS3.3 C.7.2.1 to C.7.2.3. */
const study = `
  StudyInstanceUID StudyDate StudyTime ReferringPhysicianName ReferringPhysicianIdentificationSequence
  ConsultingPhysicianName ConsultingPhysicianIdentificationSequence StudyID AccessionNumber
  IssuerOfAccessionNumberSequence StudyDescription PhysiciansOfRecord PhysiciansOfRecordIdentificationSequence
  NameOfPhysiciansReadingStudy PhysiciansReadingStudyIdentificationSequence RequestingService
  RequestingServiceCodeSequence ReferencedStudySequence ProcedureCodeSequence ReasonForPerformedProcedureCodeSequence
  AdmittingDiagnosesDescription AdmittingDiagnosesCodeSequence PatientAge PatientSize PatientWeight
  PatientBodyMassIndex MeasuredAPDimension MeasuredLateralDimension PatientSizeCodeSequence MedicalAlerts Allergies
  SmokingStatus PregnancyStatus LastMenstrualDate PatientState Occupation AdditionalPatientHistory AdmissionID
  IssuerOfAdmissionIDSequence ServiceEpisodeID IssuerOfServiceEpisodeIDSequence ServiceEpisodeDescription
  PatientSexNeutered ClinicalTrialTimePointID ClinicalTrialTimePointDescription
  LongitudinalTemporalOffsetFromEvent LongitudinalTemporalEventType ConsentForClinicalTrialUseSequence`;

/** Once per series: PS3.3 C.7.3.1, C.7.3.2, C.7.4.1 and C.7.5.1. */
const series = `
  Modality SeriesInstanceUID SeriesNumber Laterality SeriesDate SeriesTime PerformingPhysicianName
  PerformingPhysicianIdentificationSequence ProtocolName SeriesDescription SeriesDescriptionCodeSequence OperatorsName
  OperatorIdentificationSequence ReferencedPerformedProcedureStepSequence RelatedSeriesSequence BodyPartExamined
  PatientPosition SmallestPixelValueInSeries LargestPixelValueInSeries RequestAttributesSequence
  PerformedProcedureStepID PerformedProcedureStepStartDate PerformedProcedureStepStartTime
  PerformedProcedureStepEndDate PerformedProcedureStepEndTime PerformedProcedureStepDescription
  PerformedProtocolCodeSequence CommentsOnThePerformedProcedureStep AnatomicalOrientationType TreatmentSessionUID
  ClinicalTrialCoordinatingCenterName ClinicalTrialSeriesID ClinicalTrialSeriesDescription Manufacturer
  InstitutionName InstitutionAddress StationName InstitutionalDepartmentName InstitutionalDepartmentTypeCodeSequence
  ManufacturerModelName ManufacturerDeviceClassUID DeviceSerialNumber SoftwareVersions GantryID UDISequence DeviceUID
  SpatialResolution DateOfLastCalibration TimeOfLastCalibration PixelPaddingValue FrameOfReferenceUID
  PositionReferenceIndicator`;

export type AttributeLevel = 'patient' | 'study' | 'series' | 'instance';

const levels = new Map<string, AttributeLevel>([
  ...keywords(patient).map((keyword) => [keyword, 'patient'] as const),
  ...keywords(study).map((keyword) => [keyword, 'study'] as const),
  ...keywords(series).map((keyword) => [keyword, 'series'] as const),
]);

/** The level at which HealthImaging's normalised metadata has an attribute. */
export function attributeLevel(keyword: string): AttributeLevel {
  return levels.get(keyword) ?? 'instance';
}

function keywords(table: string): string[] {
  return table.trim().split(/\s+/);
}
