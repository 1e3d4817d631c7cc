namespace FlowRuns.Errors;

/// <summary>Why a request was not carried out.</summary>
public enum RefusalReason
{
    /// <summary>Unknown, deleted, or another project's: callers cannot tell these apart.</summary>
    NotFound,

    /// <summary>The input breaks a rule; the details name the fields.</summary>
    Invalid,

    /// <summary>The state does not allow it, such as a cancel of a finished run.</summary>
    Conflict,

    /// <summary>The database is away or the journal is full. Nothing was done, or it will be found done when repeated.</summary>
    Unavailable,
}
