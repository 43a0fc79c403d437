// Reads the academy's events as a subscriber should: see README.md one folder up. Copy it, and put your effect in.
package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

const enrolment = "uk.nhs.midlands-leadership.enrolment."

var handled = map[string]bool{
	enrolment + "CohortOpened.v1": true, enrolment + "LearnerEnrolled.v1": true, enrolment + "EnrolmentWithdrawn.v1": true,
}

type key struct{ topic, key string }

type line struct {
	Did       string `json:"did"`
	Topic     string `json:"topic"`
	Key       string `json:"key,omitempty"`
	Sequence  int64  `json:"sequence,omitempty"`
	Type      string `json:"type,omitempty"`
	ID        string `json:"id,omitempty"`
	Time      string `json:"time,omitempty"`
	CohortID  string `json:"cohort_id,omitempty"`
	Partition *int32 `json:"partition,omitempty"`
	Offset    *int64 `json:"offset,omitempty"`
}

// journal holds what was done, a line an event: the effect and its number in one write. Yours is a database transaction.
type journal struct {
	last    map[key]int64
	waiting map[key]map[int64]line
	file    *os.File
}

func open(path string) *journal {
	file := must(os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600))
	j := &journal{map[key]int64{}, map[key]map[int64]line{}, file}
	written := bufio.NewScanner(file)
	for written.Scan() {
		var l line
		check(json.Unmarshal(written.Bytes(), &l))
		j.remember(l)
	}
	check(written.Err())
	return j
}

// take the events of a key one after another, each once; what comes after a gap waits until it is filled.
func (j *journal) take(event line) {
	k := key{event.Topic, event.Key}
	_, waits := j.waiting[k][event.Sequence]
	switch {
	case event.Sequence <= j.last[k] || waits:
		fmt.Println(event.text("repeat"))
	case event.Sequence > j.last[k]+1:
		j.write("waiting", event)
	default:
		for next, more := event, true; more; next, more = j.waiting[k][j.last[k]+1] {
			if handled[next.Type] {
				j.write("applied", next)
			} else {
				j.write("passed over", next)
			}
		}
	}
}

func (j *journal) write(did string, l line) {
	must(fmt.Fprintln(j.file, l.text(did)))
	fmt.Println(l.text(did))
	l.Did = did
	j.remember(l)
}

func (j *journal) remember(l line) {
	k := key{l.Topic, l.Key}
	switch l.Did {
	case "waiting":
		if j.waiting[k] == nil {
			j.waiting[k] = map[int64]line{}
		}
		j.waiting[k][l.Sequence] = l
	case "applied", "passed over":
		j.last[k] = l.Sequence
		delete(j.waiting[k], l.Sequence)
	}
}

func (l line) text(did string) string {
	l.Did = did
	return string(must(json.Marshal(l)))
}

// read the event, of its headers those that are needed; an error where the record is none.
func read(record *kgo.Record) (line, error) {
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	sequence, err := strconv.ParseInt(headers["ce_sequence"], 10, 64)
	event := line{Topic: record.Topic, Key: string(record.Key), Sequence: sequence, Type: headers["ce_type"]}
	event.ID, event.Time = headers["ce_id"], headers["ce_time"]
	if event.Key == "" || event.Type == "" || event.ID == "" || event.Time == "" {
		err = errors.Join(err, errors.New("no event"))
	}
	if handled[event.Type] {
		err = errors.Join(err, json.Unmarshal(record.Value, &struct {
			CohortID *string `json:"cohort_id"`
		}{&event.CohortID}))
	}
	return event, err
}

func options(user string) []kgo.Opt {
	login := scram.Auth{User: user, Pass: os.Getenv("KAFKA_PASSWORD")}
	chosen := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(os.Getenv("KAFKA"), ",")...),
		kgo.SASL(login.AsSha512Mechanism()),
		kgo.ConsumerGroup(user + ".go"),
		kgo.ConsumeTopics(strings.Split(cmp.Or(os.Getenv("TOPICS"), "enrolment.cohorts,enrolment.learners"), ",")...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(),
	}
	if authority := os.Getenv("KAFKA_AUTHORITY"); authority != "" {
		believed := x509.NewCertPool()
		believed.AppendCertsFromPEM(must(os.ReadFile(authority)))
		chosen = append(chosen, kgo.DialTLSConfig(&tls.Config{RootCAs: believed}))
	}
	return chosen
}

// Any error ends it, for what was done is not done again when it is started anew.
func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	j := open(cmp.Or(os.Getenv("JOURNAL"), "journal"))
	client := must(kgo.NewClient(options(os.Getenv("KAFKA_USER"))...))
	defer client.CloseAllowingRebalance()
	check(client.Ping(ctx))
	for ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); !errors.Is(err, context.Canceled) {
			check(err)
		}
		for _, record := range fetches.Records() {
			if event, err := read(record); err == nil {
				j.take(event)
			} else {
				j.write("unreadable", line{Topic: record.Topic, Partition: &record.Partition, Offset: &record.Offset})
			}
		}
		check(j.file.Sync()) // what was written stays, whatever happens to this machine
		check(client.CommitRecords(context.Background(), fetches.Records()...))
		client.AllowRebalance()
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
