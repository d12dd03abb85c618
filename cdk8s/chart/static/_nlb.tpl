{{/* What the AWS Load Balancer Controller takes a Service on by, or the class of another. */}}
{{- define "dicom-store-scp.loadBalancerClass" -}}
{{- ternary "service.k8s.aws/nlb" .Values.service.loadBalancerClass .Values.nlb.enabled }}
{{- end }}

{{/* How long a pod goes on as if nothing were: until whatever sends it connections knows that it goes. */}}
{{- define "dicom-store-scp.preStopSeconds" -}}
{{- $told := .Values.drain.preStopSeconds | int64 }}
{{- ternary (max $told (int64 .Values.nlb.deregistrationSeconds)) $told .Values.nlb.enabled }}
{{- end }}

{{/* A map as the controller reads it: name=value,name=value. */}}
{{- define "dicom-store-scp.attributes" -}}
{{- $all := list }}
{{- range $name, $value := . }}
{{- $all = append $all (printf "%s=%s" $name $value) }}
{{- end }}
{{- join "," $all }}
{{- end }}

{{- define "dicom-store-scp.serviceAnnotations" -}}
{{- $found := dict }}
{{- if .Values.nlb.enabled }}
{{- $found = include "dicom-store-scp.nlbAnnotations" . | fromYaml }}
{{- end }}
{{- with mergeOverwrite $found (deepCopy .Values.service.annotations) }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/* An association that is alive is not cut because the pod behind it goes or is not ready. */}}
{{- define "dicom-store-scp.targetGroupAttributes" -}}
preserve_client_ip.enabled: {{ eq .clientAddress "preserve" | quote }}
deregistration_delay.timeout_seconds: {{ .drainSeconds | int64 | quote }}
deregistration_delay.connection_termination.enabled: "false"
target_health_state.unhealthy.connection_termination.enabled: "false"
target_health_state.unhealthy.draining_interval_seconds: {{ .drainSeconds | int64 | quote }}
{{- end }}

{{- define "dicom-store-scp.nlbAnnotations" -}}
{{- $prefix := "service.beta.kubernetes.io/aws-load-balancer" }}
{{- $plain := or (not .Values.tls.enabled) .Values.tls.plain }}
{{- $idle := printf "tcp.idle_timeout.seconds=%d" (int64 .Values.nlb.idleTimeoutSeconds) }}
{{- with .Values.nlb }}
{{ $prefix }}-nlb-target-type: ip
{{ $prefix }}-scheme: {{ .scheme }}
{{- with .name }}
{{ $prefix }}-name: {{ . | quote }}
{{- end }}
{{- with .subnets }}
{{ $prefix }}-subnets: {{ join "," . | quote }}
{{- end }}
{{- with .securityGroups }}
{{ $prefix }}-security-groups: {{ join "," . | quote }}
{{ $prefix }}-manage-backend-security-group-rules: "true"
{{- end }}
{{- if eq .clientAddress "proxy-protocol" }}
{{ $prefix }}-proxy-protocol: "*"
{{- end }}
{{ $prefix }}-healthcheck-protocol: http
{{ $prefix }}-healthcheck-port: "8080"
{{ $prefix }}-healthcheck-path: /readyz
{{ $prefix }}-healthcheck-interval: "10"
{{ $prefix }}-healthcheck-healthy-threshold: "2"
{{ $prefix }}-healthcheck-unhealthy-threshold: "2"
{{ $prefix }}-attributes: {{ include "dicom-store-scp.attributes" (mergeOverwrite (dict "load_balancing.cross_zone.enabled" (toString .crossZone)) (deepCopy .attributes)) | quote }}
{{ $prefix }}-target-group-attributes: {{ include "dicom-store-scp.attributes" (mergeOverwrite (include "dicom-store-scp.targetGroupAttributes" . | fromYaml) (deepCopy .targetGroupAttributes)) | quote }}
{{- with .certificateArns }}
{{ $prefix }}-ssl-cert: {{ join "," . | quote }}
{{ $prefix }}-ssl-ports: {{ $.Values.service.port | int64 | quote }}
{{ $prefix }}-ssl-negotiation-policy: {{ $.Values.nlb.tlsPolicy | quote }}
{{ $prefix }}-backend-protocol: tcp
{{- end }}
{{- if and $plain (not .certificateArns) }}
{{ $prefix }}-listener-attributes.TCP-{{ $.Values.service.port | int64 }}: {{ $idle | quote }}
{{- end }}
{{- end }}
{{- if .Values.tls.enabled }}
{{ $prefix }}-listener-attributes.TCP-{{ .Values.service.tlsPort | int64 }}: {{ $idle | quote }}
{{- end }}
{{- end }}
