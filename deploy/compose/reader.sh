#!/bin/sh
# Run once by MariaDB's image, on an empty reader. When the image then starts the server for good,
# it replicates from there by itself.
set -eu
mariadb --user=root --password="$MARIADB_ROOT_PASSWORD" <<SQL
RESET MASTER;
SET GLOBAL gtid_slave_pos = '';
CHANGE MASTER TO MASTER_HOST = '${WRITER_HOST:-writer}', MASTER_PORT = ${WRITER_PORT:-3306},
    MASTER_USER = 'replication', MASTER_PASSWORD = '$REPLICATION_PASSWORD',
    MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 5;
SQL
