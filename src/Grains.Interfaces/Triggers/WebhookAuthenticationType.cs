using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>How a delivery shows that it comes from whom it should.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<WebhookAuthenticationType>))]
public enum WebhookAuthenticationType
{
    None,

    /// <summary><c>Authorization: Basic</c> with the connection's user name and password.</summary>
    Basic,

    /// <summary>One of the connection's secrets as the value of a header.</summary>
    Header,

    /// <summary>One of the connection's secrets as the value of a query parameter.</summary>
    Query,

    /// <summary>A signature made with one of the connection's secrets, in the form of a <see cref="WebhookScheme"/>.</summary>
    HmacSha256,
}
