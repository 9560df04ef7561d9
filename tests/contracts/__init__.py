"""One contract per port, held by the store on DynamoDB and by its twin in memory."""
