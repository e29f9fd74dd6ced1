#!/bin/sh
# nightly-backup.sh: one verified backup into BACKUP_DIR, and at most BACKUP_KEEP of them are kept.
#
# Status 1 where anything of it fails: the backups of before then stay, all of them, until somebody has looked.
set -eu
cd "$(dirname "$0")/.."
umask 077

directory=${BACKUP_DIR:?is where backups go}
keep=${BACKUP_KEEP:-30}
flask=${FLASK:-.venv/bin/flask}
case $keep in '' | *[!0-9]* | 0) echo "BACKUP_KEEP must be a whole number from 1." >&2; exit 1 ;; esac

house() { "$flask" --app app "$@"; }

backup=$directory/jufu-$(date -u +%Y%m%dT%H%M%SZ).backup
scratch=$(mktemp -d)
trap 'rm -rf "$scratch" "$directory"/.jufu-*.draft' EXIT INT TERM

# Written under another name, read back to the last byte, rows counted; only then it gets its own.
house backup "$backup"
# Without names; a restore of an older backup erases these people again (docs/decisions/0024-peoples-data.md).
house people erasures >"$directory/.jufu-erasures.draft"
mv "$directory/.jufu-erasures.draft" "$directory/erasures.json"

# A SQLite backup becomes a house of its own, and the doctor examines that. PostgreSQL would need a second database.
if [ "$(head -c 15 "$backup")" = "SQLite format 3" ]; then
    unset DATABASE_URL_FILE
    DATABASE_URL=sqlite:///$scratch/restored.sqlite3
    export DATABASE_URL
    house restore "$backup"
    house doctor
fi

# Names sort by their time; the newest stay.
find "$directory" -maxdepth 1 -name 'jufu-*.backup' -type f | sort -r | tail -n "+$((keep + 1))" |
    while IFS= read -r old; do
        rm -- "$old"
        echo "$old: gone, $keep newer ones are kept."
    done
