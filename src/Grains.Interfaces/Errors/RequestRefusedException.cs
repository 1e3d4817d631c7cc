using System.Collections.Immutable;

namespace FlowRuns.Errors;

/// <summary>Thrown by grains when they do not carry out a request; the gateway turns it into the error answer, in one place.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.request-refused")]
public sealed class RequestRefusedException : Exception
{
    public RequestRefusedException(RefusalReason reason, string message)
        : base(message)
    {
        Reason = reason;
    }

    public RequestRefusedException(ImmutableArray<FieldError> details)
        : this(RefusalReason.Invalid, details.Length == 1 ? $"{details[0].Field}: {details[0].Message}" : $"{details.Length} fields are not valid; see details.")
    {
        Details = details;
    }

    [Id(0)]
    public RefusalReason Reason { get; }

    [Id(1)]
    public ImmutableArray<FieldError> Details { get; } = [];

    public static RequestRefusedException NotFound(string what) => new(RefusalReason.NotFound, $"{what} was not found.");
}
