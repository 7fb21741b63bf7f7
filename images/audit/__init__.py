"""What `./dev audit` looks at: one file per question, each giving findings."""
