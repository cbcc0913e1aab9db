#!/bin/bash
# Turns an instance of Amazon Linux 2023 into an image of a worker, or of the
# gateway: loads the package, installs it as a service, and powers off. Powering off is how it says
# that all went well; otherwise the last lines of the console say what did not.
set -euo pipefail
# Who deploys may have gone: then this ends what an instance costs by the hour. It comes
# later than a deployer waits, who else would take it for success.
systemd-run --on-active={{.Late}} systemctl poweroff || echo 'cnv: no timer ends this instance' >/dev/console
trap 'echo "cnv: baking failed in line $LINENO" >/dev/console' ERR
umask 022
mkdir -p /opt/cnv
cd /opt/cnv
curl --fail --silent --show-error --location --retry 5 --output worker.zip '{{.Location}}'
echo '{{.SHA256}}  worker.zip' | sha256sum --check --quiet
python3 -m zipfile --extract worker.zip .
rm worker.zip
chmod 755 ./*
{{range .Credentials}}chmod 400 {{.}}
{{end}}{{if .Gateway}}
# A gateway whose budget or time is over takes its instance with it. After any other
# end it begins again, however often, as its workers go on. What it says is on the console
# too, as nobody can log in.
cat >/etc/systemd/system/cnv.service <<'UNIT'
[Unit]
Description=cnv gateway
After=network-online.target
Wants=network-online.target
SuccessAction=poweroff-force
StartLimitIntervalSec=0

[Service]
ExecStart=/opt/cnv/cnv-live /opt/cnv/experiment.toml {{.Gateway}}
{{range .Credentials}}LoadCredential={{.}}:/opt/cnv/{{.}}
{{end}}Restart=on-failure
RestartSec=5
SuccessExitStatus=3
StandardOutput=journal+console
StandardError=journal+console
DynamicUser=yes
StateDirectory=cnv
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
MemoryMax=90%
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
UNIT
{{else}}
# A worker that ends well (drained, or nobody has called for long) takes its
# instance with it: launched instances terminate when they power off.
cat >/etc/systemd/system/cnv.service <<'UNIT'
[Unit]
Description=cnv worker
After=network-online.target
Wants=network-online.target
SuccessAction=poweroff-force
StartLimitIntervalSec=0

[Service]
ExecStart=/opt/cnv/bootstrap --listen 0.0.0.0:{{.Port}} --lonely 15m --metadata http://169.254.169.254
Restart=on-failure
RestartSec=1
StandardOutput=journal+console
StandardError=journal+console
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
MemoryMax=90%

[Install]
WantedBy=multi-user.target
UNIT
{{end}}
# Whatever happens, it lives no longer than this.
cat >/etc/systemd/system/cnv-life.timer <<'UNIT'
[Unit]
Description=the longest life of a cnv instance

[Timer]
OnBootSec={{.Life}}s
AccuracySec=1s
Unit=poweroff.target

[Install]
WantedBy=timers.target
UNIT
systemctl enable cnv.service cnv-life.timer
systemctl disable --now sshd.service || true
rm -f /var/lib/cloud/instance/user-data.txt* /var/lib/cloud/instances/*/user-data.txt*
sync
systemctl poweroff
