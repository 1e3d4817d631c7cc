using System.Net;

namespace FlowRuns.Steps.Http;

/// <summary>Where an answer sends the client (RFC 9110, 15.4), and what becomes of the method.</summary>
sealed record Redirect(Uri Url, HttpMethod Method)
{
    /// <summary>The redirect of an answer, null when it is none.</summary>
    /// <exception cref="FormatException">It leads where no client should follow.</exception>
    public static Redirect? Of(HttpResponseMessage answer, Uri from, HttpMethod method)
    {
        if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || answer.Headers.Location is not { } location)
            return null;

        var url = location.IsAbsoluteUri ? location : new Uri(from, location);
        if (url.Scheme != Uri.UriSchemeHttps && (url.Scheme != Uri.UriSchemeHttp || from.Scheme == Uri.UriSchemeHttps))
            throw new FormatException($"{from.Authority} redirects to {url.Scheme}://{url.Authority}, and a redirect from {from.Scheme} to {url.Scheme} is not followed.");
        if (url.UserInfo.Length > 0)
            throw new FormatException($"{from.Authority} redirects to a URL with a user name in it, which is not followed.");

        return new Redirect(url, BecomesGet(answer.StatusCode, method) ? HttpMethod.Get : method);
    }

    static bool BecomesGet(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.SeeOther => method != HttpMethod.Head,
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found => method == HttpMethod.Post,
        _ => false,
    };
}
