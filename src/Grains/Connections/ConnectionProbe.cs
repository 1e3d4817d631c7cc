using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Steps;
using FlowRuns.Steps.Http;
using FlowRuns.Steps.Slack;
using FlowRuns.Steps.Sql;
using Microsoft.Extensions.Options;

namespace FlowRuns.Connections;

/// <summary>Tries a connection as a step would use it, without changing anything on the other side.</summary>
sealed class ConnectionProbe(PostgresQuery postgres, SlackApi slack, EgressGuard egress, IOptions<StepsOptions> options, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly JsonElement SelectOne = JsonElement.Parse("""{ "query": "SELECT 1" }""");

    /// <summary>Whether the other side answers, and lets us in. One that does not answer within 30 seconds has failed the test.</summary>
    public async Task<ConnectionTest> TryAsync(Connection connection, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var failure = await AskAsync(connection, stop.Token);
            return failure?.Masked(connection) is StepOutcome.Failed failed ? new ConnectionTest(false, failed.Message) : new ConnectionTest(true, null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ConnectionTest(false, $"The {connection} gave no answer within {Patience.TotalSeconds} seconds.");
        }
    }

    async Task<StepOutcome?> AskAsync(Connection connection, CancellationToken cancellationToken)
    {
        return connection.App switch
        {
            "postgresql" => await postgres.RunAsync(SqlQuery.Of(SelectOne, allowWrites: false, options.Value), connection, cancellationToken),
            "sqlite" => await SqliteQuery.RunAsync(SqlQuery.Of(SelectOne, allowWrites: false, options.Value), connection, cancellationToken),
            "slack" => (await slack.CallAsync(connection, "auth.test", JsonData.EmptyObject, cancellationToken)).Failure,
            "http" => await AskHttpAsync(connection, cancellationToken),

            // Others come to us with it: there is nobody to ask.
            "webhook" => null,
            _ => new StepOutcome.Failed($"'{connection.App}' is not an app: use {string.Join(", ", ConnectionRules.Apps)}."),
        };
    }

    /// <summary>HEAD of the base URL. Any answer shows a server that is there; some say that it refuses these credentials. Without a base URL there is nobody to ask.</summary>
    async Task<StepOutcome.Failed?> AskHttpAsync(Connection connection, CancellationToken cancellationToken)
    {
        if (connection.Find("baseUrl") is not { } baseUrl)
            return null;

        var context = new StepContext { Input = JsonElement.Parse("""{ "method": "HEAD", "url": "" }"""), Connection = connection, AttemptKey = "connection-test" };
        try
        {
            var target = HttpTarget.Of(baseUrl, ImmutableDictionary<string, string>.Empty, connection);
            using var request = new HttpMessage(new HttpInput(context.Input), context, target).To(target.Url, HttpMethod.Head, withBody: false);
            using var answer = await egress.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? new StepOutcome.Failed($"{target.Url.Authority} refuses the credentials: HTTP {(int)answer.StatusCode}.")
                : null;
        }
        catch (FormatException e)
        {
            return new StepOutcome.Failed(e.Message);
        }
        catch (Exception e) when (SendFailure.IsExpected(e, cancellationToken))
        {
            return SendFailure.Of(e, new Uri(baseUrl));
        }
    }
}
