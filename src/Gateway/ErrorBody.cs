using System.Collections.Immutable;
using FlowRuns.Errors;

namespace FlowRuns.Gateway;

sealed record ErrorBody(ErrorContent Error);

sealed record ErrorContent(string Code, string Message, int StatusCode, ImmutableArray<FieldError>? Details, string RequestId);
