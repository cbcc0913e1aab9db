#!/bin/bash
# Turns an instance of Amazon Linux 2023 into an image of a worker: loads the
# package, installs it as a service, and powers off. Powering off is how it says
# that all went well; otherwise the last lines of the console say what did not.
set -euo pipefail
trap 'echo "cnv: baking failed in line $LINENO" >/dev/console' ERR
umask 022
mkdir -p /opt/cnv
cd /opt/cnv
curl --fail --silent --show-error --location --retry 5 --output worker.zip '{{.Location}}'
echo '{{.SHA256}}  worker.zip' | sha256sum --check --quiet
python3 -m zipfile --extract worker.zip .
rm worker.zip
chmod 755 bootstrap

# A worker that ends well (drained, or nobody has called for long) takes its
# instance with it: launched instances terminate when they power off.
cat >/etc/systemd/system/cnv-worker.service <<'UNIT'
[Unit]
Description=cnv worker
After=network-online.target
Wants=network-online.target
SuccessAction=poweroff-force

[Service]
ExecStart=/opt/cnv/bootstrap --listen 0.0.0.0:{{.Port}} --lonely 15m --metadata http://169.254.169.254
Restart=on-failure
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
MemoryMax=90%

[Install]
WantedBy=multi-user.target
UNIT

# Whatever happens to its gateway, no worker lives longer than this.
cat >/etc/systemd/system/cnv-life.timer <<'UNIT'
[Unit]
Description=the longest life of a cnv worker

[Timer]
OnBootSec={{.Life}}s
AccuracySec=1s
Unit=poweroff.target

[Install]
WantedBy=timers.target
UNIT
systemctl enable cnv-worker.service cnv-life.timer
systemctl disable --now sshd.service || true
rm -f /var/lib/cloud/instance/user-data.txt* /var/lib/cloud/instances/*/user-data.txt*
sync
systemctl poweroff
