"""What comes of a batch, in the words of the cases."""


def fields_of(batch, *fields):
    told = {
        "completionReason": batch.completion_reason.value, "status": batch.status.value, "successCount": batch.success_count,
        "failureCount": batch.failure_count, "totalCount": batch.total_count,
    }
    return {field: told[field] for field in fields}


ALL = ("completionReason", "status", "successCount", "failureCount", "totalCount")
COUNTS = ("completionReason", "successCount", "failureCount", "totalCount")
