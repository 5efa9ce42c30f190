// The bodies that an SDK runs: steps, checks, submitters. How often each of them ran is counted in a table, outside of the execution.
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

const db = new DynamoDBClient({});

/** Runs a body, which is told last how often it has run by now. */
export const body = (name, run = () => undefined) => async (...told) => {
  const { Attributes } = await db.send(new UpdateItemCommand({
    TableName: "bodies", Key: { body: { S: name } }, UpdateExpression: "ADD runs :one",
    ExpressionAttributeValues: { ":one": { N: "1" } }, ReturnValues: "UPDATED_NEW",
  }));
  return run(...told, Number(Attributes.runs.N));
};

/** A body that fails. */
export const fails = (name, error = new Error("it fails")) => body(name, () => { throw error; });

/** A body that fails in its first attempt, and comes to this in the next. */
export const failsOnce = (name, result, error = new Error("it fails")) => body(name, ({ attempt }) => {
  if (attempt === 1) throw error;
  return result;
});
