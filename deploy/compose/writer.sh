#!/bin/sh
# Run once by MariaDB's image, on an empty writer. All that the reader is to have comes after
# RESET MASTER, so that its binary log alone makes a reader. Passwords are hexadecimal.
set -eu
mariadb --user=root --password="$MARIADB_ROOT_PASSWORD" <<SQL
RESET MASTER;
CREATE USER replication@'%' IDENTIFIED BY '$REPLICATION_PASSWORD';
GRANT REPLICATION SLAVE ON *.* TO replication@'%';
CREATE DATABASE elearning CHARACTER SET utf8mb4;
CREATE USER elearning@'%' IDENTIFIED BY '$DATABASE_PASSWORD';
GRANT ALL ON elearning.* TO elearning@'%';
SQL
