using System.Net;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>How a request was answered, and after how long.</summary>
sealed record OutageAnswer(string Request, HttpStatusCode Status, bool HasRetryAfter, TimeSpan After, string? Run, string Body);
