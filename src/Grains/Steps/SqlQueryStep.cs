using System.Collections.Immutable;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Steps.Sql;
using Microsoft.Extensions.Options;

namespace FlowRuns.Steps;

/// <summary>One SQL statement on a PostgreSQL or SQLite database. Databases are private by nature, so <see cref="EgressGuard"/> does not apply to their addresses.</summary>
sealed class SqlQueryStep(PostgresQuery postgres, IOptions<StepsOptions> options) : IStep
{
    public string Type => "sql.query";

    public string Description => "Runs one SQL statement on a database. It may change data only where the connection has allowWrites: true.";

    public ImmutableArray<string> Connections => ["postgresql", "sqlite"];

    public bool HasEffects => true;

    public JsonData InputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "required": ["query"],
          "additionalProperties": false,
          "properties": {
            "query": { "type": "string", "minLength": 1, "description": "One statement, with values as @name." },
            "parameters": {
              "type": "object",
              "patternProperties": { "^[A-Za-z_][A-Za-z0-9_]*$": {} },
              "additionalProperties": false,
              "description": "The values by name. Arrays are PostgreSQL arrays or JSON, whichever is wanted there; objects are JSON."
            },
            "single": { "type": "boolean", "description": "true: exactly one row is wanted, and the output is that row." },
            "maxRows": { "type": "integer", "minimum": 1, "maximum": 100000, "description": "At most so many rows are read. Default 10000." }
          }
        }
        """);

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "description": "With 'single' the row as an object, otherwise rows and rowCount. rowCount of a statement without a result is the number of rows it changed.",
          "properties": {
            "rows": { "type": "array", "items": { "type": "object" } },
            "rowCount": { "type": "integer" },
            "truncated": { "type": "boolean", "description": "true when the result had more rows or bytes than the limits allow; left out otherwise." }
          }
        }
        """);

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var connection = context.Connection ?? throw new InvalidOperationException("sql.query needs a connection.");
        var query = SqlQuery.Of(context.Input, connection.AllowsWrites, options.Value);
        var outcome = connection.App == "sqlite"
            ? await SqliteQuery.RunAsync(query, connection, cancellationToken)
            : await postgres.RunAsync(query, connection, cancellationToken);
        return outcome.Masked(connection);
    }
}
