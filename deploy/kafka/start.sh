#!/bin/sh
# Gives a broker its passwords, and its storage the one user that can make others, before the image's own start.
# Passwords stand in files; Kafka takes them from its settings only.
set -eu

secret() { cat "/run/secrets/$1"; }
admin=$(secret academy_kafka_admin_password)
controller=$(secret kafka_controller_password)
modules=org.apache.kafka.common.security
logs=${KAFKA_LOG_DIRS:-/tmp/kraft-combined-logs}

if [ -e "$logs/meta.properties" ] && [ ! -e "$logs/with-users" ]; then
    echo "this volume was made before Kafka asked for passwords: docs/runbooks/containers.md says how it gets its users" >&2
    exit 1
fi

KAFKA_LISTENER_NAME_CLIENT_SCRAM___SHA___512_SASL_JAAS_CONFIG="$modules.scram.ScramLoginModule required username=\"admin\" password=\"$admin\";"
KAFKA_LISTENER_NAME_CONTROLLER_PLAIN_SASL_JAAS_CONFIG="$modules.plain.PlainLoginModule required username=\"controller\" password=\"$controller\" user_controller=\"$controller\";"
export KAFKA_LISTENER_NAME_CLIENT_SCRAM___SHA___512_SASL_JAAS_CONFIG KAFKA_LISTENER_NAME_CONTROLLER_PLAIN_SASL_JAAS_CONFIG

if [ ! -e "$logs/meta.properties" ]; then
    mkdir -p "$logs" && touch "$logs/with-users"
    cat >/tmp/format.properties <<SETTINGS
node.id=$KAFKA_NODE_ID
process.roles=$KAFKA_PROCESS_ROLES
controller.quorum.voters=$KAFKA_CONTROLLER_QUORUM_VOTERS
controller.listener.names=$KAFKA_CONTROLLER_LISTENER_NAMES
listeners=$KAFKA_LISTENERS
advertised.listeners=$KAFKA_ADVERTISED_LISTENERS
listener.security.protocol.map=$KAFKA_LISTENER_SECURITY_PROTOCOL_MAP
inter.broker.listener.name=$KAFKA_INTER_BROKER_LISTENER_NAME
log.dirs=$logs
SETTINGS
    /opt/kafka/bin/kafka-run-class.sh kafka.tools.StorageTool format \
        --cluster-id "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" --config /tmp/format.properties \
        --add-scram "SCRAM-SHA-512=[name=admin,password=$admin]"
    rm /tmp/format.properties
fi

exec /etc/kafka/docker/run
