// Reads the academy's events as a subscriber should: see README.md one folder up. Copy it, and put your effect in.
import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync } from "node:fs";
import kafkajs from "kafkajs";

const { KAFKA, KAFKA_USER, KAFKA_PASSWORD, KAFKA_AUTHORITY, JOURNAL = "journal" } = process.env;
const TOPICS = process.env.TOPICS ?? "enrolment.cohorts,enrolment.learners";
const ENROLMENT = "uk.nhs.midlands-leadership.enrolment";
const HANDLED = new Set(["CohortOpened", "LearnerEnrolled", "EnrolmentWithdrawn"].map((event) => `${ENROLMENT}.${event}.v1`));

/** What was done, a line an event: the effect and its number in one write. Yours is a database transaction. */
class Journal {
  #last = new Map();
  #waiting = new Map();
  #file;

  constructor(path) {
    if (existsSync(path)) readFileSync(path, "utf8").split("\n").filter(Boolean).forEach((line) => this.#remember(JSON.parse(line)));
    this.#file = openSync(path, "a");
  }

  /** The events of a key one after another, each once; what comes after a gap waits until it is filled. */
  take(event) {
    const last = () => this.#last.get(name(event)) ?? 0;
    if (event.sequence <= last() || this.#waiting.has(name(event, event.sequence))) return tell("repeat", event);
    if (event.sequence > last() + 1) return this.write("waiting", event);
    for (let next = event; next; next = this.#waiting.get(name(event, last() + 1))) {
      this.#waiting.delete(name(next, next.sequence));
      this.write(HANDLED.has(next.type) ? "applied" : "passed over", next);
    }
  }

  write(did, event) {
    appendFileSync(this.#file, `${JSON.stringify({ did, ...event })}\n`);
    tell(did, event);
    this.#remember({ did, ...event });
  }

  /** What was written stays, whatever happens to this machine. */
  settle() {
    fsyncSync(this.#file);
  }

  #remember({ did, ...event }) {
    if (did === "waiting") this.#waiting.set(name(event, event.sequence), event);
    else if (did !== "unreadable") this.#last.set(name(event), event.sequence);
  }
}

const name = (event, ...sequence) => JSON.stringify([event.topic, event.key, ...sequence]);
const tell = (did, event) => console.log(JSON.stringify({ did, ...event }));

/** The event, of its headers those that are needed; throws where the record is none. */
function read(topic, { key, headers, value }) {
  const [type, id, time, digits] = ["ce_type", "ce_id", "ce_time", "ce_sequence"].map((header) => headers[header].toString());
  if (!/^\d+$/.test(digits)) throw new RangeError(digits);
  const event = { topic, key: key.toString(), sequence: Number(digits), type, id, time };
  return HANDLED.has(type) ? { ...event, cohort_id: JSON.parse(value).cohort_id } : event;
}

const kafka = new kafkajs.Kafka({
  brokers: KAFKA.split(","),
  ssl: KAFKA_AUTHORITY ? { ca: readFileSync(KAFKA_AUTHORITY) } : false,
  sasl: { mechanism: "scram-sha-512", username: KAFKA_USER, password: KAFKA_PASSWORD },
  logLevel: kafkajs.logLevel.ERROR,
});
const consumer = kafka.consumer({ groupId: `${KAFKA_USER}.node`, readUncommitted: false, allowAutoTopicCreation: false, maxWaitTimeInMs: 500 });
const journal = new Journal(JOURNAL);

// Any error that is not over by itself ends it, for what was done is not done again when it is started anew.
consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || process.exit(1));
for (const told of ["SIGINT", "SIGTERM"]) process.once(told, () => consumer.disconnect());

await consumer.connect();
await consumer.subscribe({ topics: TOPICS.split(","), fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    const { topic, partition } = batch;
    for (const message of batch.messages) {
      let event;
      try {
        event = read(topic, message);
      } catch {
        journal.write("unreadable", { topic, partition, offset: Number(message.offset) });
        continue;
      }
      journal.take(event);
    }
    journal.settle();
    await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(batch.lastOffset()) + 1n) }]);
  },
});
