{{- define "salvor.name" -}}
{{- if contains "salvor" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-salvor" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "salvor.selector" -}}
app.kubernetes.io/name: salvor
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "salvor.labels" -}}
{{ include "salvor.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* While Redis or Slack is away no pod is ready. Nodes can be drained all the same, which is when people need them drained. */}}
{{- define "salvor.eviction" -}}
{{- if semverCompare ">=1.27.0-0" .Capabilities.KubeVersion.Version }}unhealthyPodEvictionPolicy: AlwaysAllow{{ end }}
{{- end }}

{{- define "salvor.serviceAccount" -}}
{{- if .Values.serviceAccount.name }}{{ .Values.serviceAccount.name }}{{ else if .Values.serviceAccount.create }}{{ include "salvor.name" . }}{{ else }}default{{ end }}
{{- end }}

{{- define "salvor.configMap" -}}
{{- default (printf "%s-config" (include "salvor.name" .)) .Values.existingConfigMap }}
{{- end }}

{{/* salvor.yaml. Probes and Prometheus come from outside the pod, so it listens to them there. */}}
{{- define "salvor.config" -}}
{{- if not .Values.config }}{{ fail "config: give salvor.yaml under it, or name existingConfigMap" }}{{ end }}
{{- toYaml (merge (dict "http" (dict "host" "0.0.0.0" "port" 9464)) (deepCopy .Values.config)) }}
{{- end }}

{{/* Of a pod of either kind: dict "root" $ "component" … "labels" … "args" … "env" … "files" … "own" (values) "ports" … */}}
{{- define "salvor.podSpec" -}}
{{- $root := .root -}}
serviceAccountName: {{ default (include "salvor.serviceAccount" $root) .own.serviceAccountName }}
# It speaks to clusters by kubeconfigs, never to the one it runs in as itself.
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .own.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: {type: RuntimeDefault}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .own.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .own.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "salvor.selector" $root | nindent 8 }}
        {{- toYaml $.labels | nindent 8 }}
{{- end }}
containers:
  - name: salvor
    image: "{{ $root.Values.image.repository }}:{{ default $root.Chart.AppVersion $root.Values.image.tag }}"
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args: {{ toJson .args }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {drop: [ALL]}
    ports:
      - {name: http, containerPort: 9464}
      {{- range $name, $port := .ports }}
      - {name: {{ $name }}, containerPort: {{ $port }}}
      {{- end }}
    env:
      {{- range $name, $from := merge (dict) (default (dict) .own.env) $root.Values.env }}
      - name: {{ $name }}
        valueFrom: {secretKeyRef: {name: {{ $from.secret }}, key: {{ $from.key }}}}
      {{- end }}
    startupProbe:
      httpGet: {path: /livez, port: http}
      periodSeconds: 2
      failureThreshold: 60
    livenessProbe:
      httpGet: {path: /livez, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    readinessProbe:
      httpGet: {path: /readyz, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
    {{- if .ports }}
    # It is sent requests until everybody has heard that it goes.
    lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
    {{- end }}
    resources: {{ toYaml .own.resources | nindent 6 }}
    volumeMounts:
      - {name: config, mountPath: /etc/salvor/salvor.yaml, subPath: salvor.yaml, readOnly: true}
      - {name: drill, mountPath: /var/lib/salvor/drill}
      {{- range $nth, $file := .files }}
      - {name: files-{{ $nth }}, mountPath: {{ $file.mountPath }}, readOnly: true}
      {{- end }}
volumes:
  - name: config
    configMap: {name: {{ include "salvor.configMap" $root }}}
  # The only place it writes to: where backups are tried out.
  - name: drill
    emptyDir: {sizeLimit: {{ default "64Mi" .own.drillSize }}}
  {{- range $nth, $file := .files }}
  - name: files-{{ $nth }}
    secret: {secretName: {{ $file.secret }}, defaultMode: 0440}
  {{- end }}
{{- end }}

{{/* The pods start anew when salvor.yaml is another. */}}
{{- define "salvor.annotations" -}}
{{- if not .Values.existingConfigMap -}}
checksum/config: {{ include "salvor.config" . | sha256sum }}
{{- end }}
{{- end }}

{{- define "salvor.botPorts" -}}
{{- $ports := dict }}
{{- range $name, $port := dict "alerts" 9466 "prove" 9465 "queue" 9467 "slack" 3000 }}
{{- if index $.Values.bot.ports $name }}{{ $_ := set $ports $name $port }}{{ end }}
{{- end }}
{{- toJson $ports }}
{{- end }}
