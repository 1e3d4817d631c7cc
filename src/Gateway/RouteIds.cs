using FlowRuns.Errors;

namespace FlowRuns.Gateway;

/// <summary>Ids in paths. One that cannot be an id is as unknown as one that nothing has.</summary>
static class RouteIds
{
    public static T Parse<T>(string what, string text)
        where T : IParsable<T> =>
        T.TryParse(text, null, out var id) ? id : throw NotFound(what, text);

    public static RequestRefusedException NotFound(string what, string id) => RequestRefusedException.NotFound($"{what} {id}");
}
