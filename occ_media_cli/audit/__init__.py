"""Rules over the record, giving findings; and the reports that answer one question each."""
