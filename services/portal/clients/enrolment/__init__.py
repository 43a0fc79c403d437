"""Enrolment: programmes, cohorts and sessions, people, their places and attendance."""
