"""The desk's knowledge of people: customers, their numbers, how they are found, taken in and given out."""
