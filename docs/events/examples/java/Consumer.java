import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the academy's events as a subscriber should: see README.md one folder up. Copy it, and put your effect in. */
public final class Consumer {
    static final String ENROLMENT = "uk.nhs.midlands-leadership.enrolment.";
    static final Set<String> HANDLED = Stream.of("CohortOpened", "LearnerEnrolled", "EnrolmentWithdrawn")
            .map(event -> ENROLMENT + event + ".v1").collect(Collectors.toSet());
    static final ObjectMapper JSON = new ObjectMapper();

    /** What was done, a line an event: the effect and its number in one write. Yours is a database transaction. */
    static final class Journal {
        private final Map<List<String>, Long> last = new HashMap<>();
        private final Map<List<String>, Map<Long, ObjectNode>> waiting = new HashMap<>();
        private final FileChannel file;

        Journal(Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            for (String line : Files.readAllLines(path)) remember((ObjectNode) JSON.readTree(line));
        }

        /** The events of a key one after another, each once; what comes after a gap waits until it is filled. */
        void take(ObjectNode event) throws IOException {
            List<String> key = key(event);
            long sequence = event.get("sequence").asLong(), next = last.getOrDefault(key, 0L) + 1;
            Map<Long, ObjectNode> later = waiting.getOrDefault(key, Map.of());
            if (sequence < next || later.containsKey(sequence)) System.out.println(line("repeat", event));
            else if (sequence > next) write("waiting", event);
            else for (; event != null; event = later.get(++next)) {
                write(HANDLED.contains(event.get("type").asText()) ? "applied" : "passed over", event);
            }
        }

        void write(String did, ObjectNode event) throws IOException {
            ObjectNode line = line(did, event);
            file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            System.out.println(line);
            remember(line);
        }

        /** What was written stays, whatever happens to this machine. */
        void settle() throws IOException {
            file.force(true);
        }

        private void remember(ObjectNode line) {
            String did = line.get("did").asText();
            if (did.equals("unreadable")) return;
            long sequence = line.get("sequence").asLong();
            Map<Long, ObjectNode> later = waiting.computeIfAbsent(key(line), key -> new HashMap<>());
            if (did.equals("waiting")) later.put(sequence, line);
            else {
                later.remove(sequence);
                last.put(key(line), sequence);
            }
        }

        private static List<String> key(ObjectNode event) {
            return List.of(event.get("topic").asText(), event.get("key").asText());
        }

        private static ObjectNode line(String did, ObjectNode event) {
            ObjectNode line = JSON.createObjectNode().put("did", did);
            event.remove("did");
            return line.setAll(event);
        }
    }

    /** The event, of its headers those that are needed; throws where the record is none. */
    static ObjectNode read(ConsumerRecord<byte[], byte[]> record) throws IOException {
        String type = header(record, "ce_type");
        ObjectNode event = JSON.createObjectNode().put("topic", record.topic())
                .put("key", new String(record.key(), StandardCharsets.UTF_8))
                .put("sequence", Long.parseLong(header(record, "ce_sequence"))).put("type", type)
                .put("id", header(record, "ce_id")).put("time", header(record, "ce_time"));
        return HANDLED.contains(type) ? event.set("cohort_id", JSON.readTree(record.value()).required("cohort_id")) : event;
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    static Properties settings(String user) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", System.getenv("KAFKA"));
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put("sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                + user + "\" password=\"" + System.getenv("KAFKA_PASSWORD") + "\";");
        settings.put("security.protocol", System.getenv("KAFKA_AUTHORITY") == null ? "SASL_PLAINTEXT" : "SASL_SSL");
        if (System.getenv("KAFKA_AUTHORITY") != null) {
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.location", System.getenv("KAFKA_AUTHORITY"));
        }
        settings.put("group.id", user + ".java");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", "false");
        return settings;
    }

    /** Any error ends it, for what was done is not done again when it is started anew. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> told = System.getenv();
        Journal journal = new Journal(Path.of(told.getOrDefault("JOURNAL", "journal")));
        String topics = told.getOrDefault("TOPICS", "enrolment.cohorts,enrolment.learners");
        AtomicBoolean stop = new AtomicBoolean();
        Thread reading = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.set(true);
            try {
                reading.join();
            } catch (InterruptedException neverHappens) {
                throw new IllegalStateException(neverHappens);
            }
        }));
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings(told.get("KAFKA_USER")), bytes, bytes)) {
            consumer.subscribe(List.of(topics.split(",")));
            while (!stop.get()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    ObjectNode event;
                    try {
                        event = read(record);
                    } catch (IOException | RuntimeException noEvent) {
                        journal.write("unreadable", JSON.createObjectNode().put("topic", record.topic())
                                .put("partition", record.partition()).put("offset", record.offset()));
                        continue;
                    }
                    journal.take(event);
                }
                if (!records.isEmpty()) {
                    journal.settle();
                    consumer.commitSync();
                }
            }
        }
    }
}
