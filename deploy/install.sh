#!/bin/sh
# install.sh NAME: settles the house in /opt/jufu on this machine, found from outside as https://NAME.
#
# To be run as root, and again after each upgrade: it keeps settings, secrets and data that are there. It starts nothing.
set -eu
cd /opt/jufu
name=${1:?is the name under which the house is found, such as house.example}

id -u jufu >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir /var/lib/jufu --no-create-home --shell /usr/sbin/nologin jufu
install -d -m 0750 -o root -g jufu /etc/jufu
install -d -m 0700 -o jufu -g jufu /var/lib/jufu /var/backups/jufu

if [ ! -s /etc/jufu/secret_key ]; then
    (umask 077 && .venv/bin/python -c 'import secrets; print(secrets.token_hex(32))' >/etc/jufu/secret_key)
fi
chown root:jufu /etc/jufu/secret_key
chmod 0640 /etc/jufu/secret_key
if [ ! -e /etc/jufu/jufu.env ]; then
    sed "s/house\\.example/$name/" deploy/jufu.env >/etc/jufu/jufu.env
fi
chown root:jufu /etc/jufu/jufu.env
chmod 0640 /etc/jufu/jufu.env

# The house may not write beside its own code, so what Python compiles is made here.
.venv/bin/python -m compileall -q ./*.py blueprints domain models services migrations
install -m 0755 deploy/jufu /usr/local/bin/jufu
install -m 0644 deploy/systemd/*.service deploy/systemd/*.timer /etc/systemd/system/
install -D -m 0644 deploy/journald.conf /etc/systemd/journald.conf.d/jufu.conf
systemctl daemon-reload
