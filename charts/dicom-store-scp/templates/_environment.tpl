{{/* The environment of the container: settings that were chosen, and those that follow from other values. */}}
{{- define "dicom-store-scp.environment" -}}
SCP_STORE: {{ .Values.settings.store | default "s3" }}
{{- include "dicom-store-scp.setting" (list "SCP_AE_TITLES" .Values.settings.aeTitles) }}
{{- include "dicom-store-scp.setting" (list "SCP_REQUIRE_CALLED_AE_TITLE" .Values.settings.requireCalledAeTitle) }}
{{- include "dicom-store-scp.setting" (list "SCP_CALLING_AE_TITLES" .Values.settings.callingAeTitles) }}
{{- include "dicom-store-scp.setting" (list "SCP_TLS_PROFILE" .Values.settings.tlsProfile) }}
{{- include "dicom-store-scp.setting" (list "SCP_UNKNOWN_PEERS" .Values.settings.unknownPeers) }}
{{- include "dicom-store-scp.setting" (list "SCP_RELOAD_INTERVAL_MS" .Values.settings.reloadIntervalMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_STRICT" .Values.settings.strict) }}
{{- include "dicom-store-scp.setting" (list "SCP_ASYNC_WINDOW" .Values.settings.asyncWindow) }}
{{- include "dicom-store-scp.setting" (list "SCP_MAX_PDU_BYTES" .Values.settings.maxPduBytes) }}
{{- include "dicom-store-scp.setting" (list "SCP_MAX_RECEIVED_PDU_BYTES" .Values.settings.maxReceivedPduBytes) }}
{{- include "dicom-store-scp.setting" (list "SCP_MAX_ASSOCIATIONS" .Values.settings.maxAssociations) }}
{{- include "dicom-store-scp.setting" (list "SCP_MAX_ASSOCIATIONS_PER_PEER" .Values.settings.maxAssociationsPerPeer) }}
{{- include "dicom-store-scp.setting" (list "SCP_MAX_PENDING_CONNECTIONS" .Values.settings.maxPendingConnections) }}
{{- include "dicom-store-scp.setting" (list "SCP_CONNECTIONS_PER_SECOND" .Values.settings.connectionsPerSecond) }}
{{- include "dicom-store-scp.setting" (list "SCP_CONNECTION_BURST" .Values.settings.connectionBurst) }}
{{- include "dicom-store-scp.setting" (list "SCP_MAX_BYTES_IN_FLIGHT" .Values.settings.maxBytesInFlight) }}
{{- include "dicom-store-scp.setting" (list "SCP_ARTIM_TIMEOUT_MS" .Values.settings.artimTimeoutMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_IN_FLIGHT_TIMEOUT_MS" .Values.settings.inFlightTimeoutMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_IDLE_TIMEOUT_MS" .Values.settings.idleTimeoutMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_CLOSE_TIMEOUT_MS" .Values.settings.closeTimeoutMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_FOLDER_FSYNC" .Values.settings.folderFsync) }}
{{- include "dicom-store-scp.setting" (list "SCP_BUCKET" .Values.settings.bucket) }}
{{- include "dicom-store-scp.setting" (list "SCP_KEY_PREFIX" .Values.settings.keyPrefix) }}
{{- include "dicom-store-scp.setting" (list "SCP_S3_PATH_STYLE" .Values.settings.s3PathStyle) }}
{{- include "dicom-store-scp.setting" (list "SCP_STORE_DEADLINE_MS" .Values.settings.storeDeadlineMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_STORE_BUFFER_BYTES" .Values.settings.storeBufferBytes) }}
{{- include "dicom-store-scp.setting" (list "SCP_S3_CLIENT" .Values.settings.s3Client) }}
{{- include "dicom-store-scp.setting" (list "SCP_SPOOL_HIGH_PERCENT" .Values.settings.spoolHighPercent) }}
{{- include "dicom-store-scp.setting" (list "SCP_SPOOL_FULL_PERCENT" .Values.settings.spoolFullPercent) }}
{{- include "dicom-store-scp.setting" (list "SCP_SPOOL_LEASE_TTL_MS" .Values.settings.spoolLeaseTtlMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_SPOOL_UPLOADS" .Values.settings.spoolUploads) }}
{{- include "dicom-store-scp.setting" (list "SCP_IMPORT_CHECKS" .Values.settings.importChecks) }}
{{- include "dicom-store-scp.setting" (list "SCP_DATASTORE_ID" .Values.settings.datastoreId) }}
{{- include "dicom-store-scp.setting" (list "SCP_BATCH_QUIET_MS" .Values.settings.batchQuietMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_BATCH_MAX_AGE_MS" .Values.settings.batchMaxAgeMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_BATCH_HARD_AGE_MS" .Values.settings.batchHardAgeMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_BATCH_MAX_FILES" .Values.settings.batchMaxFiles) }}
{{- include "dicom-store-scp.setting" (list "SCP_BATCH_MAX_BYTES" .Values.settings.batchMaxBytes) }}
{{- include "dicom-store-scp.setting" (list "SCP_LEASE_TTL_MS" .Values.settings.leaseTtlMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_STATUS_PAGE" .Values.settings.statusPage) }}
{{- include "dicom-store-scp.setting" (list "SCP_ADMIN_TOKEN_FILE" .Values.settings.adminTokenFile) }}
{{- include "dicom-store-scp.setting" (list "SCP_STATUS_STATE_MACHINE" .Values.settings.statusStateMachine) }}
{{- include "dicom-store-scp.setting" (list "SCP_LEDGER_BATCHES_TABLE" .Values.settings.ledgerBatchesTable) }}
{{- include "dicom-store-scp.setting" (list "SCP_LEDGER_INSTANCES_TABLE" .Values.settings.ledgerInstancesTable) }}
{{- include "dicom-store-scp.setting" (list "SCP_LEDGER_STUDIES_TABLE" .Values.settings.ledgerStudiesTable) }}
{{- include "dicom-store-scp.setting" (list "SCP_LEDGER_INTERVAL_MS" .Values.settings.ledgerIntervalMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT" .Values.settings.commitment) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_UNKNOWN_PEERS" .Values.settings.commitmentUnknownPeers) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_FOLDER" .Values.settings.commitmentFolder) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENTS_TABLE" .Values.settings.commitmentsTable) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_MAX_INSTANCES" .Values.settings.commitmentMaxInstances) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_ABSENT_AFTER_MS" .Values.settings.commitmentAbsentAfterMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_DECIDE_WITHIN_MS" .Values.settings.commitmentDecideWithinMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_REPORT_WITHIN_MS" .Values.settings.commitmentReportWithinMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_LEASE_TTL_MS" .Values.settings.commitmentLeaseTtlMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_COMMITMENT_POLL_MS" .Values.settings.commitmentPollMs) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT" .Values.settings.audit) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_FILE" .Values.settings.auditFile) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_SOURCE_ID" .Values.settings.auditSourceId) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_SYSLOG_URL" .Values.settings.auditSyslogUrl) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_SYSLOG_CA_FILE" .Values.settings.auditSyslogCaFile) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_SYSLOG_KEY_FILE" .Values.settings.auditSyslogKeyFile) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_SYSLOG_CERTIFICATE_FILE" .Values.settings.auditSyslogCertificateFile) }}
{{- include "dicom-store-scp.setting" (list "SCP_AUDIT_QUEUE_MESSAGES" .Values.settings.auditQueueMessages) }}
{{- include "dicom-store-scp.setting" (list "SCP_CLOUDWATCH_NAMESPACE" .Values.settings.cloudwatchNamespace) }}
{{- include "dicom-store-scp.setting" (list "SCP_LOG_LEVEL" .Values.settings.logLevel) }}
SCP_PORT: "11112"
SCP_ADMIN_PORT: "8080"
SCP_DRAIN_TIMEOUT_MS: {{ mul 1000 .Values.drain.timeoutSeconds | quote }}
{{- if eq (.Values.settings.store | default "s3") "folder" }}
SCP_FOLDER: /var/spool/dicom-store-scp/instances
{{- else if .Values.spool.enabled }}
SCP_ACK: spooled
SCP_SPOOL_FOLDER: /var/spool/dicom-store-scp/instances
{{- end }}
{{- if and .Values.nlb.enabled (eq .Values.nlb.clientAddress "proxy-protocol") }}
SCP_PROXY_PROTOCOL_FROM: {{ join "," .Values.nlb.subnetCidrs | quote }}
{{- end }}
{{- if .Values.tls.enabled }}
SCP_PLAIN: {{ .Values.tls.plain | quote }}
SCP_TLS_PORT: "2762"
SCP_TLS_KEY_FILE: /etc/dicom-store-scp/tls/tls.key
SCP_TLS_CERTIFICATE_FILE: /etc/dicom-store-scp/tls/tls.crt
SCP_TLS_CLIENT_CERTIFICATE: {{ .Values.tls.clientCertificate }}
{{- if ne .Values.tls.clientCertificate "none" }}
SCP_TLS_CLIENT_CA_FILE: /etc/dicom-store-scp/client-ca/ca.crt
{{- end }}
{{- end }}
{{- if .Values.peers }}
SCP_PEERS_FILE: /etc/dicom-store-scp/peers/peers.json
{{- end }}
{{- if .Values.routes }}
SCP_ROUTES_FILE: /etc/dicom-store-scp/routes/routes.json
{{- end }}
{{- end }}
