{{/* The pods of the Deployment or StatefulSet. */}}
{{- define "dicom-store-scp.pod" -}}
metadata:
  annotations:
    {{- if .Values.routes }}
    checksum/routes: {{ .Values.routes | toJson | sha256sum }}
    {{- end }}
    checksum/settings: {{ include "dicom-store-scp.environment" . | fromYaml | toJson | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "dicom-store-scp.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  containers:
    - name: dicom-store-scp
      {{- if or .Values.aws.region .Values.aws.endpointUrl .Values.extraEnv }}
      env:
        {{- if .Values.aws.region }}
        - name: AWS_REGION
          value: {{ .Values.aws.region | quote }}
        {{- end }}
        {{- if .Values.aws.endpointUrl }}
        - name: AWS_ENDPOINT_URL
          value: {{ .Values.aws.endpointUrl | quote }}
        {{- end }}
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      envFrom:
        - configMapRef:
            name: {{ include "dicom-store-scp.fullname" . }}-settings
        {{- if .Values.aws.credentialsSecret }}
        - secretRef:
            name: {{ .Values.aws.credentialsSecret | quote }}
        {{- end }}
        {{- with .Values.extraEnvFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      image: {{ include "dicom-store-scp.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
      lifecycle:
        preStop:
          exec:
            command: ["node", "-e", "setTimeout(() => {}, {{ mul 1000 (include "dicom-store-scp.preStopSeconds" . | int64) }})"]
      livenessProbe:
        {{- toYaml .Values.livenessProbe | nindent 8 }}
      ports:
        - name: dicom
          containerPort: 11112
        {{- if .Values.tls.enabled }}
        - name: dicom-tls
          containerPort: 2762
        {{- end }}
        - name: admin
          containerPort: 8080
      readinessProbe:
        {{- toYaml .Values.readinessProbe | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      startupProbe:
        {{- toYaml .Values.startupProbe | nindent 8 }}
      {{- if or .Values.spool.enabled .Values.tls.enabled (and .Values.tls.enabled (ne .Values.tls.clientCertificate "none")) .Values.peers .Values.routes .Values.extraVolumeMounts }}
      volumeMounts:
        {{- if .Values.spool.enabled }}
        - name: spool
          mountPath: /var/spool/dicom-store-scp
        {{- end }}
        {{- if .Values.tls.enabled }}
        - name: tls
          mountPath: /etc/dicom-store-scp/tls
          readOnly: true
        {{- end }}
        {{- if and .Values.tls.enabled (ne .Values.tls.clientCertificate "none") }}
        - name: client-ca
          mountPath: /etc/dicom-store-scp/client-ca
          readOnly: true
        {{- end }}
        {{- if .Values.peers }}
        - name: peers
          mountPath: /etc/dicom-store-scp/peers
          readOnly: true
        {{- end }}
        {{- if .Values.routes }}
        - name: routes
          mountPath: /etc/dicom-store-scp/routes
          readOnly: true
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  enableServiceLinks: false
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  serviceAccountName: {{ include "dicom-store-scp.serviceAccountName" . | quote }}
  terminationGracePeriodSeconds: {{ add (include "dicom-store-scp.preStopSeconds" .) .Values.drain.timeoutSeconds 20 }}
  {{- with include "dicom-store-scp.topologySpread" . }}
  topologySpreadConstraints:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- if or .Values.tls.enabled (and .Values.tls.enabled (ne .Values.tls.clientCertificate "none")) .Values.peers .Values.routes .Values.extraVolumes }}
  volumes:
    {{- if .Values.tls.enabled }}
    - name: tls
      secret:
        defaultMode: 288
        secretName: {{ include "dicom-store-scp.tlsSecretName" . | quote }}
    {{- end }}
    {{- if and .Values.tls.enabled (ne .Values.tls.clientCertificate "none") }}
    - name: client-ca
      secret:
        defaultMode: 288
        secretName: {{ .Values.tls.clientCaSecretName | quote }}
    {{- end }}
    {{- if .Values.peers }}
    - name: peers
      configMap:
        name: {{ include "dicom-store-scp.fullname" . }}-peers
    {{- end }}
    {{- if .Values.routes }}
    - name: routes
      configMap:
        name: {{ include "dicom-store-scp.fullname" . }}-routes
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.initContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
